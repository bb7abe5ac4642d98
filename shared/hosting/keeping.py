"""The role `api`: a view kept in memory is read before somebody asks, and followed while nobody does."""

from typing import Any

from shared.hosting.host import Host
from shared.hosting.parts import Loop, StopSignal
from shared.hosting.sweeping import every
from shared.views.following import Followed

LOOK_S = 0.5
AGAIN_S = 10.0
"""After the database failed. It is missed after five times as long: by then everything is read."""


def keeping(name: str, followed: Followed[Any], host: Host) -> Loop:
    """The loop that refreshes it, and closes it at the end."""

    async def run(stop: StopSignal) -> None:
        async def turn() -> None:
            while not stop.is_set():
                await followed.refresh()
                host.heartbeats.beat(name)
                await stop.within(LOOK_S)

        try:
            await every(AGAIN_S, name, turn, host, stop)
        finally:
            await followed.close()

    return run
