"""One programme for all of these tests: five services on a stack of their own, with the few schools that they need."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import LocalStack
from deploy.prepare import prepare
from tests.e2e.register import small_register
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first waits for the start of everything, and for Kafka's download on a new machine."""
    for item in items:
        if "programme_stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(900, func_only=False))
