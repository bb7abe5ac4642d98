"""The community is founded once; each scenario enters with a client of its own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import LocalStack
from tests.e2e.faq.founding import found
from tests.e2e.faq.scene import Community, Scene, on_the_scene


@pytest.fixture(scope="session")
def community(programme_stack: LocalStack) -> Community:
    """Offices of three countries, two validated teachers and their running project. All of it stays."""
    return asyncio.run(found(programme_stack))


@pytest.fixture
async def scene(programme_stack: LocalStack) -> AsyncIterator[Scene]:
    """The running installation, as somebody new comes to it."""
    async with on_the_scene(programme_stack) as entered:
        yield entered
