"""A database of its own for each test, on the real server."""

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest

from deploy.local.stack import LocalStack
from shared.event_store.handling import Handler
from shared.event_store.store import EventStore
from shared.mongo import Database, PyMongoError, connect, database
from tests.shared.event_store.counting import counting, prepared_store


@pytest.fixture
async def own_database(stack: LocalStack) -> AsyncIterator[Database]:
    client = connect(stack.mongo_url)
    name = f"test_{uuid4().hex}"
    yield database(client, name)
    with suppress(PyMongoError):  # a busy machine: the server goes away with its folder
        await client.drop_database(name)
    client.close()


@pytest.fixture
async def store(own_database: Database) -> EventStore:
    return await prepared_store(own_database)


@pytest.fixture
def handler(store: EventStore) -> Handler:
    return counting(store)
