"""Validation over HTTP: officers confirm the director's address and decide; each route parses, authorises, handles."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.validation.case import CASE, REFUSALS
from services.validation.commands import (
    ConfirmDirectorContact,
    Evidence,
    Officer,
    RecordDirectorApproval,
    RejectTeacher,
    ValidateTeacher,
)
from services.validation.queries import CaseQueries, start_of_list
from shared.contracts.base import Command, Reason
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import OfficeKind
from shared.identity.tokens import Principal
from shared.nodes import Policy
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest
from shared.web.expectation import Expectation
from shared.web.fields import CountryCode, Line, RequestBody
from shared.web.idempotency import set_etag
from shared.web.paging import Page, Paging, page_of
from shared.web.routes import edge_router
from shared.web.violations import responses_for

DECIDERS = (OfficeKind.REPRESENTATIVE, OfficeKind.NATIONAL_SUPPORT_OFFICER)
READERS = (*DECIDERS, OfficeKind.CENTRAL_SUPPORT_OFFICER)
Status = Literal["opened", "director_asked", "director_approved", "director_refused", "validated", "rejected"]


class Approval(RequestBody):
    """An approval that came another way than by the mailed link."""

    evidence: Evidence


class Rejection(RequestBody):
    reason: Reason


class CaseAnswer(BaseModel):
    """Where a case stands: identifiers and decisions only."""

    case: str
    teacher: str
    school: str
    country: str
    region: str | None
    status: Status
    opened_at: datetime
    answer: Literal["approved", "refused"] | None
    evidence: Literal["link", "letter", "telephone"] | None
    link_expires: datetime | None
    director_reason: str | None
    reason: str | None
    decided_at: datetime | None


class CasePage(Page[CaseAnswer]):
    """A page of cases, newest first; `behind`: the expected change is not in it yet."""

    behind: bool


class CaseApi:
    """The routes of officers and teachers."""

    def __init__(self, host: Host, queries: CaseQueries) -> None:
        self._host = host
        self._queries = queries

    def router(self) -> APIRouter:
        """Everything under `/validation/cases`."""
        routes = edge_router("/validation", tags=["cases"])
        one = "/cases/{case}"
        routes.add_api_route("/cases", self.cases, responses=responses_for(NotInOffice))
        routes.add_api_route(one, self.case, responses=responses_for(NotFound))
        acts: tuple[tuple[str, Callable[..., Any], type[Command]], ...] = (
            ("/director-contact/confirm", self.confirm_director_contact, ConfirmDirectorContact),
            ("/director-approval", self.record_director_approval, RecordDirectorApproval),
            ("/validate", self.validate_teacher, ValidateTeacher),
            ("/reject", self.reject_teacher, RejectTeacher),
        )
        for path, act, command in acts:
            refusals = responses_for(*REFUSALS[command], NotInOffice)
            routes.add_api_route(one + path, act, methods=["POST"], responses=refusals)
        return routes

    async def cases(
        self,
        who: SignedIn,
        paging: Paging,
        expected: Expectation,
        country: CountryCode,
        region: Line | None = None,
        status: Status = "opened",
    ) -> CasePage:
        """The cases of a country, or of one of its regions, for the officers of that place."""
        await live_office(self._host.views, who, READERS, country, region)
        behind = expected is not None and not await self._queries.listed(expected.identifier, expected.version)
        where: dict[str, Any] = {"country": country, "status": status} | ({} if region is None else {"region": region})
        start = paging.after or start_of_list(self._host.clock())
        found = await self._queries.cases(where, start, paging.limit + 1)
        page = page_of(found, paging, lambda document: str(document["sort"]))
        items = [CaseAnswer.model_validate(document) for document in page.items]
        return CasePage(items=items, next=page.next, behind=behind)

    async def case(self, case: UUID, who: SignedIn, response: Response) -> CaseAnswer:
        """One case, for the officers of its place and for its teacher; to all others it does not exist."""
        answer, version = await self._visible(case, who)
        set_etag(response, version)
        return answer

    async def confirm_director_contact(self, asking: CommandRequest, case: UUID) -> CaseAnswer:
        """The address is the director's: the case writes to it (FAQ L19)."""
        at = self._host.clock()
        found, office = await self._in_charge(case, asking.who)
        policy = self._host.nodes.policy(found.country, "deadlines", at.date())
        command = ConfirmDirectorContact(
            at=at, officer=_officer(office, asking.who), link_expires=at + policy.content.director_link
        )
        return await self._act(asking, found, office, policy, command)

    async def record_director_approval(self, asking: CommandRequest, case: UUID, approval: Approval) -> CaseAnswer:
        """The director approved by letter or telephone (FAQ L19-20)."""
        at = self._host.clock()
        found, office = await self._in_charge(case, asking.who)
        policy = self._host.nodes.policy(found.country, "validation", at.date())
        command = RecordDirectorApproval(at=at, officer=_officer(office, asking.who), evidence=approval.evidence)
        return await self._act(asking, found, office, policy, command)

    async def validate_teacher(self, asking: CommandRequest, case: UUID) -> CaseAnswer:
        """Admit the teacher, after the director's approval (FAQ L20)."""
        at = self._host.clock()
        found, office = await self._in_charge(case, asking.who)
        policy = self._host.nodes.policy(found.country, "validation", at.date())
        command = ValidateTeacher(at=at, officer=_officer(office, asking.who), decided_by=policy.content.decided_by)
        return await self._act(asking, found, office, policy, command)

    async def reject_teacher(self, asking: CommandRequest, case: UUID, rejection: Rejection) -> CaseAnswer:
        """Do not admit the teacher."""
        at = self._host.clock()
        found, office = await self._in_charge(case, asking.who)
        policy = self._host.nodes.policy(found.country, "validation", at.date())
        command = RejectTeacher(
            at=at, officer=_officer(office, asking.who), decided_by=policy.content.decided_by, reason=rejection.reason
        )
        return await self._act(asking, found, office, policy, command)

    async def _act(
        self, asking: Asking, found: CaseAnswer, office: LiveOffice, policy: Policy, command: Command
    ) -> CaseAnswer:
        node = found.country.lower()
        context = asking.context(office.capacity, node, basis=office.basis, policy_version=policy.reference)
        await self._host.handler.handle(CASE, found.case, command, context)
        return await self.case(UUID(found.case), asking.who, asking.response)

    async def _visible(self, case: UUID, who: Principal) -> tuple[CaseAnswer, int]:
        """Raises `NotFound` for what does not exist and for what is not this person's to see, alike."""
        found = await self._queries.case(str(case))
        if found is None:
            raise NotFound
        answer = CaseAnswer.model_validate(found[0])
        if who.person != answer.teacher:
            try:
                await live_office(self._host.views, who, READERS, answer.country, answer.region)
            except NotInOffice:
                raise NotFound from None
        return answer, found[1]

    async def _in_charge(self, case: UUID, who: Principal) -> tuple[CaseAnswer, LiveOffice]:
        """The case and the office to decide in; raises `NotFound`, or `NotInOffice` for who may only see it."""
        found, _ = await self._visible(case, who)
        return found, await live_office(self._host.views, who, DECIDERS, found.country, found.region)


def _officer(office: LiveOffice, who: Principal) -> Officer:
    claim = office.claim
    return Officer.model_validate(
        {
            "person": who.person,
            "office": claim.office_id,
            "kind": claim.kind.value,
            "country": claim.country,
            "region": claim.region,
        }
    )
