"""No exception ends a loop or holds up a neighbour; failures are counted, and `/live` tells where every turn fails."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.contracts.envelope import UnknownEventType
from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.hosting.sweeping import apart, every
from shared.mongo import PyMongoError
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from shared.views.live import Readiness, ViewNotReady

AWAY = (PyMongoError("the database is away"), ViewNotReady("cases", Readiness.OUTDATED))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def host_of(clock: Clock) -> Host:
    """All that a loop asks of its host."""
    return cast("Host", SimpleNamespace(service="validation", metrics=Metrics(), heartbeats=Heartbeats(clock)))


def failures(host: Host, error: str) -> float | None:
    labels = {"service": "validation", "loop": "loop", "error": error}
    return host.metrics.registry.get_sample_value("sweep_failures_total", labels)


async def turns(host: Host, clock: Clock, *outcomes: Exception | None) -> list[tuple[str, ...]]:
    """Turns of two milliseconds, of a loop that takes one each millisecond; what is missed in each."""
    stop, missed, left = StopSignal(), list[tuple[str, ...]](), list(outcomes)

    async def turn() -> None:
        clock.now += 0.002
        missed.append(host.heartbeats.stalled())
        outcome = left.pop(0)
        if not left:
            stop.set()
        if outcome is not None:
            raise outcome

    await every(0.001, "loop", turn, host, stop)
    return missed


async def test_a_turn_that_fails_ends_no_loop_and_is_counted() -> None:
    clock = Clock()
    host = host_of(clock)
    taken = await turns(host, clock, UnknownEventType("eu.etwinning.later.v1"), KeyError("field"), None)
    assert len(taken) == 3
    assert (failures(host, "UnknownEventType"), failures(host, "KeyError")) == (1.0, 1.0)


async def test_a_loop_whose_turns_all_fail_is_missed() -> None:
    clock = Clock()
    missed = await turns(host_of(clock), clock, *[KeyError("field")] * 3, None, None)
    assert missed == [(), (), ("loop",), ("loop",), ()], "it counts again once a turn has come through"


@pytest.mark.parametrize("error", AWAY)
async def test_waiting_for_the_database_is_no_fault_of_the_loop(error: Exception) -> None:
    clock = Clock()
    host = host_of(clock)
    assert await turns(host, clock, *[error] * 4, None) == [()] * 5
    assert failures(host, type(error).__name__) is None


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def item() -> None:
        raise error

    return item


async def passing() -> None:
    """Nothing is wrong with this one."""


@pytest.mark.parametrize("error", [UnknownEventType("eu.etwinning.later.v1"), ValueError("of pydantic"), KeyError("x")])
async def test_an_item_that_fails_is_counted_and_is_progress(error: Exception) -> None:
    clock = Clock()
    host = host_of(clock)
    host.heartbeats.register("loop", within_seconds=1)
    clock.now = 2.0
    assert await apart(raising(error)(), "loop", host, case="c-1") is False
    assert await apart(passing(), "loop", host) is True
    assert failures(host, type(error).__name__) == 1.0
    assert host.heartbeats.stalled() == ()


@pytest.mark.parametrize("error", AWAY)
async def test_an_item_that_meets_no_database_ends_the_turn(error: Exception) -> None:
    host: Any = host_of(Clock())
    with pytest.raises(type(error)):
        await apart(raising(error)(), "loop", host)
