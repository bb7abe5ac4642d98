from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.recognition.app import build
from tests.databases import server_url
from tests.services.running import Running, running


@pytest.fixture
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Running]:
    async with running("recognition", build, server_url(request), tmp_path) as found:
        yield found
