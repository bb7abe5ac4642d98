from collections.abc import AsyncIterator

import pytest

from shared.mongo import Database
from tests.databases import own_database, server_url


@pytest.fixture
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with own_database(server_url(request)) as found:
        yield found
