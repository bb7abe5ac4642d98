"""A school that somebody misses: proposed by a teacher, or on the way to being one; decided by an officer."""

from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from services.registration.api.completion import CONTINUATION, OWNER
from services.registration.api.desk import Desk, LinkToken, Locale
from services.registration.api.school_desk import Details
from services.registration.api.school_scope import Acting, OfficialId, SchoolShown, acting, region_of, shown
from services.registration.api.standing import refuse_blocked
from services.registration.commands import AcceptProposal, ProposeSchool, RefuseProposal
from services.registration.profile import BlockedProfile
from services.registration.queries import Proposals
from services.registration.school import MAY, REFUSALS, SCHOOL, NoSuchProposal, NoSuchSchool, School, Standing
from services.registration.teacher import TEACHER, Status
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.reasons import NoSchoolReason
from shared.contracts.registration import OfficeKind, SchoolProposed
from shared.event_store.history import Context
from shared.event_store.violations import NotFound
from shared.identity import offices
from shared.identity.live_offices import NotInOffice, live_office
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.rate_limits import per_client
from shared.identity.tokens import Principal
from shared.web.authentication import MaybeSignedIn, SignedIn, principal
from shared.web.context import CommandRequest, context_for
from shared.web.fields import CountryCode, Identifier, Line, RequestBody
from shared.web.idempotency import IdempotencyKey, set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for

Website = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^https?://[!-~]+$")]


class MissingSchool(Details):
    """The school that is missing. `continuation`: what phase 1 ended with, from somebody without an account yet."""

    continuation: LinkToken | None = None
    country: CountryCode
    region: Line | None = None
    official_id: OfficialId | None = None
    website: Website | None = None
    locale: Locale


class Refusing(RequestBody):
    """Why it is not added."""

    reason: NoSchoolReason


class ProposalAnswer(BaseModel):
    """A proposal and what became of it."""

    school: str
    country: str
    region: str | None
    standing: Standing
    reason: str | None


class ProposedDetails(BaseModel):
    """What was typed."""

    name: str
    city: str
    postal_code: str
    official_id: str
    website: str


class WaitingProposal(BaseModel):
    """A proposal that waits for an officer; `details` is nothing where the proposer's data were erased."""

    school: str
    country: str
    region: str | None
    proposed: datetime
    details: ProposedDetails | None


class WaitingProposals(BaseModel):
    """At most a hundred for each region asked about."""

    items: list[WaitingProposal]


class Acceptance(Details):
    """The school as its country's register has it; the region is the proposed one where none is given."""

    official_id: OfficialId
    region: Line | None = None


_KINDS: tuple[OfficeKind, ...] = MAY[AcceptProposal]


