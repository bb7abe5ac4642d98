"""Recognition over HTTP: apply, assess, decide, propose, and read. Each route parses, authorises, handles, answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.recognition import queries
from services.recognition.application import (
    APPLICATION,
    AboveThreshold,
    AlreadyAssessed,
    AlreadyDecided,
    Application,
    BelowThreshold,
    NoSuchApplication,
    NotAssessed,
    OutsideJurisdiction,
    OwnApplication,
    ScoresIncomplete,
    Status,
)
from services.recognition.commands import ApplyForNQS, AssessNQS, GrantNQS, ProposeForEQS, RefuseNQS
from services.recognition.dossier import DOSSIER, DossierNotOpen, NoSealFromThatCountry
from services.recognition.queries import ApplicationAnswer, DossierAnswer, Items, application_answer, dossier_answer
from shared.contracts.base import derived_id
from shared.contracts.recognition import Score
from shared.event_store.handling import Outcome
from shared.event_store.history import Context
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import TEACHER, OfficeKind
from shared.identity.tokens import Principal
from shared.nodes import NQSPolicy
from shared.web.authentication import SignedIn
from shared.web.context import context_for
from shared.web.fields import WHOLE, CountryCode, Identifier, RequestBody
from shared.web.idempotency import ExpectedVersion, IdempotencyKey, set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for

NSO = (OfficeKind.NATIONAL_SUPPORT_OFFICER,)
ASSESSOR = (OfficeKind.ASSESSOR,)
READERS = (OfficeKind.ASSESSOR, OfficeKind.NATIONAL_SUPPORT_OFFICER)


class ApplyBody(RequestBody):
    project: UUID


class Points(RequestBody):
    criterion: Identifier
    points: Annotated[int, Field(ge=0, le=5), WHOLE]


class AssessBody(RequestBody):
    scores: Annotated[tuple[Points, ...], Field(min_length=1, max_length=20)]


class ProposeBody(RequestBody):
    country: CountryCode


def router(host: Host) -> APIRouter:
    """All routes of recognition."""
    routes = edge_router("/recognition", tags=["recognition"])
    _apply(routes, host)
    _assess(routes, host)
    _decide(routes, host)
    _propose(routes, host)
    _read(routes, host)
    return routes


def _apply(routes: APIRouter, host: Host) -> None:
    @routes.post("/applications", status_code=201, responses=responses_for(queries.NotAMember))
    async def apply_for_nqs(
        body: ApplyBody, who: SignedIn, key: IdempotencyKey, request: Request, response: Response
    ) -> ApplicationAnswer:
        """A member of a running project applies for the National Quality Seal."""
        project = str(body.project)
        member = await queries.membership(host.views, project, who.person)
        application = derived_id("nqs", project, who.person)
        command = ApplyForNQS(
            at=host.clock(),
            application=application,
            project=project,
            teacher=who.person,
            school=member.school,
            country=member.country,
        )
        context = context_for(request, who, TEACHER, member.country.lower(), key=key, basis=(member.event,))
        outcome = await host.handler.handle(APPLICATION, application, command, context)
        return _answer(outcome, response)


def _assess(routes: APIRouter, host: Host) -> None:
    @routes.post(
        "/applications/{application}/assessment",
        responses=responses_for(NoSuchApplication, NotInOffice, OwnApplication, AlreadyAssessed, ScoresIncomplete),
    )
    async def assess_nqs(
        application: UUID,
        body: AssessBody,
        who: SignedIn,
        key: IdempotencyKey,
        version: ExpectedVersion,
        request: Request,
        response: Response,
    ) -> ApplicationAnswer:
        """An assessor of the application's country gives points for each criterion."""
        state = await _visible(host, str(application), who)
        office = await live_office(host.views, who, ASSESSOR, state.country)
        rubric = _rubric(host, state.country)
        command = AssessNQS(
            at=host.clock(),
            assessor=who.person,
            scores=tuple(Score(criterion=given.criterion, points=given.points) for given in body.scores),
            criteria=rubric.content.criteria,
            most_points=rubric.content.points_max,
        )
        context = _in_office(request, who, office, state.country, rubric.reference, key, version)
        return _answer(await host.handler.handle(APPLICATION, str(application), command, context), response)


