"""An act needs its office in the token *and* live in the service's own view (design §10)."""

from dataclasses import dataclass

from shared.event_store.violations import Forbidden
from shared.identity.office_view import OFFICES
from shared.identity.offices import OfficeClaim, OfficeKind, covers
from shared.identity.tokens import Principal
from shared.views.reader import ViewReader


@dataclass(frozen=True, slots=True)
class LiveOffice:
    """An office that may be acted in, and the event that this rests on."""

    claim: OfficeClaim
    basis: tuple[str, ...]

    @property
    def capacity(self) -> str:
        return self.claim.capacity


class NotInOffice(Forbidden):
    """Nobody may do this without an office that covers the place."""


async def holds_live(views: ViewReader, who: Principal, kind: OfficeKind) -> bool:
    """Whether a claimed office of that kind, wherever it covers, is live in the view `offices`."""
    for claim in who.offices_of(kind):
        seen = await views.get(OFFICES, claim.office_id)
        if seen is not None and seen["live"] and (seen["person"], seen["kind"]) == (who.person, kind.value):
            return True
    return False


async def live_office(
    views: ViewReader, who: Principal, kinds: tuple[OfficeKind, ...], country: str | None, region: str | None = None
) -> LiveOffice:
    """The first claimed office of these kinds that covers the place and is live in the view `offices`.

    `country` None: only an office without a country (central) will do.

    Raises:
        NotInOffice: there is none.
    """
    for claim in who.offices_of(*kinds):
        if country is None and claim.country is not None:
            continue
        if country is not None and not covers(claim, country, region):
            continue
        seen = await views.get(OFFICES, claim.office_id)
        if seen is not None and seen["live"] and seen["person"] == who.person:
            return LiveOffice(claim, (seen["event"],))
    raise NotInOffice(country=country, region=region)
