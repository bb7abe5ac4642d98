"""The refused teacher asks for the one second look."""

from uuid import UUID

from fastapi import APIRouter

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import NOT_OWN, Desk
from services.validation.case import REFUSALS
from services.validation.commands import ContestRefusal
from shared.contracts.base import derived_id
from shared.private_records.records import SubjectErased
from shared.web.context import CommandRequest
from shared.web.fields import Prose, RequestBody
from shared.web.routes import edge_router
from shared.web.violations import responses_for

STATEMENT_RECORD = "contest_statement"


class Contest(RequestBody):
    """Why the refusal is wrong, in the teacher's own words."""

    statement: Prose


class ContestRoutes:
    """`POST /validation/cases/{case}/contest`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        refusals = responses_for(*REFUSALS[ContestRefusal], *NOT_OWN, SubjectErased)
        routes.add_api_route("/cases/{case}/contest", self.contest, methods=["POST"], responses=refusals)
        return routes

    async def contest(self, asking: CommandRequest, case: UUID, contest: Contest) -> CaseAnswer:
        """The teacher's own right, once: another officer, of the national support service, looks again."""
        found = await self._desk.own(case, asking.who)
        statement = await self._host.records.draft(
            derived_id(found.case, asking.new_identifier(), "contest"),
            found.teacher,
            STATEMENT_RECORD,
            {"statement": contest.statement},
        )
        command = ContestRefusal(at=self._host.clock(), teacher=asking.who.person, statement=statement.ref)
        return await self._desk.act_as_teacher(asking, found, command, [statement])
