"""Waits for something to become true of other processes."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 60.0


async def until(holds: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Asks again until it is so; `holds` runs beside the event loop. Raises TimeoutError at the deadline."""
    async with asyncio.timeout(deadline_s):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 another process: there is no event to wait for
            await asyncio.sleep(0.1)
