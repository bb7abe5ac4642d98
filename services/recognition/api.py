"""Recognition over HTTP: apply, assess, decide, propose, and read. Each route parses, authorises, handles, answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from services.recognition import queries
from services.recognition.application import APPLICATION, NoSuchApplication, Status
from services.recognition.application import REFUSALS as APPLICATION_REFUSALS
from services.recognition.commands import ApplyForNQS, AssessNQS, DecideNQS, GrantNQS, ProposeForEQS, RefuseNQS
from services.recognition.dossier import DOSSIER
from services.recognition.dossier import REFUSALS as DOSSIER_REFUSALS
from services.recognition.queries import ApplicationAnswer, DossierAnswer, Items, RecognitionQueries
from shared.contracts.base import Command, derived_id
from shared.contracts.recognition import Score
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import TEACHER, OfficeKind
from shared.identity.standings import Barred, ReturnNotYetKnown, refuse_barred
from shared.identity.tokens import Principal
from shared.nodes import NQSPolicy
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest
from shared.web.fields import WHOLE, CountryCode, Identifier, RequestBody
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for

DECIDERS = (OfficeKind.NATIONAL_SUPPORT_OFFICER,)
ASSESSORS = (OfficeKind.ASSESSOR,)
READERS = (*ASSESSORS, *DECIDERS)


class NQSRequest(RequestBody):
    """The project for which the teacher who asks applies."""

    project: UUID


class Points(RequestBody):
    criterion: Identifier
    points: Annotated[int, Field(ge=0, le=5), WHOLE]


class Assessment(RequestBody):
    """One score for each criterion of the node's rubric."""

    scores: Annotated[tuple[Points, ...], Field(min_length=1, max_length=20)]


class Nomination(RequestBody):
    """The country whose national service proposes."""

    country: CountryCode


