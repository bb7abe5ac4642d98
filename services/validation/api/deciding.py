"""Officers report, validate, refuse, pass on and take up again; each route parses, authorises, handles, answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import Acting, Desk
from services.validation.case import REFUSALS
from services.validation.commands import (
    PassOnCase,
    Recommendation,
    RejectTeacher,
    ReopenCase,
    ReportTeacher,
    UpholdRefusal,
    ValidateTeacher,
)
from shared.contracts.base import Command
from shared.contracts.calendar import start_of, years_after
from shared.contracts.reasons import PassingOnReason, RejectionReason, ReopeningReason
from shared.hosting.host import Host
from shared.identity.live_offices import NotInOffice
from shared.nodes import ValidationPolicy
from shared.web.context import CommandRequest
from shared.web.fields import RequestBody
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Refusing(RequestBody):
    """Why the teacher is not validated."""

    reason: RejectionReason


class PassingOn(RequestBody):
    """Why the representative does not decide."""

    reason: PassingOnReason


class Reopening(RequestBody):
    """Why the case is taken up again."""

    reason: ReopeningReason


class Report(RequestBody):
    """What the representative recommends; a recommendation to reject says why."""

    recommendation: Recommendation
    reason: RejectionReason | None = None


class DecisionRoutes:
    """Under `/validation/cases/{case}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        acts: tuple[tuple[str, Callable[..., Any], type[Command]], ...] = (
            ("/report", self.report_teacher, ReportTeacher),
            ("/validate", self.validate_teacher, ValidateTeacher),
            ("/reject", self.reject_teacher, RejectTeacher),
            ("/escalate", self.pass_on_case, PassOnCase),
            ("/reopen", self.reopen_case, ReopenCase),
            ("/uphold", self.uphold_refusal, UpholdRefusal),
        )
        for path, act, command in acts:
            refusals = responses_for(*REFUSALS[command], NotInOffice)
            routes.add_api_route("/cases/{case}" + path, act, methods=["POST"], responses=refusals)
        return routes

    async def report_teacher(self, asking: CommandRequest, case: UUID, report: Report) -> CaseAnswer:
        """Report to the national support service, where that decides (practice in Spain)."""
        at, acting, policy = await self._seen(asking, case)
        command = ReportTeacher(
            at=at,
            officer=acting.officer,
            decided_by=policy.content.decided_by,
            recommendation=report.recommendation,
            reason=report.reason,
        )
        return await self._desk.act(asking, acting, policy, command)

    async def validate_teacher(self, asking: CommandRequest, case: UUID) -> CaseAnswer:
        """Admit the teacher, after the director's approval (FAQ L20)."""
        at, acting, policy = await self._seen(asking, case)
        return await self._desk.act(asking, acting, policy, validation(self._host, acting, policy, at))

    async def reject_teacher(self, asking: CommandRequest, case: UUID, because: Refusing) -> CaseAnswer:
        """Do not admit the teacher, who may contest that once."""
        at, acting, policy = await self._seen(asking, case)
        return await self._desk.act(asking, acting, policy, rejection(acting, policy, at, because.reason))

    async def pass_on_case(self, asking: CommandRequest, case: UUID, because: PassingOn) -> CaseAnswer:
        """Hand the case over to the national support service."""
        at, acting, policy = await self._seen(asking, case)
        command = PassOnCase(at=at, officer=acting.officer, reason=because.reason)
        return await self._desk.act(asking, acting, policy, command)

    async def reopen_case(self, asking: CommandRequest, case: UUID, because: Reopening) -> CaseAnswer:
        """Take a refused case up again: the approval came late, or the refusal was a mistake (rules §4.10)."""
        at, acting, policy = await self._seen(asking, case)
        command = ReopenCase(at=at, officer=acting.officer, reason=because.reason)
        return await self._desk.act(asking, acting, policy, command)

    async def uphold_refusal(self, asking: CommandRequest, case: UUID, because: Refusing) -> CaseAnswer:
        """The second look, by another officer, comes to the same: final."""
        at, acting, policy = await self._seen(asking, case)
        command = UpholdRefusal(at=at, officer=acting.officer, reason=because.reason)
        return await self._desk.act(asking, acting, policy, command)

    async def _seen(self, asking: CommandRequest, case: UUID) -> tuple[datetime, Acting, ValidationPolicy]:
        at = self._host.clock()
        acting = await self._desk.acting(case, asking.who)
        return at, acting, self._desk.policy(acting.case.country, at.date())


def validation(host: Host, acting: Acting, policy: ValidationPolicy, at: datetime) -> ValidateTeacher:
    """The command under the node's policy of the day; what holds for some years ends as that day begins (UTC)."""
    years = policy.content.validity_years
    return ValidateTeacher(
        at=at,
        officer=acting.officer,
        decided_by=policy.content.decided_by,
        approvals_needed=policy.content.approvals_needed,
        valid_until=None if years is None else start_of(years_after(at.date(), years)),
        withdrawn_since=host.nodes.country(acting.case.country).withdrawn_since(at.date()),
    )


def rejection(acting: Acting, policy: ValidationPolicy, at: datetime, reason: RejectionReason) -> RejectTeacher:
    """The command under the node's policy of the day."""
    return RejectTeacher(at=at, officer=acting.officer, decided_by=policy.content.decided_by, reason=reason)