def _decide(routes: APIRouter, host: Host) -> None:
    refusals = responses_for(
        NoSuchApplication, NotInOffice, OwnApplication, OutsideJurisdiction, NotAssessed, AlreadyDecided
    )

    @routes.post("/applications/{application}/grant", responses=refusals | responses_for(BelowThreshold))
    async def grant_nqs(
        application: UUID,
        who: SignedIn,
        key: IdempotencyKey,
        version: ExpectedVersion,
        request: Request,
        response: Response,
    ) -> ApplicationAnswer:
        """The national service of the school's country grants the seal."""
        return _answer(await _decided(host, GrantNQS, application, who, key, version, request), response)

    @routes.post("/applications/{application}/refuse", responses=refusals | responses_for(AboveThreshold))
    async def refuse_nqs(
        application: UUID,
        who: SignedIn,
        key: IdempotencyKey,
        version: ExpectedVersion,
        request: Request,
        response: Response,
    ) -> ApplicationAnswer:
        """The national service of the school's country refuses the seal."""
        return _answer(await _decided(host, RefuseNQS, application, who, key, version, request), response)


async def _decided(
    host: Host,
    decision: type[GrantNQS] | type[RefuseNQS],
    application: UUID,
    who: Principal,
    key: str,
    version: int | None,
    request: Request,
) -> Outcome[Application]:
    state = await _visible(host, str(application), who)
    office = await live_office(host.views, who, NSO, state.country)
    rubric = _rubric(host, state.country)
    command = decision(
        at=host.clock(),
        officer=who.person,
        country=office.claim.country or state.country,
        threshold=rubric.content.threshold,
        floor=rubric.content.minimum_per_criterion,
    )
    context = _in_office(request, who, office, state.country, rubric.reference, key, version)
    return await host.handler.handle(APPLICATION, str(application), command, context)


def _propose(routes: APIRouter, host: Host) -> None:
    @routes.post(
        "/dossiers/{project}/proposal", responses=responses_for(NotInOffice, DossierNotOpen, NoSealFromThatCountry)
    )
    async def propose_for_eqs(
        project: UUID, body: ProposeBody, who: SignedIn, key: IdempotencyKey, request: Request, response: Response
    ) -> DossierAnswer:
        """The national service of a country that granted a counted seal proposes the project (FAQ L32)."""
        office: LiveOffice = await live_office(host.views, who, NSO, body.country)
        policy = host.nodes.policy(body.country, "eqs", on=host.clock().date())
        command = ProposeForEQS(at=host.clock(), officer=who.person, country=body.country)
        context = _in_office(request, who, office, body.country, policy.reference, key, None)
        outcome = await host.handler.handle(DOSSIER, str(project), command, context)
        set_etag(response, outcome.version)
        return dossier_answer(str(project), outcome.state)


def _read(routes: APIRouter, host: Host) -> None:
    @routes.get("/seals")
    async def my_seals(who: SignedIn) -> Items:
        """Every seal of the teacher who asks."""
        return Items(items=await queries.seals_of(host.views, who.person))

    @routes.get("/applications", responses=responses_for(NotInOffice))
    async def applications(who: SignedIn, country: CountryCode, status: Status = Status.APPLIED) -> Items:
        """The applications of a country, for its assessors and its national service."""
        await live_office(host.views, who, READERS, country)
        return Items(items=await queries.applications_to(host.views, country, status))

    @routes.get("/applications/{application}", responses=responses_for(NoSuchApplication))
    async def application(application: UUID, who: SignedIn, response: Response) -> ApplicationAnswer:
        """One application, for its teacher and for the officers of its country."""
        state, history = await host.handler.state(APPLICATION, str(application))
        await _visible(host, str(application), who)
        set_etag(response, history.version)
        return application_answer(state)

    @routes.get("/dossiers/{project}", responses=responses_for(NotFound))
    async def dossier(project: UUID, _: SignedIn, response: Response) -> DossierAnswer:
        """The European dossier of a project; countries and pseudonyms only."""
        state, history = await host.handler.state(DOSSIER, str(project))
        if not history.version:
            raise NotFound
        set_etag(response, history.version)
        return dossier_answer(str(project), state)


async def _visible(host: Host, application: str, who: Principal) -> Application:
    """What exists but is not this person's to see answers as what does not exist."""
    state, _history = await host.handler.state(APPLICATION, application)
    if state.status is Status.NONE:
        raise NoSuchApplication
    if state.teacher != who.person:
        try:
            await live_office(host.views, who, READERS, state.country)
        except NotInOffice:
            raise NoSuchApplication from None
    return state


def _rubric(host: Host, country: str) -> NQSPolicy:
    """The rubric in force in that country today."""
    return host.nodes.policy(country, "nqs", on=host.clock().date())


def _in_office(
    request: Request, who: Principal, office: LiveOffice, country: str, policy: str, key: str, version: int | None
) -> Context:
    """The context of an officer's act: capacity, node, the office's event and the policy as basis."""
    return context_for(
        request,
        who,
        office.capacity,
        country.lower(),
        key=key,
        basis=office.basis,
        policy_version=policy,
        if_match=version,
    )


def _answer(outcome: Outcome[Application], response: Response) -> ApplicationAnswer:
    set_etag(response, outcome.version)
    return application_answer(outcome.state)
