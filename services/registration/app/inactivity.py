"""The sweep for teachers who stay away: finds accounts whose day has come, looks again, takes a step (FAQ L25)."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from services.registration.commands import Unused
from services.registration.deadlines.inactivity import Absence, Stage, Years, falling_due, review_day
from services.registration.mongo import Access, Accounts
from services.registration.profile import PROFILE, Profile, Standing
from services.registration.teacher import TEACHER
from shared.event_store.violations import RuleViolation
from shared.hosting.deadlines import deadline_context
from shared.hosting.host import Host
from shared.hosting.parts import Loop
from shared.hosting.sweeping import apart, every
from shared.nodes import NoPolicyInForce
from shared.nodes.policies import AccountsPolicy

NAME = "inactivity_sweep"
SWEEP_S = 600.0
_STEPS = 5
"""More than there are steps: one turn catches up with whatever was missed."""


class CameBack(RuleViolation):
    """Somebody signed in after the step was decided, and before it was written."""


@dataclass(frozen=True)
class StillAway:
    """The condition of every step, as an `Intent`: nobody came since. Removal rests on it, see `api/standing.py`."""

    accounts: Accounts
    access: Access

    async def aim(self, stream: str, version: int) -> None:
        """Raises `CameBack`."""
        if not await self.accounts.close(self.access.person, self.access.last_access, version):
            raise CameBack(stream=stream)


def inactivity_sweep(host: Host, accounts: Accounts) -> Loop:
    """A loop of the role `deadlines`."""
    return partial(every, SWEEP_S, NAME, partial(review_all, host, accounts), host)


async def review_all(host: Host, accounts: Accounts) -> None:
    """One turn. What cannot be decided about one account now keeps no other waiting."""
    for access in await accounts.to_review(outdated(host)):
        await apart(review(host, accounts, access), NAME, host)


def outdated(host: Host) -> list[str]:
    """What accounts of each country were reviewed under where another policy is in force today."""
    today = host.clock().date()
    published = [policy.reference for policy in host.nodes.policies if policy.kind == "accounts"]
    found: list[str] = []
    for country in host.nodes.countries:
        try:
            current = host.nodes.policy(country.code, "accounts", on=today).reference
        except NoPolicyInForce:
            continue
        found += [_under(country.code, other) for other in published if other != current]
    return found


async def review(host: Host, accounts: Accounts, access: Access) -> None:
    """Takes every step that is due, and notes when the next one will be.

    Raises:
        RuleViolation: somebody was faster, or came back; the next turn looks again.
    """
    for _ in range(_STEPS):
        state, history = await host.handler.state(PROFILE, access.person)
        if state.standing is Standing.UNKNOWN:
            await _without_profile(host, accounts, access.person)
            return
        if state.standing is Standing.REMOVED:
            await accounts.never_review(access.person)
            return
        policy = host.nodes.policy(state.main.country, "accounts", on=host.clock().date())
        absence, years = _absence(state, access.last_access), _years(policy)
        falling = falling_due(absence, years, host.clock())
        if falling is None:
            again = review_day(absence, years)
            await accounts.reviewed(access.person, again, _under(state.main.country, policy.reference))
            return
        context = deadline_context(history.recorded[0], falling.deadline, policy_version=policy.reference)
        intents = (StillAway(accounts, access),) if isinstance(falling.command, Unused) else ()
        await host.handler.handle(PROFILE, access.person, falling.command, context, intents)


async def _without_profile(host: Host, accounts: Accounts, person: str) -> None:
    """An officer has none and never becomes inactive; a teacher's is about to begin."""
    if not (await host.handler.load(TEACHER.stream(person))).version:
        await accounts.never_review(person)


def _absence(state: Profile, last_access: date) -> Absence:
    announced = state.due is not None
    if state.standing is Standing.ACTIVE:
        stage = Stage.INACTIVATION_ANNOUNCED if announced else Stage.ACTIVE
    else:
        stage = Stage.REMOVAL_ANNOUNCED if announced else Stage.INACTIVE
    return Absence(stage, last_access, state.away_since, state.due)


def _years(policy: AccountsPolicy) -> Years:
    content = policy.content
    return Years(content.inactive_after_years, content.removed_after_years, content.warned_months_before)


def _under(country: str, policy: str) -> str:
    return f"{country} {policy}"
