"""One programme for all of these tests: five services on a stack of their own, with the few schools that they need."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from deploy.local.stack import LocalStack
from deploy.prepare import prepare
from tests.e2e.journey import travel
from tests.e2e.live import Live
from tests.e2e.register import JOURNEY, small_register
from tests.local_stacks import ended_with_the_tests, new_stack


@pytest.fixture(scope="session")
def programme_stack() -> Iterator[LocalStack]:
    """A running installation, `--role all`. Tests share it and leave it running; facts of others are in it too."""
    with ended_with_the_tests() as folder:
        made = new_stack(folder)
        try:
            made.start()
            prepare(made.settings, lambda _: None, small_register(folder / "schools.csv"))
            made.start_services()
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="session")
def travelled(programme_stack: LocalStack) -> Mapping[str, Live]:
    """Every operation to a request that it answered with success; everything that can be typed has been typed."""
    return asyncio.run(travel(programme_stack, JOURNEY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first waits for the start of everything, and for Kafka's download on a new machine."""
    for item in items:
        if "programme_stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(900, func_only=False))
