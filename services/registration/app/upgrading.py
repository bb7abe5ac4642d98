"""What release 0.1.0 wrote in registration's own collections becomes what this one reads (docs/design.md §7).

To go with the first release after 30 November 2027; what is older then is upgraded by way of an earlier one. Facts need
no repair, upcasters read them, nor do views, which are rebuilt.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.registration.api.settled import settled_in
from services.registration.mongo import ACCOUNTS, CREDENTIALS, SESSION_LIFETIME, SESSIONS, Accounts, Credential, Settled
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER, Status
from shared.contracts.registration import OfficeAccepted, TeacherRegistered
from shared.event_store.claims import CLAIMS
from shared.event_store.history import History
from shared.hosting.host import Host
from shared.mongo import durable

OF_0_1_0 = {"number": {"$exists": False}}
"""Accounts did not say then which password theirs is; so each is repaired by the one write that says so."""


async def repair(host: Host) -> int:
    """Repairs what no process of 0.1.0 writes any more; ended anywhere it is begun again, and again changes nothing.

    Returns:
        The number of accounts that were repaired.
    """
    accounts, repaired = durable(host.database, ACCOUNTS), 0
    if await accounts.find_one(OF_0_1_0, {"_id": 1}) is None:
        return 0
    await _keep_drafts(host)
    async for found in accounts.find(OF_0_1_0):
        repaired += await _repair_account(host, found)
    return repaired


async def _keep_drafts(host: Host) -> None:
    """A draft is ended, or resumed, by the password that waits for it; 0.1.0 dropped that a week after the link's end.
    One that fits nothing takes its place, due at once: the sweep knows the draft's own time."""
    accounts, waiting = Accounts(host.database, host.clock), durable(host.database, CREDENTIALS)
    async for claim in durable(host.database, CLAIMS).find({}, {"stream": 1}):
        kind, _, teacher = claim["stream"].partition("-")
        if kind != TEACHER.name or await waiting.find_one({"subject": teacher}, {"_id": 1}) is not None:
            continue
        state, _ = await host.handler.state(TEACHER, teacher)
        if state.status is Status.STARTED and state.latest is not None:
            await accounts.keep(Credential(state.latest.id, teacher, hash=""), host.clock())


async def _repair_account(host: Host, found: Mapping[str, Any]) -> bool:
    """Its sessions go on with the password that counted then; it is reviewed by the first sweep (FAQ L25)."""
    person, accounts = found["_id"], durable(host.database, ACCOUNTS)
    settled, history = await _settled(host, person)
    if settled is None:
        return False  # erased: what is left here goes as the erasure arrives
    sessions = durable(host.database, SESSIONS)
    opened = [one["expires"] - SESSION_LIFETIME for one in await sessions.find({"person": person}).to_list(None)]
    came = _last_access(found.get("last_access"), opened, history)
    unnamed = {"person": person, "credential": {"$exists": False}}
    await sessions.update_many(unnamed, {"$set": {"credential": settled.credential}})
    changes = {"credential": settled.credential, "number": settled.number, "last_access": came, "review": came}
    return (await accounts.update_one({"_id": person, **OF_0_1_0}, {"$set": changes})).matched_count == 1


async def _settled(host: Host, person: str) -> tuple[Settled | None, History]:
    teacher, history = await host.handler.state(TEACHER, person)
    if history.version:
        return settled_in(teacher), history
    officer, history = await host.handler.state(OFFICER, person)
    return settled_in(officer), history


def _last_access(noted: str | None, opened: list[datetime], history: History) -> str:
    """The day of the last sign-in that left a trace: noted then, or by a session; else that of the registration."""
    made = next(one for one in history.recorded if isinstance(one.event, TeacherRegistered | OfficeAccepted))
    days = [made.time.date(), *(moment.date() for moment in opened)]
    return max(days if noted is None else [*days, date.fromisoformat(noted)]).isoformat()
