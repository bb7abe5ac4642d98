"""The role `api`: a view kept in memory is read before somebody asks, and followed while nobody does."""

from typing import Any

from shared.hosting.host import Host
from shared.hosting.parts import Loop, StopSignal
from shared.hosting.sweeping import every
from shared.views.following import Followed

EVERY_S = 5.0


def keeping(name: str, followed: Followed[Any], host: Host) -> Loop:
    """The loop that refreshes it, and closes it at the end."""

    async def run(stop: StopSignal) -> None:
        try:
            await every(EVERY_S, name, followed.refresh, host, stop)
        finally:
            await followed.close()

    return run
