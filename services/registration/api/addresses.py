"""Another address for a teacher's account. Nobody is told whether the new one is known."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, StringConstraints
from uuid_utils import uuid7

from services.registration.api.desk import Desk, LinkToken
from services.registration.api.known import tell_owner
from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from services.registration.teacher import (
    REFUSALS,
    TEACHER,
    Change,
    EmailChangeClosed,
    NoSuchTeacher,
    Status,
    Teacher,
)
from shared.contracts.base import derived_id
from shared.event_store.claims import AddressTaken
from shared.event_store.history import Context
from shared.event_store.violations import NotFound
from shared.identity.addresses import normalise_email
from shared.identity.links import Link
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.nodes import CENTRAL_NODE
from shared.private_records.records import Found
from shared.web.bodies import body_of, form_or_json, is_form, page_or_json
from shared.web.context import CommandRequest, context_for
from shared.web.fields import Email, Identifier, RequestBody
from shared.web.idempotency import IdempotencyKey
from shared.web.problem import Problem
from shared.web.routes import edge_router
from shared.web.violations import responses_for

PURPOSES: dict[Literal["old", "new"], str] = {"old": "confirm_old_email", "new": "confirm_new_email"}
LinkQuery = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,2048}$")]


class Wanted(RequestBody):
    """The new address, and the password of the account."""

    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class ChangeAccepted(BaseModel):
    """The same for every address."""

    status: Literal["accepted"] = "accepted"
    detail: str = "Messages with a link are on their way: the address changes once both ends have agreed."


class Agreement(RequestBody):
    """The mailed link's token. `key` is the page's own Idempotency-Key."""

    token: LinkToken
    key: Identifier | None = None


class Agreed(BaseModel):
    """`waiting`: the other end has not agreed yet. `changed`: the new address counts."""

    status: Literal["waiting", "changed"]


class Withdrawn(BaseModel):
    """Whatever was under way comes to nothing."""

    status: Literal["withdrawn"] = "withdrawn"


class Addresses:
    """Ask for another address, agree at either end, cancel."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["addresses"])
        refused = responses_for(*REFUSALS[RequestEmailChange])
        routes.add_api_route("/me/email", self.request, methods=["POST"], status_code=202, responses=refused)
        routes.add_api_route(
            "/me/email/cancel", self.cancel, methods=["POST"], responses=responses_for(*REFUSALS[WithdrawEmailChange])
        )
        for path, show, act in (
            ("/email/old", self.show_old, self.agree_old),
            ("/email/new", self.show_new, self.agree_new),
        ):
            routes.add_api_route(path, show, response_class=HTMLResponse, responses=responses_for(NotFound))
            routes.add_api_route(
                path, act, methods=["POST"], response_model=None, openapi_extra=body_of(Agreement),
                responses=page_or_json(Agreed) | responses_for(NotFound, *REFUSALS[AgreeToEmailChange]),
            )  # fmt: skip
        return routes

    async def request(self, asking: CommandRequest, body: Wanted) -> ChangeAccepted:
        """Both addresses get a link; an earlier change comes to nothing. The same answer for every address."""
        person = asking.who.person
        await self._host.limiter.check_address("change-email", "10/hour", person)
        account = await self._desk.accounts.account(person)
        if account is None:
            await self._desk.passwords.verify_dummy(body.password)
            raise NoSuchTeacher
        if not await self._desk.passwords.verify(account.hash, body.password):
            raise Problem(403, "wrong-password")
        async with self._desk.in_whole_steps():
            await self._request(asking, body.email)
        return ChangeAccepted()

    async def cancel(self, asking: CommandRequest) -> Withdrawn:
        """The change that is under way comes to nothing; without one nothing happens."""
        person = asking.who.person
        state, history = await self._host.handler.state(TEACHER, person)
        if state.status is not Status.REGISTERED:
            raise NoSuchTeacher
        if state.change is not None:
            command = WithdrawEmailChange(at=self._host.clock(), attempt=state.change.id, reason="cancelled")
            context = asking.context(AS_TEACHER, history.recorded[-1].node)
            await self._host.handler.handle(TEACHER, person, command, context)
        await self._host.claims.release_let_go(TEACHER.stream(person))
        return Withdrawn()

    async def show_old(self, token: LinkQuery) -> Response:
        """Asks the address that is given up; nothing is decided by looking."""
        return await self._show(token, "old")

    async def show_new(self, token: LinkQuery) -> Response:
        """Asks the new address; nothing is decided by looking."""
        return await self._show(token, "new")

    async def agree_old(
        self, request: Request, given: Annotated[Agreement, Depends(form_or_json(Agreement))], key: IdempotencyKey
    ) -> Response:
        """The address that is given up allows it."""
        return await self._agree(request, given, key, "old")

    async def agree_new(
        self, request: Request, given: Annotated[Agreement, Depends(form_or_json(Agreement))], key: IdempotencyKey
    ) -> Response:
        """The new address is the teacher's."""
        return await self._agree(request, given, key, "new")

    async def _request(self, asking: CommandRequest, email: str) -> None:
        person = asking.who.person
        state, history = await self._host.handler.state(TEACHER, person)
        if state.status is not Status.REGISTERED or state.email is None:
            raise NoSuchTeacher
        current = (await self._host.records.fetch([state.email.id]))[state.email.id]
        if not isinstance(current, Found) or normalise_email(current.fields["email"]) == normalise_email(email):
            return  # so already
        at = self._host.clock()
        attempt = derived_id(asking.new_identifier(), person, "attempt")
        draft = await self._host.records.draft(derived_id(attempt, "email"), person, "email", {"email": email})
        claim = self._host.claims.intent(email, attempt)
        policy = self._host.nodes.policy(_country(state), "accounts", at.date())
        command = RequestEmailChange(
            at=at,
            claim=claim.id,
            email=draft.ref,
            attempt=attempt,
            link_expires=at + policy.content.email_change_link,
            replaces=state.email.id,
        )
        node = history.recorded[-1].node
        context = asking.context(AS_TEACHER, node, policy_version=policy.reference)
        try:
            await self._host.handler.handle(TEACHER, person, command, context, [draft, claim])
        except AddressTaken as taken:
            await tell_owner(self._desk, asking.request, taken.stream, asking.key)
        else:
            await self._host.claims.release_let_go(TEACHER.stream(person))

    async def _agree(self, request: Request, given: Agreement, key: str, end: Literal["old", "new"]) -> Response:
        link, teacher = self._desk.link(given.token, purpose=PURPOSES[end], aggregate=TEACHER.name)
        _, history = await self._host.handler.state(TEACHER, teacher)
        if not history.version:
            raise NoSuchTeacher
        node = history.recorded[-1].node
        context = context_for(request, teacher, AS_TEACHER, node, key=given.key or key)
        outcome = await self._agreed(teacher, link, end, context)
        changed = outcome.change is None
        if is_form(request):
            return self._desk.pages.render("email_agreed.html", {"changed": changed})
        return JSONResponse(Agreed(status="changed" if changed else "waiting").model_dump())

    async def _agreed(self, teacher: str, link: Link, end: Literal["old", "new"], context: Context) -> Teacher:
        """Aims at the claim on the new address once more: whoever lost it meanwhile does not get it back."""
        state, history = await self._host.handler.state(TEACHER, teacher)
        if (done := history.done(context)) is not None:
            return TEACHER.fold(one.event for one in history.recorded if one.version <= done.version)
        change = self._open(state, link)
        found = (await self._host.records.fetch([change.email.id]))[change.email.id]
        if not isinstance(found, Found):
            raise EmailChangeClosed(teacher=teacher)
        claim = self._host.claims.intent(found.fields["email"], change.id)
        command = AgreeToEmailChange(at=self._host.clock(), claim=claim.id, attempt=change.id, end=end)
        try:
            outcome = await self._host.handler.handle(TEACHER, teacher, command, context, [claim])
        except AddressTaken:
            raise EmailChangeClosed(teacher=teacher) from None
        await self._host.claims.release_let_go(TEACHER.stream(teacher))
        return outcome.state

    @staticmethod
    def _open(state: Teacher, link: Link) -> Change:
        if state.change is None or state.change.id != link.attempt:
            raise EmailChangeClosed(teacher=state.id)
        return state.change

    async def _show(self, token: str, end: Literal["old", "new"]) -> Response:
        link, teacher = self._desk.link(token, purpose=PURPOSES[end], aggregate=TEACHER.name)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        still_open = state.change is not None and state.change.id == link.attempt
        # The key makes a double click one command.
        usable = still_open and self._host.clock() < link.expires_at
        context = {"token": token, "end": end, "key": str(uuid7()), "open": usable}
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return self._desk.pages.render("email_agree.html", context, headers=headers)


def _country(state: Teacher) -> str:
    return state.confirmed.country if state.confirmed else CENTRAL_NODE
