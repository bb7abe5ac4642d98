"""What every route about a school shares: the office it is decided in, and the types of what officers type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, StringConstraints

from services.registration.api.desk import Desk
from services.registration.commands import OfOffice
from services.registration.school import MAY, SCHOOL, NoSuchSchool, School, Standing
from shared.contracts.base import Command
from shared.contracts.registration import Level
from shared.event_store.handling import Intent
from shared.event_store.history import Context
from shared.identity import offices
from shared.identity.live_offices import LiveOffice, live_office
from shared.identity.tokens import Principal
from shared.nodes import UnknownCountry, UnknownRegion
from shared.web.context import Asking
from shared.web.idempotency import set_etag
from shared.web.problem import FieldError, Problem

LEVELS: tuple[Level, ...] = get_args(Level)

OfficialId = Annotated[str, StringConstraints(min_length=1, max_length=90, pattern=r"^[!-~]([ -~]*[!-~])?$")]
"""How the country's own register names a school: printable ASCII."""

MailDomain = Annotated[
    str, StringConstraints(max_length=253, pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$")
]
"""The domain of a school's own addresses, in ASCII, lower case."""


class SchoolShown(BaseModel):
    """A school as it stands. `merged_into`: it was found to be that one, where registrations at it go."""

    school: str
    country: str
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str
    levels: list[Level]
    mail_domain: str | None
    standing: Standing
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class Acting:
    """An office found live, in which one command is decided."""

    live: LiveOffice
    country: str

    @property
    def fields(self) -> dict[str, Any]:
        """What every command of an office carries."""
        claim = self.live.claim
        return {"office": claim.kind.value, "office_country": claim.country, "office_region": claim.region}

    def context(self, asking: Asking, *basis: str) -> Context:
        """Whoever asks, in this office."""
        return asking.context(self.live.capacity, self.country.lower(), basis=(*self.live.basis, *basis))


async def acting(desk: Desk, who: Principal, command: type[Command], country: str, region: str | None = None) -> Acting:
    """The office in which this person may give this command about a school of that place.

    Raises:
        NotInOffice: there is none.
    """
    kinds = tuple(offices.OfficeKind(kind) for kind in MAY[command])
    return Acting(await live_office(desk.host.views, who, kinds, country, region), country)


async def act_on(
    desk: Desk, asking: Asking, school: str, kind: type[OfOffice], intents: Sequence[Intent] = (), **fields: Any
) -> SchoolShown:
    """Decides a command about a registered school in the office that covers it; the school as it then stands.

    Raises:
        NoSuchSchool: it is not in the register.
        NotInOffice: no office of this person's covers it.
    """
    known, _, _ = await desk.schools.shown(school)
    place = shown(known)
    office = await acting(desk, asking.who, kind, place.country, place.region)
    command = kind(at=desk.host.clock(), **office.fields, **fields)
    outcome = await desk.host.handler.handle(SCHOOL, school, command, office.context(asking), intents)
    set_etag(asking.response, outcome.version)
    return shown(outcome.state)


def shown(state: School) -> SchoolShown:
    """Raises `NoSuchSchool`."""
    if state.registered is None:
        raise NoSuchSchool
    return SchoolShown(
        **state.registered.model_dump(),
        levels=list(state.levels),
        mail_domain=state.mail_domain,
        standing=state.standing,
        merged_into=state.into,
    )


def region_of(desk: Desk, country: str, region: str | None) -> str | None:
    """The region as the node spells it; one that the country has not is a fault of the request (422)."""
    if region is None:
        return None
    try:
        return desk.host.nodes.country(country).region(region)
    except (UnknownCountry, UnknownRegion):
        raise Problem(
            422, "validation-failed", errors=[FieldError("body", "/region", "The country has no such region")]
        ) from None


def in_order(levels: list[Level]) -> tuple[Level, ...]:
    """Each level once, youngest first."""
    return tuple(level for level in LEVELS if level in levels)
