"""Being forgotten: by a program, or by the form of a page; whoever asks gets a receipt."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from uuid_utils import uuid7

from services.registration.api.desk import Desk
from services.registration.api.receipts import receipts_of
from services.registration.api.sessions import clear_cookies
from services.registration.commands import ErasePersonalData
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER, NoSuchTeacher, Status
from shared.event_store.aggregate import Aggregate
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.receipts import BACKUPS_FORGET_WITHIN_DAYS, Receipt, sign_receipt
from shared.web.authentication import SignedInPage
from shared.web.context import CommandRequest
from shared.web.fields import Identifier
from shared.web.routes import edge_router
from shared.web.violations import responses_for

AS_OFFICER = "officer"
RECEIPT_PATHS = frozenset({"/registration/me/erasure", "/registration/erasure"})
"""Whoever was erased may ask for the receipt again, should the answer have been lost; for nothing else."""
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Forgotten(BaseModel):
    """Every service forgets what it holds about the person; the pseudonym and the facts stay. `waiting`: a legal hold
    keeps the data for now, and the erasure follows its release. `receipt`: to keep; it verifies for ever."""

    person: str
    status: Literal["erased", "waiting"] = "erased"
    receipt: str


class Erasures:
    """Everything private about who asks is forgotten."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["erasure"])
        refused = responses_for(NoSuchTeacher)
        routes.add_api_route("/me/erasure", self.erase, methods=["POST"], responses=refused)
        routes.add_api_route("/erasure", self.show, response_class=HTMLResponse, responses=refused)
        routes.add_api_route(
            "/erasure", self.erase_by_form, methods=["POST"], response_class=HTMLResponse, responses=refused
        )
        return routes

    async def erase(self, asking: CommandRequest) -> Forgotten:
        """Everything private about the person who asks is forgotten, here at once and everywhere soon."""
        receipt = await self._forgotten(asking)
        asking.response.headers["Cache-Control"] = "no-store"
        return Forgotten(
            person=receipt.person, status=receipt.status, receipt=sign_receipt(self._host.signing_key, receipt)
        )

    async def show(self, who: SignedInPage) -> Response:
        """What will happen, and the form; nothing is decided by looking."""
        teacher, _ = await self._host.handler.state(TEACHER, who.person)
        officer, history = await self._host.handler.state(OFFICER, who.person)
        if teacher.status is not Status.REGISTERED and (not history.version or officer.erased):
            raise NoSuchTeacher
        # The key makes a double click one command.
        context = {"key": str(uuid7()), "held": bool(teacher.holds), "days": BACKUPS_FORGET_WITHIN_DAYS}
        return self._desk.pages.render("erasure.html", context, headers=_PRIVATE)

    async def erase_by_form(self, asking: CommandRequest, key: Annotated[Identifier, Form()]) -> Response:
        """The page's form: the receipt, to be kept."""
        receipt = await self._forgotten(replace(asking, key=key))
        context = {"told": receipt, "receipt": sign_receipt(self._host.signing_key, receipt)}
        answer = self._desk.pages.render("erasure_asked.html", context, headers=_PRIVATE)
        if receipt.status == "erased":
            clear_cookies(answer, secure=self._host.settings.web.tls)
        return answer

    async def _forgotten(self, asking: CommandRequest) -> Receipt:
        person = asking.who.person
        aggregate = await self._commit(asking, person)
        receipt = receipts_of(person, await self._host.handler.load(aggregate.stream(person)))[-1]
        if receipt.status == "erased":
            await self._desk.erasure.erase(person)
            clear_cookies(asking.response, secure=self._host.settings.web.tls)
        return receipt

    async def _commit(self, asking: CommandRequest, person: str) -> Aggregate[Any]:
        """The fact, on the stream of what the person is."""
        command = ErasePersonalData(at=self._host.clock(), person=person, reason="requested")
        kinds: tuple[tuple[Aggregate[Any], str], ...] = ((TEACHER, AS_TEACHER), (OFFICER, AS_OFFICER))
        for aggregate, capacity in kinds:
            history = await self._host.handler.load(aggregate.stream(person))
            if history.version:
                context = asking.context(capacity, history.recorded[-1].node)
                await self._host.handler.handle(aggregate, person, command, context)
                return aggregate
        raise NoSuchTeacher
