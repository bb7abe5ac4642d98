"""A database of one test's own on the real server, dropped afterwards."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from uuid_utils import uuid7

from shared.contracts.base import Service
from shared.contracts.catalogue import codec
from shared.event_store.installation import prepare_installation
from shared.event_store.store import COMMIT_INDEXES, COMMITS, EventStore
from shared.mongo import Database, connect, database

DROPPING_MS = 300_000
"""The local server reads what it drops: a database of thousands of commits takes it longer than any answer may take."""


def server_url(request: pytest.FixtureRequest) -> str:
    """The server under test: ETWINNING_TEST_MONGO_URL as it is, else the one of the stack."""
    url: str = os.environ.get("ETWINNING_TEST_MONGO_URL") or request.getfixturevalue("stack").mongo_url
    return url


@asynccontextmanager
async def own_database(url: str) -> AsyncIterator[Database]:
    """An empty database of a name of its own."""
    client = connect(url)
    name = f"test_{uuid7().hex}"
    try:
        yield database(client, name)
        await client.drop_database(name)
    finally:
        client.close()


async def own_store(source: Database, service: Service = "registration") -> EventStore:
    """A prepared event store in `source`: four shards, origin `eu`."""
    await source[COMMITS].create_indexes(list(COMMIT_INDEXES))
    return EventStore(source, await prepare_installation(source, service, "eu", 4), codec())
