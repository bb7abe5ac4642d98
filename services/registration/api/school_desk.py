"""What officers do with the register of schools; who may is a matrix in the service's README."""

from fastapi import APIRouter
from pydantic import Field

from services.registration.api.desk import Desk
from services.registration.api.school_scope import (
    MailDomain,
    OfficialId,
    SchoolShown,
    act_on,
    acting,
    in_order,
    region_of,
    shown,
)
from services.registration.commands import (
    CloseSchool,
    CorrectSchool,
    DescribeSchool,
    MergeSchool,
    MoveSchool,
    RegisterSchool,
    ReopenSchool,
)
from services.registration.queries import Proposals
from services.registration.school import REFUSALS, SCHOOL, NoSuchSchool, Standing
from shared.contracts.reasons import ClosureReason
from shared.contracts.registration import Level
from shared.identity.live_offices import NotInOffice
from shared.web.context import CommandRequest
from shared.web.fields import CountryCode, Identifier, Line, RequestBody
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Details(RequestBody):
    """What a school is called and where it is."""

    name: Line
    city: Line
    postal_code: Line


class NewSchool(Details):
    """An official school before university (FAQ L14, L16), by the identifier of its country's register."""

    country: CountryCode
    official_id: OfficialId
    region: Line | None = None


class Description(RequestBody):
    """Its levels (FAQ L14), and the domain of its own mail addresses."""

    levels: list[Level] = Field(max_length=10)
    mail_domain: MailDomain | None = None


class Place(RequestBody):
    """The region that holds the school; none: its country's national representative does."""

    region: Line | None


class Closing(RequestBody):
    """Why the school is closed."""

    reason: ClosureReason


class Merging(RequestBody):
    """The school to use instead."""

    into: Identifier


class SchoolDesk:
    """Register, correct, describe, move, close, reopen, merge."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._proposals = Proposals(desk.host)

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route(
            "/schools", self.register, methods=["POST"], status_code=201,
            responses=responses_for(NotInOffice, *REFUSALS[RegisterSchool]),
        )  # fmt: skip
        for act, command in (
            (self.correct, CorrectSchool),
            (self.describe, DescribeSchool),
            (self.move, MoveSchool),
            (self.close, CloseSchool),
            (self.reopen, ReopenSchool),
            (self.merge, MergeSchool),
        ):
            refusals = responses_for(NotInOffice, *REFUSALS[command])
            routes.add_api_route(f"/schools/{{school}}/{act.__name__}", act, methods=["POST"], responses=refusals)
        return routes

    async def register(self, asking: CommandRequest, body: NewSchool) -> SchoolShown:
        """A school joins the register; again with the same data changes nothing."""
        office = await acting(self._desk, asking.who, RegisterSchool, body.country)
        identifier = await self._proposals.identifier(body.country, body.official_id)
        command = RegisterSchool(
            at=self._host.clock(),
            school=identifier,
            country=body.country,
            region=region_of(self._desk, body.country, body.region),
            official_id=body.official_id,
            name=body.name,
            city=body.city,
            postal_code=body.postal_code,
            not_admitted=self._desk.not_admitted(body.country),
        )
        outcome = await self._host.handler.handle(SCHOOL, identifier, command, office.context(asking))
        set_etag(asking.response, outcome.version)
        return shown(outcome.state)

    async def correct(self, asking: CommandRequest, school: Identifier, body: Details) -> SchoolShown:
        """It is called otherwise, or has moved within its region."""
        return await act_on(
            self._desk, asking, school, CorrectSchool, name=body.name, city=body.city, postal_code=body.postal_code
        )

    async def describe(self, asking: CommandRequest, school: Identifier, body: Description) -> SchoolShown:
        """Its levels and its mail domain; what is left out is not known from now on."""
        return await act_on(
            self._desk, asking, school, DescribeSchool, levels=in_order(body.levels), mail_domain=body.mail_domain
        )

    async def move(self, asking: CommandRequest, school: Identifier, body: Place) -> SchoolShown:
        """Another region of its country holds it; open cases of its teachers follow."""
        state, _, _ = await self._desk.schools.shown(school)
        region = region_of(self._desk, shown(state).country, body.region)
        return await act_on(self._desk, asking, school, MoveSchool, region=region)

    async def close(self, asking: CommandRequest, school: Identifier, body: Closing) -> SchoolShown:
        """Nobody registers at it any more."""
        return await act_on(self._desk, asking, school, CloseSchool, reason=body.reason)

    async def reopen(self, asking: CommandRequest, school: Identifier) -> SchoolShown:
        """Undoes closing, or merging."""
        return await act_on(self._desk, asking, school, ReopenSchool)

    async def merge(self, asking: CommandRequest, school: Identifier, body: Merging) -> SchoolShown:
        """A duplicate: from now on teachers who choose it register at the other one."""
        try:
            survivor, _, _ = await self._desk.schools.shown(body.into)
        except NoSuchSchool:
            into_country, into_open = None, False
        else:
            into_country, into_open = shown(survivor).country, survivor.standing is Standing.OPEN
        return await act_on(
            self._desk, asking, school, MergeSchool, into=body.into, into_country=into_country, into_open=into_open
        )
