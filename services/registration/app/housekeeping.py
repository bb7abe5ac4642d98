"""Passwords of attempts that came to nothing, and sessions that are over, are not kept."""

from functools import partial

from services.registration.api.desk import Desk
from services.registration.api.sessions import settled_attempt
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER
from shared.hosting.parts import Loop
from shared.hosting.sweeping import every

SWEEP_S = 300.0


def credentials_sweep(desk: Desk) -> Loop:
    """The loop of the role `deadlines`."""
    return partial(every, SWEEP_S, "credentials_sweep", partial(drop_outdated, desk), desk.host)


async def drop_outdated(desk: Desk) -> None:
    """Drops what is over; where a crash came before the account, the account is made first."""
    for credential in await desk.accounts.outdated():
        for aggregate in (TEACHER, OFFICER):
            if await settled_attempt(desk, aggregate.name, credential.subject) == credential.attempt:
                await desk.accounts.open(credential.subject, credential.attempt)
        await desk.accounts.drop(credential)
    await desk.accounts.drop_ended_sessions()
