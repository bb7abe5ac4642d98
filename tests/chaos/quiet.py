"""When the system has come to rest: nothing unsealed, nothing unread, nothing parked, twice in a row."""

import asyncio
import time

from deploy.connections import installation_settings, opened
from deploy.errors import Unable
from deploy.local.stack import LocalStack
from deploy.standing import Standing, standing_of
from shared.contracts.base import SERVICES, Service

_SWEEP_S = 1.0


async def wait_for_quiet(stack: LocalStack, deadline_s: float) -> tuple[str, ...]:
    """Waits until nothing waits twice in a row; at the deadline it answers what waits. Empty: all is quiet."""
    began, quiet = time.monotonic(), 0
    while quiet < 2:
        waiting = await _waiting(stack)
        if not waiting:
            quiet += 1
        elif time.monotonic() - began > deadline_s:
            return waiting
        else:
            quiet = 0
        await asyncio.sleep(_SWEEP_S)
    return ()


async def _waiting(stack: LocalStack) -> tuple[str, ...]:
    try:
        rows = [row for service in SERVICES for row in await _standing(stack, service)]
    except Unable as nobody:
        return (str(nobody),)
    return tuple(_words(row) for row in rows if row.waiting or row.parked)


async def _standing(stack: LocalStack, service: Service) -> list[Standing]:
    async with opened(service, installation_settings(stack.settings)) as host:
        return await standing_of(host)


def _words(row: Standing) -> str:
    parked = f", {row.parked} parked" if row.parked else ""
    return f"{row.service} {row.role}: {row.waiting} waiting{parked}"
