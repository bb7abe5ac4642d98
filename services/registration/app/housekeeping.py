"""Passwords of attempts that came to nothing, and sessions that are over, are not kept."""

import structlog

from services.registration.api.desk import Desk
from services.registration.api.sessions import settled_attempt
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER
from shared.event_store.commits import CorruptCommit
from shared.event_store.violations import RuleViolation
from shared.hosting.parts import Loop, StopSignal
from shared.mongo import PyMongoError

log = structlog.get_logger()

SWEEP_S = 300.0
_LOOP = "credentials_sweep"


def credentials_sweep(desk: Desk) -> Loop:
    """The loop of the role `deadlines`."""

    async def loop(stop: StopSignal) -> None:
        heartbeats = desk.host.heartbeats
        heartbeats.register(_LOOP, within_seconds=5 * SWEEP_S)
        while not stop.is_set():
            try:
                await drop_outdated(desk)
            except (PyMongoError, RuleViolation, CorruptCommit) as error:
                log.warning("credentials_sweep_waits", error=type(error).__name__)
            heartbeats.beat(_LOOP)
            await stop.within(SWEEP_S)
        heartbeats.unregister(_LOOP)

    return loop


async def drop_outdated(desk: Desk) -> None:
    """Drops what is over; where a crash came before the account, the account is made first."""
    for credential in await desk.accounts.outdated():
        for aggregate in (TEACHER, OFFICER):
            if await settled_attempt(desk, aggregate.name, credential.subject) == credential.attempt:
                await desk.accounts.open(credential.subject, credential.attempt)
        await desk.accounts.drop(credential)
    await desk.accounts.drop_ended_sessions()
