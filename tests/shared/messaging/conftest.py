"""A store and a topic of their own for each test, on the real servers."""

import pytest

from deploy.local.stack import LocalStack
from shared.messaging.topics import ensure_topics
from tests.shared.event_store.conftest import handler, own_database, store
from tests.shared.event_store.counting import SHARDS
from tests.shared.messaging.relays import new_topic

__all__ = ["handler", "own_database", "store"]


@pytest.fixture
async def topic(stack: LocalStack) -> str:
    name = new_topic()
    await ensure_topics(stack.kafka, [name], SHARDS)
    return name
