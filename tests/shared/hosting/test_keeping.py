"""A view kept in memory is read for longer than a loop may be silent: what was read meanwhile is progress."""

import asyncio
from typing import Any, cast

from shared.hosting.keeping import AGAIN_S, keeping
from shared.hosting.parts import StopSignal
from shared.views.following import Followed
from tests.shared.hosting.test_sweeping import Clock, host_of


class Reading(Followed[Any]):
    """Everything is being read, by a request; the loop waits for that."""

    def __init__(self) -> None:
        super().__init__(dict)
        self.waits, self.done = asyncio.Event(), asyncio.Event()

    async def refresh(self) -> None:
        self.waits.set()
        await self.done.wait()


async def test_a_loop_that_waits_for_a_long_reading_is_not_missed_while_it_goes_on() -> None:
    clock, stop, reading = Clock(), StopSignal(), Reading()
    host = host_of(clock)
    loop = asyncio.create_task(cast("Any", keeping("names", reading, host)(stop)))
    await reading.waits.wait()
    for _ in range(10):
        clock.now += 4 * AGAIN_S
        reading.progress()
        assert host.heartbeats.stalled() == ()
    clock.now += 6 * AGAIN_S
    assert host.heartbeats.stalled() == ("names",)
    stop.set()
    reading.done.set()
    await loop
    reading.progress()
    assert host.heartbeats.ages() == {}
