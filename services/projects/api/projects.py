"""Projects over HTTP: propose, accept, approve, invite, join; each route parses, authorises, handles, answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.projects.commands import (
    AcceptCoFounding,
    ApproveForCountry,
    DeclineCoFounding,
    InvitePartner,
    JoinAsPartner,
    ProposeProject,
    RejectProject,
)
from services.projects.project import PROJECT, REFUSALS
from services.projects.queries import ProjectQueries, ProjectSearch, Validated
from shared.contracts.base import Command, derived_id
from shared.contracts.reasons import ProjectRejectionReason
from shared.contracts.teaching import Ages
from shared.event_store.violations import NotFound, NotYetKnown
from shared.hosting.host import Host
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import TEACHER, OfficeKind
from shared.identity.standings import Barred, ReturnNotYetKnown, may_act, refuse_barred
from shared.identity.tokens import Principal
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest
from shared.web.expectation import Expectation
from shared.web.fields import Line, RequestBody
from shared.web.idempotency import set_etag
from shared.web.paging import Page, Paging, page_of
from shared.web.routes import edge_router
from shared.web.teaching import MOST_CODES, Age, Language, Subject
from shared.web.violations import responses_for

DECIDERS = (OfficeKind.NATIONAL_SUPPORT_OFFICER,)
READERS = (*DECIDERS, OfficeKind.CENTRAL_SUPPORT_OFFICER)
_OF_STANDING = (Barred, ReturnNotYetKnown)
Status = Literal["proposed", "declined", "awaiting_approval", "rejected", "running"]


class AgesOfPupils(RequestBody):
    """From this age to that one, both included."""

    age_from: Age
    age_to: Age


class Proposal(RequestBody):
    """A title, and the one teacher of another school who is asked to found it too (FAQ L8).

    The rest is for being found (FAQ L26): in which languages, about what, with pupils of which ages.
    """

    title: Line
    co_founder: UUID
    languages: Annotated[tuple[Language, ...], Field(max_length=MOST_CODES)] = ()
    subjects: Annotated[tuple[Subject, ...], Field(max_length=MOST_CODES)] = ()
    ages: AgesOfPupils | None = None

    def told(self) -> dict[str, Any]:
        """What the command says of it: each code once."""
        ages = None if self.ages is None else Ages(age_from=self.ages.age_from, age_to=self.ages.age_to)
        languages, subjects = tuple(dict.fromkeys(self.languages)), tuple(dict.fromkeys(self.subjects))
        return {"languages": languages, "subjects": subjects, "ages": ages}


class Rejection(RequestBody):
    reason: ProjectRejectionReason


class Invitation(RequestBody):
    teacher: UUID


class MemberShown(BaseModel):
    """Who takes part. Of whoever was `erased` since only the pseudonym is left, and the country that the project counts
    with: a former member."""

    teacher: str
    school: str | None
    country: str
    erased: bool


class ProjectAnswer(BaseModel):
    """Where a project stands; `title` is nothing once its author's data was erased, `ages` where nobody said."""

    project: str
    title: str | None
    languages: list[str]
    subjects: list[str]
    ages: Ages | None
    status: Status
    founders: list[MemberShown]
    founding_countries: list[str]
    approved: list[str]
    members: list[MemberShown]
    invited: list[str]
    reason: str | None
    rejected_by: str | None
    proposed_at: datetime
    started_at: datetime | None


class ProjectPage(Page[ProjectAnswer]):
    """A page of projects, oldest first; `behind`: the expected change is not in it yet."""

    behind: bool


