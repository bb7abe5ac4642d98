"""One browser and one of each service for all of these tests; pages are tried on a phone."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from deploy.local.stack import LocalStack
from services.registration.app import build as registration
from services.validation.app import build as validation
from tests.browser.chromium import chromium, chromium_path
from tests.browser.serving import Served, served

MISSING = "Chromium is not installed (Debian: apt-get install chromium): the pages were not tried in a browser."


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Skips where there is no Chromium; fails in CI."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    async with chromium(path) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def validation_site(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served("validation", validation, stack.mongo_url, tmp_path_factory.mktemp("validation")) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def registration_site(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served("registration", registration, stack.mongo_url, tmp_path_factory.mktemp("registration")) as site:
        yield site