class RecognitionApi:
    """The routes of teachers, assessors and national support officers."""

    def __init__(self, host: Host, reads: RecognitionQueries) -> None:
        self._host = host
        self._reads = reads

    def router(self) -> APIRouter:
        """Everything under `/recognition`."""
        routes = edge_router("/recognition", tags=["recognition"])
        one = "/applications/{application:uuid}"
        routes.add_api_route("/seals", self.seals)
        routes.add_api_route("/applications", self.applications, responses=responses_for(NotInOffice))
        routes.add_api_route(one, self.application, responses=responses_for(NoSuchApplication))
        routes.add_api_route("/dossiers/{project:uuid}", self.dossier, responses=responses_for(NotFound))
        refusals = responses_for(*APPLICATION_REFUSALS[ApplyForNQS], queries.NotAMember, Barred, ReturnNotYetKnown)
        routes.add_api_route("/applications", self.apply, methods=["POST"], status_code=201, responses=refusals)
        for path, act, command in (
            ("/assessment", self.assess, AssessNQS),
            ("/grant", self.grant, GrantNQS),
            ("/refuse", self.refuse, RefuseNQS),
        ):
            refusals = responses_for(*APPLICATION_REFUSALS[command], NotInOffice)
            routes.add_api_route(one + path, act, methods=["POST"], responses=refusals)
        refusals = responses_for(*DOSSIER_REFUSALS[ProposeForEQS], NotInOffice)
        routes.add_api_route("/dossiers/{project:uuid}/proposal", self.propose, methods=["POST"], responses=refusals)
        return routes

    async def apply(self, asking: CommandRequest, body: NQSRequest) -> ApplicationAnswer:
        """A member of a running project applies for the National Quality Seal; not while blocked (FAQ L24)."""
        await refuse_barred(self._host.views, asking.who.person)
        project, teacher = str(body.project), asking.who.person
        member = await self._reads.membership(project, teacher)
        application = derived_id("nqs", project, teacher)
        command = ApplyForNQS(
            at=self._host.clock(),
            application=application,
            project=project,
            teacher=teacher,
            school=member.school,
            country=member.country,
        )
        context = asking.context(TEACHER, member.country.lower(), basis=(member.event,))
        await self._host.handler.handle(APPLICATION, application, command, context)
        return await self.application(UUID(application), asking.who, asking.response)

    async def assess(self, asking: CommandRequest, application: UUID, body: Assessment) -> ApplicationAnswer:
        """An assessor of the application's country gives points for each criterion."""
        country = await self._country(application, asking.who)
        office = await live_office(self._host.views, asking.who, ASSESSORS, country)
        rubric = self._rubric(country)
        command = AssessNQS(
            at=self._host.clock(),
            assessor=asking.who.person,
            scores=tuple(Score(criterion=given.criterion, points=given.points) for given in body.scores),
            criteria=rubric.content.criteria,
            most_points=rubric.content.points_max,
        )
        return await self._act(asking, application, office, rubric, command)

    async def grant(self, asking: CommandRequest, application: UUID) -> ApplicationAnswer:
        """The national service of the school's country grants the seal."""
        return await self._decide(asking, application, GrantNQS)

    async def refuse(self, asking: CommandRequest, application: UUID) -> ApplicationAnswer:
        """The national service of the school's country refuses the seal."""
        return await self._decide(asking, application, RefuseNQS)

    async def propose(self, asking: CommandRequest, project: UUID, body: Nomination) -> DossierAnswer:
        """The national service of a country that granted a counted seal proposes the project (FAQ L32)."""
        office = await live_office(self._host.views, asking.who, DECIDERS, body.country)
        policy = self._host.nodes.policy(body.country, "eqs", on=self._host.clock().date())
        command = ProposeForEQS(at=self._host.clock(), officer=asking.who.person, country=body.country)
        context = asking.context(
            office.capacity, body.country.lower(), basis=office.basis, policy_version=policy.reference
        )
        await self._host.handler.handle(DOSSIER, str(project), command, context)
        return await self.dossier(project, asking.who, asking.response)

    async def seals(self, who: SignedIn) -> Items:
        """Every seal of the teacher who asks."""
        return Items(items=await self._reads.seals_of(who.person))

    async def applications(self, who: SignedIn, country: CountryCode, status: Status = Status.APPLIED) -> Items:
        """The applications of a country, for its assessors and its national service."""
        await live_office(self._host.views, who, READERS, country)
        return Items(items=await self._reads.applications_to(country, status))

    async def application(self, application: UUID, who: SignedIn, response: Response) -> ApplicationAnswer:
        """One application, for its teacher and for the officers of its country; to others it does not exist."""
        found, version = await self._visible(application, who)
        set_etag(response, version)
        return found

    async def dossier(self, project: UUID, _who: SignedIn, response: Response) -> DossierAnswer:
        """The European dossier of a project; countries and pseudonyms only."""
        found = await self._reads.dossier(str(project))
        if found is None:
            raise NotFound
        set_etag(response, found[1])
        return found[0]

    async def _decide(
        self, asking: Asking, application: UUID, decision: type[GrantNQS] | type[RefuseNQS]
    ) -> ApplicationAnswer:
        country = await self._country(application, asking.who)
        office = await live_office(self._host.views, asking.who, DECIDERS, country)
        rubric = self._rubric(country)
        command: DecideNQS = decision(
            at=self._host.clock(),
            officer=asking.who.person,
            country=country,
            threshold=rubric.content.threshold,
            floor=rubric.content.minimum_per_criterion,
        )
        return await self._act(asking, application, office, rubric, command)

    async def _act(
        self, asking: Asking, application: UUID, office: LiveOffice, rubric: NQSPolicy, command: Command
    ) -> ApplicationAnswer:
        node = (office.claim.country or "eu").lower()
        context = asking.context(office.capacity, node, basis=office.basis, policy_version=rubric.reference)
        await self._host.handler.handle(APPLICATION, str(application), command, context)
        return await self.application(application, asking.who, asking.response)

    async def _country(self, application: UUID, who: Principal) -> str:
        found, _ = await self._visible(application, who)
        return found.country

    async def _visible(self, application: UUID, who: Principal) -> tuple[ApplicationAnswer, int]:
        """What exists but is not this person's to see answers as what does not exist."""
        found = await self._reads.application(str(application))
        if found is None:
            raise NoSuchApplication
        if found[0].teacher != who.person:
            try:
                await live_office(self._host.views, who, READERS, found[0].country)
            except NotInOffice:
                raise NoSuchApplication from None
        return found

    def _rubric(self, country: str) -> NQSPolicy:
        """The rubric in force in that country today."""
        return self._host.nodes.policy(country, "nqs", on=self._host.clock().date())
