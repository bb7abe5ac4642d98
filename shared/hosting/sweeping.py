"""The role `deadlines`: what is looked at from time to time, and the sweep that every service has."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

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
        while await host.records.sweep(failed) == SWEPT and not stop.is_set():  # a hundred a minute may be too few
            host.heartbeats.beat("sweep")

    def failed(error: Exception) -> None:
        _count(error, "sweep", host)

    await every(SWEEP_S, "sweep", turn, host, stop)


async def every(seconds: float, name: str, turn: Callable[[], Awaitable[None]], host: Host, stop: StopSignal) -> None:
    """Takes a turn every so often until `stop`. No exception ends it: the next turn looks again.

    It is missed (`/live`) once five turns in a row failed. Where the database is away, or a view waits for its rebuild,
    it only waits: `/ready` says so, and starting the process again would make no progress either.
    """
    host.heartbeats.register(name, within_seconds=5 * seconds)
    while not stop.is_set():
        try:
            await turn()
            host.heartbeats.beat(name)
        except (PyMongoError, ViewNotReady) as error:
            what = error.data if isinstance(error, ViewNotReady) else {}
            log.warning("sweep_waits", loop=name, error=type(error).__name__, **what)
            host.heartbeats.beat(name)
        except Exception as error:  # noqa: BLE001 whatever it was, the other loops of the process go on
            log.warning("sweep_turn_failed", loop=name, error=type(error).__name__)
            _count(error, name, host)
        await stop.within(seconds)
    host.heartbeats.unregister(name)


async def apart(item: Awaitable[object], name: str, host: Host, **which: str) -> bool:
    """Does one item of a turn of the loop `name`; whether it came through. Whatever is wrong with it holds up no other,
    and the next turn looks at it again; `which`: identifiers for the log. An item is progress, done or not.

    Raises:
        PyMongoError: the database does not answer: that is the whole turn's.
        ViewNotReady: likewise.
    """
    try:
        await item
    except (PyMongoError, ViewNotReady):
        raise
    except Exception as error:  # noqa: BLE001 see above
        log.warning("sweep_item_waits", loop=name, error=type(error).__name__, **which)
        _count(error, name, host)
        return False
    finally:
        if name in host.heartbeats:  # a turn that is taken by hand has no loop
            host.heartbeats.beat(name)
    return True


def _count(error: Exception, name: str, host: Host) -> None:
    host.metrics.sweep_failures_total.labels(host.service, name, type(error).__name__).inc()


def together(*loops: Loop) -> Loop:
    """The loops of one role as one; when one fails, all end, and the process with them."""

    async def run(stop: StopSignal) -> None:
        async with asyncio.TaskGroup() as tasks:
            for loop in loops:
                tasks.create_task(loop(stop))

    return run
