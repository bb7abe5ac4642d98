"""One decision on many cases: shown first, then each case its own commit; a repeat goes on where it stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from services.validation.api.deciding import rejection, validation
from services.validation.api.desk import Acting, Desk
from services.validation.case import CASE
from services.validation.commands import RejectTeacher, ValidateTeacher
from shared.contracts.reasons import RejectionReason
from shared.event_store.unanswered import telling_unanswered
from shared.event_store.violations import Busy, OutcomeUnknown, RuleViolation
from shared.identity.live_offices import NotInOffice
from shared.identity.tokens import Principal
from shared.nodes import ValidationPolicy
from shared.web.authentication import SignedIn
from shared.web.context import CommandRequest, context_for
from shared.web.fields import RequestBody
from shared.web.routes import edge_router
from shared.web.violations import problem_of, responses_for

AT_ONCE = 8
"""Commits on their way at a time: the database of one machine journals no faster with more."""
MOST_CASES = 500


class BulkDecision(RequestBody):
    """One decision on up to 500 cases; to reject needs a reason. A case named twice is decided once."""

    decision: Literal["validate", "reject"]
    reason: RejectionReason | None = None
    cases: Annotated[list[UUID], Field(min_length=1, max_length=MOST_CASES)]

    @model_validator(mode="after")
    def _reason_fits(self) -> "BulkDecision":
        if (self.decision == "reject") != (self.reason is not None):
            raise ValueError("a rejection has a reason, a validation has none")
        return self


class Fault(BaseModel):
    """Why a case was not decided: the problem that its own route would have answered.

    `retry_after`: seconds after which the same request may be made again, under the same Idempotency-Key.
    """

    type: str
    title: str
    status: int
    data: dict[str, Any]
    retry_after: int | None


class BulkOutcome(BaseModel):
    """`decided`: by this very request, or would be; `already`: so before; `waiting`: another officer has to approve
    too; `refused`: see `problem`, which may also be that the database is `busy`, or does not say whether it was done
    (`outcome-unknown`). `version`: the case's stream after it, none where nothing was found."""

    case: UUID
    outcome: Literal["decided", "waiting", "already", "refused"]
    version: int | None
    problem: Fault | None


class BulkAnswer(BaseModel):
    """What became of each case, in the order asked, and how many of each."""

    decided: int
    waiting: int
    already: int
    refused: int
    cases: list[BulkOutcome]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is put to every case."""

    who: Principal
    at: datetime
    decision: BulkDecision


class BulkRoutes:
    """`/validation/bulk-decisions`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        path, refusals = "/bulk-decisions", responses_for(NotInOffice)
        routes.add_api_route(path + "/preview", self.preview, methods=["POST"], responses=refusals)
        routes.add_api_route(path, self.decide, methods=["POST"], responses=refusals)
        return routes

    async def preview(self, who: SignedIn, decision: BulkDecision) -> BulkAnswer:
        """What each case would answer now. Nothing is decided."""
        asked = _Asked(who, self._host.clock(), decision)

        async def would(case: UUID) -> BulkOutcome:
            acting, command, _ = await self._command(asked, case)
            state, history = await self._host.handler.state(CASE, acting.case.case)
            events = CASE.decide(state, command)
            ended = CASE.fold(events, state).decision is not None
            return _outcome(case, changed=bool(events), ended=ended, version=history.version)

        return await _each(decision.cases, would, Busy)

    async def decide(self, asking: CommandRequest, decision: BulkDecision) -> BulkAnswer:
        """Decides case by case. The same request under its Idempotency-Key goes on where it stopped."""
        asked = _Asked(asking.who, self._host.clock(), decision)

        async def act(case: UUID) -> BulkOutcome:
            acting, command, policy = await self._command(asked, case)
            context = context_for(
                asking.request,
                asking.who,
                acting.office.capacity,
                acting.node,
                key=f"{asking.key}|{case}",
                basis=acting.office.basis,
                policy_version=policy.reference,
            )
            outcome = await self._host.handler.handle(CASE, acting.case.case, command, context)
            ended = outcome.state.decision is not None
            return _outcome(case, changed=outcome.commit is not None, ended=ended, version=outcome.version)

        return await _each(decision.cases, act, OutcomeUnknown)

    async def _command(
        self, asked: _Asked, case: UUID
    ) -> tuple[Acting, ValidateTeacher | RejectTeacher, ValidationPolicy]:
        acting = await self._desk.acting(case, asked.who)
        policy = self._desk.policy(acting.case.country, asked.at.date())
        if asked.decision.reason is not None:
            return acting, rejection(acting, policy, asked.at, asked.decision.reason), policy
        return acting, validation(self._host, acting, policy, asked.at), policy


async def _each(
    cases: list[UUID], act: Callable[[UUID], Awaitable[BulkOutcome]], unanswered: type[RuleViolation]
) -> BulkAnswer:
    """Every case once, a few at a time; a rule or a database that refuses one stops no other, a defect stops them all.

    `unanswered`: what it means for a case that the database did not answer.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def one(case: UUID) -> BulkOutcome:
        async with places:
            try:
                with telling_unanswered(unanswered):
                    return await act(case)
            except RuleViolation as violation:
                return _refused(case, violation)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case)) for case in dict.fromkeys(cases)]
    found = [task.result() for task in tasks]
    counts = {kind: sum(1 for one in found if one.outcome == kind) for kind in ("decided", "waiting", "already")}
    return BulkAnswer(**counts, refused=len(found) - sum(counts.values()), cases=found)


def _outcome(case: UUID, *, changed: bool, ended: bool, version: int) -> BulkOutcome:
    outcome: Literal["decided", "waiting", "already"] = "already" if not changed else "decided" if ended else "waiting"
    return BulkOutcome(case=case, outcome=outcome, version=version, problem=None)


def _refused(case: UUID, violation: RuleViolation) -> BulkOutcome:
    problem = problem_of(violation)
    document = problem.document("")
    retry_after = problem.headers.get("Retry-After")
    fault = Fault(
        type=document["type"],
        title=document["title"],
        status=document["status"],
        data=document.get("data", {}),
        retry_after=None if retry_after is None else int(retry_after),
    )
    return BulkOutcome(case=case, outcome="refused", version=None, problem=fault)
