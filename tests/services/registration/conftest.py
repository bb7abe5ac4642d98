from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.registration.app import build
from tests.databases import server_url
from tests.services.registration.people import People
from tests.services.running import running


@pytest.fixture
async def people(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[People]:
    async with running("registration", build, server_url(request), tmp_path) as service:
        yield People(service)
