"""What officers record about the director: whose address it is, and an approval that came another way (FAQ L19-20)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import Desk
from services.validation.case import REFUSALS
from services.validation.commands import ConfirmDirectorContact, Evidence, RecordDirectorApproval
from services.validation.queries import AddressNotKnownYet, OwnAddresses, Words
from shared.contracts.base import Command, derived_id
from shared.identity.live_offices import NotInOffice
from shared.private_records.records import SubjectErased
from shared.web.context import CommandRequest
from shared.web.fields import Identifier, Prose, RequestBody
from shared.web.problem import Problem
from shared.web.routes import edge_router
from shared.web.violations import responses_for

Document = dict[str, Any]
EVIDENCE_RECORD = "approval_evidence"


class Vouched(RequestBody):
    """The record of the address that the officer read (`director.record` of the case's details)."""

    contact: Identifier


class Approval(RequestBody):
    """An approval that came another way than by the mailed link; `statement`: who said so, when, and to whom."""

    evidence: Evidence
    statement: Prose | None = None


class DirectorRoutes:
    """Under `/validation/cases/{case}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._addresses = OwnAddresses(desk.host.views, Words(desk.host.records, desk.host.replicas))

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        acts: tuple[tuple[str, Callable[..., Any], type[Command]], ...] = (
            ("/director-contact/confirm", self.confirm_director_contact, ConfirmDirectorContact),
            ("/director-approval", self.record_director_approval, RecordDirectorApproval),
        )
        for path, act, command in acts:
            refusals = responses_for(*REFUSALS[command], NotInOffice, SubjectErased)
            routes.add_api_route("/cases/{case}" + path, act, methods=["POST"], responses=refusals)
        return routes

    async def confirm_director_contact(self, asking: CommandRequest, case: UUID, vouched: Vouched) -> CaseAnswer:
        """The address that was read is the director's: the case writes to it (FAQ L19)."""
        at = self._host.clock()
        found, document, _ = await self._desk.visible(case, asking.who)
        acting = await self._desk.in_office(found, asking.who)
        policy = self._host.nodes.policy(found.country, "deadlines", at.date())
        country = self._host.nodes.country(found.country)
        command = ConfirmDirectorContact(
            at=at,
            officer=acting.officer,
            link_expires=at + policy.content.director_link,
            locale=country.languages[0],
            withdrawn_since=country.withdrawn_since(at.date()),
            director_is_applicant=await self._is_applicant(document),
            contact_forgotten=await self._desk.queries.is_forgotten(document),
            contact=vouched.contact,
        )
        return await self._desk.act(asking, acting, policy, command)

    async def _is_applicant(self, document: Document) -> bool:
        """Of what the teacher gave registration has found it out; a successor was named by somebody else (rules §4.8).

        Raises `Problem`: 503, registration cannot be asked now.
        """
        contact, owner = document["contact"], document["contact_owner"]
        if contact is None or owner != self._host.service:
            return False
        try:
            return await self._addresses.is_own(document["teacher"], contact, owner)
        except AddressNotKnownYet:
            raise Problem(503, "busy", headers={"Retry-After": "1"}) from None

    async def record_director_approval(self, asking: CommandRequest, case: UUID, approval: Approval) -> CaseAnswer:
        """The director approved by letter, telephone or signed form (FAQ L19-20)."""
        at = self._host.clock()
        acting = await self._desk.acting(case, asking.who)
        policy = self._desk.policy(acting.case.country, at.date())
        if approval.statement is None:
            command = RecordDirectorApproval(at=at, officer=acting.officer, evidence=approval.evidence)
            return await self._desk.act(asking, acting, policy, command)
        # The applicant's, not the officer's: it speaks of the applicant, and is forgotten with that person.
        statement = await self._host.records.draft(
            derived_id(acting.case.case, asking.new_identifier(), "evidence"),
            acting.case.teacher,
            EVIDENCE_RECORD,
            {"statement": approval.statement},
        )
        command = RecordDirectorApproval(
            at=at, officer=acting.officer, evidence=approval.evidence, statement=statement.ref
        )
        return await self._desk.act(asking, acting, policy, command, [statement])
