"""Which password counts: what the person's stream settled on (see `mongo.py`)."""

from services.registration.api.desk import ACCOUNTS, Desk
from services.registration.mongo import Settled
from services.registration.officer import OFFICER, Officer
from services.registration.teacher import TEACHER, Teacher


def settled_in(state: Teacher | Officer) -> Settled | None:
    """None while there is no account, or no more."""
    return None if state.credential is None else Settled(state.credential, state.passwords)


async def settled_of(desk: Desk, kind: str, person: str) -> Settled | None:
    """As the stream of a teacher, or of an officer, says now."""
    state, _ = await desk.host.handler.state(ACCOUNTS[kind], person)
    return settled_in(state)


async def settled_for(desk: Desk, person: str) -> Settled | None:
    """For who may be either: an identifier does not say."""
    return await settled_of(desk, TEACHER.name, person) or await settled_of(desk, OFFICER.name, person)
