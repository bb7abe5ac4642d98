"""The offices that who asks may act in here: claimed by the token, and held by the person's own stream (design §10).

Other services look into their view of the offices (`shared/identity/live_offices.py`); here the stream is at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.registration.officer import OFFICER
from shared.hosting.host import Host
from shared.identity.offices import OfficeClaim
from shared.identity.tokens import Principal


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office of `person`, and the event that it rests on."""

    person: str
    claim: OfficeClaim
    event: str

    @property
    def fields(self) -> dict[str, Any]:
        """What a command that needs an office carries."""
        return {"by": self.person, "authority": self.claim.kind.value, "authority_country": self.claim.country}


async def held_offices(host: Host, who: Principal) -> Sequence[HeldOffice]:
    """In the order in which the token names them."""
    state, history = await host.handler.state(OFFICER, who.person)
    held = {office.id for office in state.held()}
    return [HeldOffice(who.person, one, history.recorded[-1].id) for one in who.offices if one.office_id in held]
