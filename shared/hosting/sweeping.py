"""The role `deadlines`: what is looked at from time to time, and the sweep that every service has."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.event_store.commits import CorruptCommit
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host
from shared.hosting.parts import Loop, StopSignal
from shared.mongo import PyMongoError
from shared.private_records.records import SWEPT
from shared.views.live import ViewNotReady

log = structlog.get_logger()

SWEEP_S = 60.0


async def sweep(host: Host, stop: StopSignal) -> None:
    """Once a minute: private records whose commit never came."""

    async def turn() -> None:
        while await host.records.sweep() == SWEPT and not stop.is_set():  # a hundred a minute may be too few
            host.heartbeats.beat("sweep")

    await every(SWEEP_S, "sweep", turn, host, stop)


async def every(seconds: float, name: str, turn: Callable[[], Awaitable[None]], host: Host, stop: StopSignal) -> None:
    """Takes a turn every so often until `stop`; what cannot be read or decided now only makes the loop wait."""
    host.heartbeats.register(name, within_seconds=5 * seconds)
    while not stop.is_set():
        try:
            await turn()
        except (PyMongoError, RuleViolation, CorruptCommit) as error:
            what = error.data if isinstance(error, ViewNotReady) else {}
            log.warning("sweep_waits", loop=name, error=type(error).__name__, **what)
        host.heartbeats.beat(name)
        await stop.within(seconds)
    host.heartbeats.unregister(name)


def together(*loops: Loop) -> Loop:
    """The loops of one role as one; when one fails, all end, and the process with them."""

    async def run(stop: StopSignal) -> None:
        async with asyncio.TaskGroup() as tasks:
            for loop in loops:
                tasks.create_task(loop(stop))

    return run
