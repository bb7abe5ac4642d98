"""What every test may ask for: a real Kafka, database and mail server. And in CI a skipped test is a failed one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from deploy.local.stack import LocalStack
from tests.local_stacks import ended_with_the_tests, new_stack

# Fetching Kafka the first time may take longer than a test may.
FIRST_START_SECONDS = 900


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """A running stack on free ports in a temporary folder: `.kafka`, `.mongo_url`, `.smtp`, `.mail_url`.

    One for the whole run, started when first asked for. Tests share it: use topics, databases and addresses of your
    own, and never kill its processes (for that, `own_stack`).
    """
    with ended_with_the_tests() as folder, new_stack(folder) as running:
        yield running


@pytest.fixture
def own_stack() -> Iterator[LocalStack]:
    """A stack of one test's own, not started: it may be killed and broken."""
    with ended_with_the_tests() as folder:
        made = new_stack(folder)
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """A developer's ETWINNING_ settings must not steer the tests (`ETWINNING_TEST_` ones are meant for them)."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("ETWINNING_")}
    for name in kept:
        if not name.startswith("ETWINNING_TEST_"):
            del os.environ[name]
    yield
    os.environ.update(kept)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test that needs a stack may wait for the download of Kafka."""
    for item in items:
        if {"stack", "own_stack"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(FIRST_START_SECONDS, func_only=False))
            return


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI nothing is skipped silently: what a test needs is installed, or the run fails."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {item.nodeid}: {report.longrepr}"


def pytest_configure() -> None:
    """Python children that tests start find this checkout; no property test fails because a machine is busy."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    settings.register_profile("etwinning", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("etwinning")
