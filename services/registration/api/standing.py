"""Coming back: what every sign-in and renewal does before it is acknowledged (FAQ L25, rules §4.15).

A removal must not win against a sign-in that was acknowledged, and both may run at once, in two processes:

- **Sign-in**: writes today as the account's last access (W), then loads the profile (S). Where something was announced
  or the profile is inactive it commits the return; where the profile is removed it fails as for an unknown address.
- **Removal**: loads the profile at version n, in which the removal stands announced, marks the account on condition
  that its last access is still the one announced (A; every step before it does the same), and appends version n+1.

Suppose that both succeed. The mark was made, so A came before W, and W before S: S sees at least version n (`closing`
says so, should a stale primary answer). If it saw exactly n, the announcement stands and the sign-in committed a return
there: one of the two appends was refused, and whoever lost looked again, the removal at a last access that is not the
announced one, the sign-in at a removed profile. If S saw n+1, it saw the removal. Either way only one succeeded. A
removal whose append is still under way finds its version taken. A sign-in that dies between W and its commit was never
acknowledged; if the removal does not win, the next sign-in or the sweep commits the return that is missing.
"""

from services.registration.api.desk import Desk
from services.registration.commands import ReturnTeacher
from services.registration.profile import PROFILE, BlockedProfile, NoSuchProfile, Standing
from shared.contracts.base import derived_id
from shared.event_store.history import Context, History
from shared.event_store.violations import Busy
from shared.hosting.host import Host
from shared.identity.offices import TEACHER as AS_TEACHER


async def returned(desk: Desk, person: str) -> bool:
    """Notes the access, and what it ends; false for who has no account (any more). Officers have no profile.

    Raises:
        Busy, OutcomeUnknown: it could not be established; nothing may be acknowledged.
    """
    closing = await desk.accounts.came(person)
    if closing is None:
        return False
    state, history = await desk.host.handler.state(PROFILE, person)
    if history.version + 1 < closing:
        raise Busy(stream=history.stream)
    if state.standing is Standing.REMOVED:
        return False
    if state.away_since is None:
        return True
    command = ReturnTeacher(at=desk.host.clock())
    try:
        await desk.host.handler.handle(PROFILE, person, command, _context(person, history))
    except NoSuchProfile:
        return False
    return True


async def refuse_blocked(host: Host, person: str) -> None:
    """A block bars every write (FAQ L24): the profile's own decisions look at their state, whatever else a teacher may
    write here asks this; the other services ask `shared.identity.standings`.

    Not barred is what only gives something up or proves who one is: signing in, another password, the withdrawal of a
    change of address, the erasure of one's data. Officers have no profile, nor has who is still registering.

    Raises:
        BlockedProfile: with the reason's code.
    """
    state, _ = await host.handler.state(PROFILE, person)
    if state.blocked is not None:
        raise BlockedProfile(reason=state.blocked.reason)


def _context(person: str, history: History) -> Context:
    """A return has no key: only the state tells a repeat."""
    correlation = derived_id("return", history.stream, str(history.version))
    return Context(actor=person, capacity=AS_TEACHER, node=history.recorded[-1].node, correlation_id=correlation)
