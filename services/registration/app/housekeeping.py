"""Passwords of attempts that came to nothing, drafts that nobody finished, and sessions that are over, are not kept.

Every draft has a password that waits for it, kept before the commit that sends its link and until the draft's end: so
the passwords that are over name the drafts that may be, and a turn reads no others.
"""

from datetime import datetime
from functools import partial

from services.registration.api.desk import ACCOUNTS, Desk
from services.registration.api.settled import settled_of
from services.registration.deadlines.drafts import EXPIRE, expiring
from services.registration.mongo import Credential
from services.registration.teacher import TEACHER, Status
from shared.contracts.registration import RegistrationStarted
from shared.hosting.deadlines import deadline_context
from shared.hosting.parts import Loop
from shared.hosting.sweeping import apart, every

NAME = "credentials_sweep"
SWEEP_S = 300.0


def credentials_sweep(desk: Desk) -> Loop:
    """A loop of the role `deadlines`."""
    return partial(every, SWEEP_S, NAME, partial(drop_outdated, desk), desk.host)


async def drop_outdated(desk: Desk) -> None:
    """One turn. What cannot be decided about one now keeps no other waiting."""
    for credential in await desk.accounts.outdated():
        await apart(_settle(desk, credential), NAME, desk.host)
    await desk.accounts.drop_ended_sessions()


async def _settle(desk: Desk, credential: Credential) -> None:
    """Where a crash came before the account, it follows first; where a draft goes on, its password waits on."""
    for kind in ACCOUNTS:
        settled = await settled_of(desk, kind, credential.subject)
        if settled is not None and settled.credential == credential.id:
            await desk.accounts.open(credential.subject, settled)
    until = await expire_draft(desk, credential.subject)
    if until is None:
        await desk.accounts.drop(credential)
    else:
        await desk.accounts.postpone(credential, until)


async def expire_draft(desk: Desk, teacher: str) -> datetime | None:
    """Ends a draft whose time is over, and forgets it here at once; elsewhere `PersonalDataErased` does.

    Returns:
        When it will end, where it has time left.
    """
    state, history = await desk.host.handler.state(TEACHER, teacher)
    if state.status is not Status.STARTED or state.latest is None:
        return None
    began = next(one for one in reversed(history.recorded) if isinstance(one.event, RegistrationStarted))
    policy = desk.host.nodes.policy(state.latest.country, "accounts", began.time.date())
    ends = began.time + policy.content.draft
    command = expiring(state.latest.id, ends, desk.host.clock())
    if command is None:
        return ends
    context = deadline_context(began, EXPIRE, policy_version=policy.reference)
    outcome = await desk.host.handler.handle(TEACHER, teacher, command, context)
    if outcome.state.status is Status.ERASED:
        await desk.erasure.erase(teacher)
    return None
