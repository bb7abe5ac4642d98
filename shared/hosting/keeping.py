"""The role `api`: a view kept in memory is read before somebody asks, and followed while nobody does."""

from typing import Any

from shared.hosting.host import Host
from shared.hosting.parts import Loop, StopSignal
from shared.hosting.sweeping import every
from shared.views.following import Followed

LOOK_S = 0.5
AGAIN_S = 10.0
"""After the database failed. It is missed after five times as long without a batch that was read."""


def keeping(name: str, followed: Followed[Any], host: Host) -> Loop:
    """The loop that refreshes it, and closes it at the end."""

    async def run(stop: StopSignal) -> None:
        async def turn() -> None:
            while not stop.is_set():
                await followed.refresh()
                host.heartbeats.beat(name)
                await stop.within(LOOK_S)

        def progress() -> None:
            if name in host.heartbeats:  # a request may read on while the loop ends
                host.heartbeats.beat(name)

        followed.progress = progress
        try:
            await every(AGAIN_S, name, turn, host, stop)
        finally:
            await followed.close()

    return run