class ProposalRoutes:
    """Propose; list, accept, refuse."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._proposals = Proposals(desk.host)

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route(
            "/schools/proposals", self.propose, methods=["POST"], status_code=201,
            responses=responses_for(NotFound, BlockedProfile, *REFUSALS[ProposeSchool]),
            dependencies=[Depends(per_client("propose", "60/minute"))],
        )  # fmt: skip
        routes.add_api_route("/schools/proposals", self.waiting, responses=responses_for(NotInOffice))
        routes.add_api_route(
            "/schools/proposals/{school}/accept", self.accept, methods=["POST"],
            responses=responses_for(*REFUSALS[AcceptProposal]),
        )  # fmt: skip
        routes.add_api_route(
            "/schools/proposals/{school}/refuse", self.refuse, methods=["POST"],
            responses=responses_for(*REFUSALS[RefuseProposal]),
        )  # fmt: skip
        return routes

    async def propose(
        self, request: Request, response: Response, who: MaybeSignedIn, body: MissingSchool, key: IdempotencyKey
    ) -> ProposalAnswer:
        """A school is missing: an officer of the place looks at it, and the proposer is told by mail."""
        proposer = self._proposer(who, body)
        await refuse_blocked(self._host, proposer)
        email = await self._email(proposer)
        region = region_of(self._desk, body.country, body.region)
        await self._host.limiter.check_address("propose", "10/day", proposer)
        context = context_for(request, proposer, AS_TEACHER, body.country.lower(), key=key)
        school = await self._stream(proposer, body.country, context)
        fields = body.model_dump(mode="json", include={"name", "city", "postal_code", "official_id", "website"})
        typed = {name: value or "" for name, value in fields.items()}
        record = derived_id(f"{context.command_id}", "school_proposal")
        details = await self._host.records.draft(record, proposer, "school_proposal", typed)
        command = ProposeSchool(
            at=self._host.clock(),
            school=school,
            country=body.country,
            region=region,
            proposer=proposer,
            locale=body.locale,
            email=email,
            details=details.ref,
            not_admitted=self._desk.not_admitted(body.country),
        )
        outcome = await self._host.handler.handle(SCHOOL, school, command, context, [details])
        set_etag(response, outcome.version)
        return _answer(outcome.state)

    async def waiting(
        self, who: SignedIn, country: CountryCode, region: Annotated[Line | None, Query()] = None
    ) -> WaitingProposals:
        """The proposals that wait in this country, or in the regions of it that the office covers."""
        items: list[WaitingProposal] = []
        for place in await self._places(who, country, region):
            for one, typed in await self._proposals.waiting(country, place):
                details = None if typed is None else ProposedDetails.model_validate(typed)
                item = WaitingProposal(
                    school=one["school"],
                    country=country,
                    region=one["region"],
                    proposed=one["proposed"],
                    details=details,
                )
                items.append(item)
        return WaitingProposals(items=sorted(items, key=lambda item: (item.proposed, item.school)))

    async def accept(self, asking: CommandRequest, school: Identifier, body: Acceptance) -> SchoolShown:
        """The school is registered, as the officer spells it; one that is there already is named (409)."""
        proposal, office = await self._proposed(asking.who, school)
        region = proposal.region if body.region is None else region_of(self._desk, proposal.country, body.region)
        there = await self._proposals.identifier(proposal.country, body.official_id)
        command = AcceptProposal(
            at=self._host.clock(),
            **office.fields,
            official_id=body.official_id,
            name=body.name,
            city=body.city,
            postal_code=body.postal_code,
            region=region,
            there_already=await self._registered(there) if there != school else None,
            not_admitted=self._desk.not_admitted(proposal.country),
        )
        outcome = await self._host.handler.handle(SCHOOL, school, command, office.context(asking))
        set_etag(asking.response, outcome.version)
        return shown(outcome.state)

    async def refuse(self, asking: CommandRequest, school: Identifier, body: Refusing) -> ProposalAnswer:
        """Not an official school before university, or there already: the proposer is told why."""
        _, office = await self._proposed(asking.who, school)
        command = RefuseProposal(at=self._host.clock(), **office.fields, reason=body.reason)
        outcome = await self._host.handler.handle(SCHOOL, school, command, office.context(asking))
        set_etag(asking.response, outcome.version)
        return _answer(outcome.state)

    def _proposer(self, who: Principal | None, body: MissingSchool) -> str:
        """Whoever's continuation it is, else whoever is signed in."""
        if body.continuation is None:
            return principal(who).person
        link, teacher = self._desk.link(body.continuation, purpose=CONTINUATION, aggregate=TEACHER.name, signer=OWNER)
        if self._host.clock() >= link.expires_at:
            raise NotFound
        return teacher

    async def _email(self, proposer: str) -> RecordRef:
        """Where the answer is mailed to: the address that the proposer confirmed. Officers register schools instead."""
        state, _ = await self._host.handler.state(TEACHER, proposer)
        confirmed = None if state.confirmed is None else state.confirmed.email
        email = state.email or confirmed
        if email is None or state.status not in {Status.STARTED, Status.REGISTERED}:
            raise NotFound
        return email

    async def _stream(self, proposer: str, country: str, context: Context) -> str:
        """The proposer's one stream in this country that became no school yet: so one proposal waits at a time."""
        numbers = count()
        while True:
            school = f"{country}-{derived_id('school proposal', proposer, country, str(next(numbers)))}"
            state, history = await self._host.handler.state(SCHOOL, school)
            if state.registered is None or history.done(context) is not None:
                return school

    async def _places(self, who: Principal, country: str, region: str | None) -> list[str | None]:
        """The whole country (None), or the regions of it, that the person's live offices cover."""
        kinds = tuple(offices.OfficeKind(kind) for kind in _KINDS)
        claimed = {claim.region for claim in who.offices_of(*kinds) if claim.country == country}
        found: list[str | None] = []
        for place in sorted({region} if region is not None else claimed or {None}, key=lambda one: one or ""):
            with suppress(NotInOffice):
                await live_office(self._host.views, who, kinds, country, place)
                found.append(place)
        if not found:
            raise NotInOffice(country=country)
        return [None] if None in found else found

    async def _proposed(self, who: Principal, school: str) -> tuple[SchoolProposed, Acting]:
        """The proposal, for somebody whose office covers its place; others are told that there is none."""
        state, _ = await self._host.handler.state(SCHOOL, school)
        if state.proposal is None:
            raise NoSuchProposal
        try:
            office = await acting(self._desk, who, AcceptProposal, state.proposal.country, state.proposal.region)
        except NotInOffice:
            raise NoSuchProposal from None
        return state.proposal, office

    async def _registered(self, school: str) -> str | None:
        try:
            await self._desk.schools.shown(school)
        except NoSuchSchool:
            return None
        return school


def _answer(state: School) -> ProposalAnswer:
    proposal = state.proposal
    if proposal is None:
        raise NoSuchProposal
    return ProposalAnswer(
        school=proposal.school,
        country=proposal.country,
        region=proposal.region,
        standing=state.standing,
        reason=state.refused_for,
    )