class ProjectApi:
    """The routes of teachers and national support officers."""

    def __init__(self, host: Host, queries: ProjectQueries, search: ProjectSearch) -> None:
        self._host = host
        self._queries = queries
        self._search = search

    def router(self) -> APIRouter:
        """Everything under `/projects`; identifiers are UUIDs, so that `/projects/ready` is nobody's project."""
        routes = edge_router("/projects", tags=["projects"])
        routes.add_api_route("", self.mine)
        refusals = responses_for(*REFUSALS[ProposeProject], NotYetKnown, *_OF_STANDING)
        routes.add_api_route("", self.propose, methods=["POST"], status_code=201, responses=refusals)
        one = "/{project:uuid}"
        routes.add_api_route(one, self.project, responses=responses_for(NotFound))
        for path, act, command in (
            ("/accept", self.accept, AcceptCoFounding),
            ("/decline", self.decline, DeclineCoFounding),
            ("/approve", self.approve, ApproveForCountry),
            ("/reject", self.reject, RejectProject),
            ("/partners", self.invite, InvitePartner),
            ("/partners/accept", self.join, JoinAsPartner),
        ):
            # The routes of officers refuse who is not one before the decision; those of teachers look teachers up.
            office = command in {ApproveForCountry, RejectProject}
            before = (NotInOffice,) if office else (NotYetKnown, *_OF_STANDING)
            refusals = responses_for(*REFUSALS[command], *before)
            routes.add_api_route(one + path, act, methods=["POST"], responses=refusals)
        return routes

    async def mine(self, who: SignedIn, paging: Paging, expected: Expectation) -> ProjectPage:
        """The projects that the teacher who asks founded, joined, or was asked into."""
        behind = expected is not None and not await self._queries.listed(expected.identifier, expected.version)
        found = await self._queries.of_teacher(who.person, paging.after, paging.limit + 1)
        page = page_of(found, paging, lambda document: str(document["sort"]))
        items = await self._answers(page.items)
        return ProjectPage(items=items, next=page.next, behind=behind)

    async def project(self, project: UUID, who: SignedIn, response: Response) -> ProjectAnswer:
        """One project, for whoever was asked into it and the officers of its countries; to others it does not exist."""
        document, version = await self._visible(project, who)
        set_etag(response, version)
        (answer,) = await self._answers([document])
        return answer

    async def propose(self, asking: CommandRequest, proposal: Proposal) -> ProjectAnswer:
        """A validated teacher proposes a project to a validated teacher of another school (FAQ L8)."""
        await refuse_barred(self._host.views, asking.who.person)
        founder = await self._queries.validated(asking.who.person)
        co_founder = await self._partner(proposal.co_founder)
        project = asking.new_identifier()
        title = await self._host.records.draft(
            derived_id("project_title", project), asking.who.person, "project_title", {"title": proposal.title}
        )
        command = ProposeProject(
            at=self._host.clock(),
            project=project,
            invited=str(proposal.co_founder),
            founder=founder.member,
            co_founder=co_founder.member,
            title=title.ref,
            **proposal.told(),
        )
        basis = (founder.event, co_founder.event)
        context = asking.context(TEACHER, founder.member.country.lower(), basis=basis)
        await self._host.handler.handle(PROJECT, project, command, context, (title,))
        await self._search.index.write(project, title.ref.id)
        return await self.project(UUID(project), asking.who, asking.response)

    async def accept(self, asking: CommandRequest, project: UUID) -> ProjectAnswer:
        """The invited co-founder accepts: approvals open in each founding country."""
        command = AcceptCoFounding(at=self._host.clock(), teacher=asking.who.person)
        return await self._act_as_teacher(asking, project, command)

    async def decline(self, asking: CommandRequest, project: UUID) -> ProjectAnswer:
        """The invited co-founder declines: the proposal ends."""
        command = DeclineCoFounding(at=self._host.clock(), teacher=asking.who.person)
        return await self._act_as_teacher(asking, project, command)

    async def approve(self, asking: CommandRequest, project: UUID) -> ProjectAnswer:
        """The national support service of a founding country approves; with the last one the project starts."""
        office, country = await self._office(project, asking.who)
        command = ApproveForCountry(at=self._host.clock(), officer=asking.who.person, country=country)
        return await self._act_in_office(asking, project, office, command)

    async def reject(self, asking: CommandRequest, project: UUID, rejection: Rejection) -> ProjectAnswer:
        """The national support service of a founding country does not approve: the proposal ends."""
        office, country = await self._office(project, asking.who)
        command = RejectProject(
            at=self._host.clock(), officer=asking.who.person, country=country, reason=rejection.reason
        )
        return await self._act_in_office(asking, project, office, command)

    async def invite(self, asking: CommandRequest, project: UUID, invitation: Invitation) -> ProjectAnswer:
        """A member of a running project invites a validated teacher."""
        await self._visible(project, asking.who)
        await refuse_barred(self._host.views, asking.who.person)
        partner = await self._partner(invitation.teacher)
        command = InvitePartner(
            at=self._host.clock(), by=asking.who.person, invited=str(invitation.teacher), partner=partner.member
        )
        basis = (partner.event,)
        return await self._act_as_teacher(asking, project, command, basis)

    async def join(self, asking: CommandRequest, project: UUID) -> ProjectAnswer:
        """The invited teacher joins; the founding countries stay as they are (FAQ L9)."""
        await self._visible(project, asking.who)
        await refuse_barred(self._host.views, asking.who.person)
        partner = await self._queries.validated(asking.who.person)
        command = JoinAsPartner(at=self._host.clock(), teacher=asking.who.person, partner=partner.member)
        basis = (partner.event,)
        return await self._act_as_teacher(asking, project, command, basis)

    async def _answers(self, documents: Sequence[dict[str, Any]]) -> list[ProjectAnswer]:
        titles, erased = await self._queries.titles(documents), await self._queries.erased(documents)
        return [_answer(document, titles[document["title"]], erased) for document in documents]

    async def _partner(self, teacher: UUID) -> Validated:
        """Raises `NotYetKnown` also for a validated teacher who is blocked or inactive: nobody needs to know why."""
        if not await may_act(self._host.views, str(teacher)):
            raise NotYetKnown(teacher=str(teacher))
        return await self._queries.validated(str(teacher))

    async def _act_as_teacher(
        self, asking: Asking, project: UUID, command: Command, basis: tuple[str, ...] = ()
    ) -> ProjectAnswer:
        document, _ = await self._visible(project, asking.who)
        await refuse_barred(self._host.views, asking.who.person)
        node = str(document["founders"][0]["country"]).lower()
        context = asking.context(TEACHER, node, basis=basis)
        await self._host.handler.handle(PROJECT, str(project), command, context)
        return await self.project(project, asking.who, asking.response)

    async def _act_in_office(
        self, asking: Asking, project: UUID, office: LiveOffice, command: ApproveForCountry | RejectProject
    ) -> ProjectAnswer:
        policy = self._host.nodes.policy(command.country, "project_approval", command.at.date())
        node = command.country.lower()
        context = asking.context(office.capacity, node, basis=office.basis, policy_version=policy.reference)
        await self._host.handler.handle(PROJECT, str(project), command, context)
        return await self.project(project, asking.who, asking.response)

    async def _visible(self, project: UUID, who: Principal) -> tuple[dict[str, Any], int]:
        """Raises `NotFound` for what does not exist and for what is not this person's to see, alike."""
        found = await self._queries.project(str(project))
        if found is None:
            raise NotFound
        if who.person not in found[0]["participants"]:
            try:
                await self._office_of(found[0], who, READERS)
            except NotInOffice:
                raise NotFound from None
        return found

    async def _office(self, project: UUID, who: Principal) -> tuple[LiveOffice, str]:
        """The office to decide in, and its country; raises `NotFound`, or `NotInOffice` for who may only see it."""
        document, _ = await self._visible(project, who)
        return await self._office_of(document, who, DECIDERS)

    async def _office_of(
        self, document: dict[str, Any], who: Principal, kinds: tuple[OfficeKind, ...]
    ) -> tuple[LiveOffice, str]:
        """A live office of one of the founders' countries; raises `NotInOffice`."""
        first, second = (str(founder["country"]) for founder in document["founders"])
        try:
            return await live_office(self._host.views, who, kinds, first), first
        except NotInOffice:
            return await live_office(self._host.views, who, kinds, second), second


def _answer(document: dict[str, Any], title: str | None, erased: frozenset[str]) -> ProjectAnswer:
    members = {member["teacher"] for member in document["members"] or document["founders"]}
    invited = [teacher for teacher in document["participants"] if teacher not in members | erased]
    shown = {name: [_shown(member, erased) for member in document[name]] for name in ("founders", "members")}
    return ProjectAnswer.model_validate(document | shown | {"title": title, "invited": invited})


def _shown(member: dict[str, Any], erased: frozenset[str]) -> dict[str, Any]:
    gone = member["teacher"] in erased
    return member | {"school": None if gone else member["school"], "erased": gone}
