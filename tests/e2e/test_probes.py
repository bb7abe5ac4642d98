"""`/live` tells of a loop that gets nowhere, `/ready` of a database that is gone; both take it back afterwards."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local.stack import LocalStack
from shared.contracts.base import Service
from shared.hosting.host import Host
from shared.observability.health import Heartbeats
from tests.e2e.in_process import Installation
from tests.e2e.waiting import until

pytestmark = pytest.mark.timeout(240)
SERVICE: Service = "recognition"
GROUPS = {f"{SERVICE}.erasure", f"{SERVICE}.reactions", f"{SERVICE}.views"}
BOUNDS_S = 300.0
"""More than the bound of any loop: a loop that has not reported since the clock was moved counts as stalled."""


class Clock:
    """The real one, which a test moves on: minutes of silence without minutes of waiting."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.moved_s


class Process:
    """A service whose loops are watched on a clock of the test."""

    def __init__(self, host: Host, url: str, clock: Clock) -> None:
        self.host, self._url, self._clock = host, url, clock

    def let_minutes_pass(self) -> None:
        self._clock.moved_s += BOUNDS_S

    def probe(self, name: str) -> tuple[int, set[str]]:
        """Status, and what the probe says is failing."""
        answer = httpx.get(f"{self._url}/{name}", timeout=10)
        return answer.status_code, set(answer.json()["failing"])


@pytest.fixture
async def process(own_stack: LocalStack, tmp_path: Path) -> AsyncIterator[Process]:
    await asyncio.to_thread(own_stack.start)
    installation, clock = Installation(own_stack, "probes_", tmp_path), Clock()
    await installation.prepare((SERVICE,))
    beats = Heartbeats(clock)
    async with installation.running(SERVICE, "api", "relay", "reactions", "views", heartbeats=beats) as host:
        yield Process(host, installation.url(SERVICE), clock)


async def test_probes_tell_what_is_wrong_and_take_it_back(own_stack: LocalStack, process: Process) -> None:
    await _idle_loops_are_live(process)
    await _without_the_broker(own_stack, process)
    await _without_the_database(own_stack, process)


async def _idle_loops_are_live(process: Process) -> None:
    """Loops with nothing to do report all the same: minutes later each of them has."""
    loops = process.host.heartbeats
    process.let_minutes_pass()
    assert set(loops.stalled()) == set(loops.ages())
    await until(lambda: process.probe("live") == (200, set()))
    assert set(process.host.heartbeats.ages()) >= GROUPS


async def _without_the_broker(stack: LocalStack, process: Process) -> None:
    stack.children["kafka"].signal(signal.SIGSTOP)
    try:
        await _last_reports_are_in(process)
        process.let_minutes_pass()
        await until(lambda: process.probe("live") == (503, GROUPS))
        await until(lambda: process.probe("ready") == (200, set()))
    finally:
        stack.children["kafka"].signal(signal.SIGCONT)
    await until(lambda: process.probe("live") == (200, set()))


async def _last_reports_are_in(process: Process) -> None:
    """An answer of the broker that was on its way when it stopped may still count as progress."""
    await until(lambda: all(process.host.heartbeats.ages()[group] > 3 for group in GROUPS))


async def _without_the_database(stack: LocalStack, process: Process) -> None:
    await asyncio.to_thread(stack.kill9, "database")
    await until(lambda: process.probe("ready") == (503, {"database"}))
    await asyncio.to_thread(stack.start_again, "database")
    await asyncio.to_thread(stack.wait_ready, "database")
    await until(lambda: process.probe("ready") == (200, set()))
    process.let_minutes_pass()
    await until(lambda: process.probe("live") == (200, set()))
