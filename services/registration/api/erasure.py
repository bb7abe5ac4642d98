"""Being forgotten."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from services.registration.api.desk import Desk
from services.registration.api.sessions import clear_cookies
from services.registration.commands import ErasePersonalData
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER, NoSuchTeacher, Status
from shared.event_store.violations import NotFound
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.web.context import CommandRequest
from shared.web.routes import edge_router
from shared.web.violations import responses_for

AS_OFFICER = "officer"


class Forgotten(BaseModel):
    """Every service forgets what it holds about the person; the pseudonym and the facts stay. `waiting`: a legal hold
    keeps the data for now, and the erasure follows its release."""

    person: str
    status: Literal["erased", "waiting"] = "erased"


class Erasures:
    """Everything private about who asks is forgotten."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["sessions"])
        routes.add_api_route("/me/erasure", self.erase, methods=["POST"], responses=responses_for(NoSuchTeacher))
        return routes

    async def erase(self, asking: CommandRequest) -> Forgotten:
        """Everything private about the person who asks is forgotten, here at once and everywhere soon."""
        person = asking.who.person
        if not await self._erase(asking, person):
            return Forgotten(person=person, status="waiting")
        await self._desk.erasure.erase(person)
        clear_cookies(asking.response, secure=self._host.settings.web.tls)
        return Forgotten(person=person)

    async def _erase(self, asking: CommandRequest, person: str) -> bool:
        """Whether it is erased now."""
        command = ErasePersonalData(at=self._host.clock(), person=person, reason="requested")
        _, history = await self._host.handler.state(TEACHER, person)
        if history.version:
            context = asking.context(AS_TEACHER, history.recorded[-1].node)
            outcome = await self._host.handler.handle(TEACHER, person, command, context)
            return outcome.state.status is Status.ERASED
        _, history = await self._host.handler.state(OFFICER, person)
        if not history.version:
            raise NotFound
        context = asking.context(AS_OFFICER, history.recorded[-1].node)
        await self._host.handler.handle(OFFICER, person, command, context)
        return True
