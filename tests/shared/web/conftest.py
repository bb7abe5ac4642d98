from collections.abc import AsyncIterator

import httpx
import pytest

from tests.shared.web.application import bearer, client_of, make_app, person_token


@pytest.fixture
async def anonymous() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(make_app()) as client:
        yield client


@pytest.fixture
async def client(anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    anonymous.headers.update(bearer(person_token()))
    return anonymous
