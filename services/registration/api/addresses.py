"""Another address for an account, a teacher's or an officer's. Nobody is told whether the new one is known."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, StringConstraints
from uuid_utils import uuid7

from services.registration import officer, teacher
from services.registration.api.accounts import country_of, holder_of
from services.registration.api.desk import ACCOUNTS, Desk, LinkToken
from services.registration.api.known import tell_owner
from services.registration.api.standing import refuse_blocked
from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from services.registration.officer import Officer
from services.registration.profile import BlockedProfile
from services.registration.teacher import Change, EmailChangeClosed, NoSuchTeacher, Teacher
from shared.contracts.base import Command, derived_id
from shared.event_store.aggregate import Aggregate
from shared.event_store.claims import AddressTaken
from shared.event_store.history import Context
from shared.event_store.violations import NotFound, RuleViolation
from shared.identity.addresses import normalise_email
from shared.identity.links import Link
from shared.private_records.records import Found
from shared.web.bodies import body_of, form_or_json, is_form, page_or_json
from shared.web.context import CommandRequest, context_for
from shared.web.fields import Email, Identifier, RequestBody
from shared.web.idempotency import IdempotencyKey
from shared.web.problem import Problem
from shared.web.reading import Reader, Reading
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
        refused = responses_for(*_refusals(RequestEmailChange))
        routes.add_api_route("/me/email", self.request, methods=["POST"], status_code=202, responses=refused)
        refused = responses_for(*_refusals(WithdrawEmailChange))
        routes.add_api_route("/me/email/cancel", self.cancel, methods=["POST"], responses=refused)
        for path, show, act in (
            ("/email/old", self.show_old, self.agree_old),
            ("/email/new", self.show_new, self.agree_new),
        ):
            routes.add_api_route(path, show, response_class=HTMLResponse, responses=responses_for(NotFound))
            routes.add_api_route(
                path, act, methods=["POST"], response_model=None, openapi_extra=body_of(Agreement),
                responses=page_or_json(Agreed) | responses_for(NotFound, *_refusals(AgreeToEmailChange)),
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
        await refuse_blocked(self._host, person)
        async with self._desk.in_whole_steps():
            await self._request(asking, body.email)
        return ChangeAccepted()

    async def cancel(self, asking: CommandRequest) -> Withdrawn:
        """The change that is under way comes to nothing; without one nothing happens."""
        holder = await holder_of(self._host, asking.who.person)
        if holder is None:
            raise NoSuchTeacher
        if (change := holder.state.change) is not None:
            command = WithdrawEmailChange(at=self._host.clock(), attempt=change.id, reason="cancelled")
            context = asking.context(holder.kind.name, holder.node)
            await self._host.handler.handle(holder.kind, holder.person, command, context)
        await self._host.claims.release_let_go(holder.stream)
        return Withdrawn()

    async def show_old(self, token: LinkQuery, reader: Reading) -> Response:
        """Asks the address that is given up; nothing is decided by looking."""
        return await self._show(token, reader, "old")

    async def show_new(self, token: LinkQuery, reader: Reading) -> Response:
        """Asks the new address; nothing is decided by looking."""
        return await self._show(token, reader, "new")

    async def agree_old(
        self,
        request: Request,
        given: Annotated[Agreement, Depends(form_or_json(Agreement))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """The address that is given up allows it."""
        return await self._agree(request, given, key, reader, "old")

    async def agree_new(
        self,
        request: Request,
        given: Annotated[Agreement, Depends(form_or_json(Agreement))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """The new address is the person's."""
        return await self._agree(request, given, key, reader, "new")

    async def _request(self, asking: CommandRequest, email: str) -> None:
        holder = await holder_of(self._host, asking.who.person)
        if holder is None or holder.state.email is None:
            raise NoSuchTeacher
        person, replaced = holder.person, holder.state.email.id
        current = (await self._host.records.fetch([replaced]))[replaced]
        if not isinstance(current, Found) or normalise_email(current.fields["email"]) == normalise_email(email):
            return  # so already
        at = self._host.clock()
        attempt = derived_id(asking.new_identifier(), person, "attempt")
        draft = await self._host.records.draft(derived_id(attempt, "email"), person, "email", {"email": email})
        claim = self._host.claims.intent(email, attempt)
        policy = self._host.nodes.policy(country_of(holder.state), "accounts", at.date())
        command = RequestEmailChange(
            at=at,
            claim=claim.id,
            email=draft.ref,
            attempt=attempt,
            link_expires=at + policy.content.email_change_link,
            replaces=replaced,
        )
        context = asking.context(holder.kind.name, holder.node, policy_version=policy.reference)
        try:
            await self._host.handler.handle(holder.kind, person, command, context, [draft, claim])
        except AddressTaken as taken:
            await tell_owner(self._desk, asking.request, taken.stream, asking.key)
        else:
            await self._host.claims.release_let_go(holder.stream)

    async def _agree(
        self, request: Request, given: Agreement, key: str, reader: Reader, end: Literal["old", "new"]
    ) -> Response:
        link, kind, person = self._desk.account_link(given.token, purpose=PURPOSES[end])
        history = await self._host.handler.load(link.stream)
        if not history.version:
            raise NotFound
        await refuse_blocked(self._host, person)
        context = context_for(request, person, kind, history.recorded[-1].node, key=given.key or key)
        outcome = await self._agreed(ACCOUNTS[kind], person, link, end, context)
        changed = outcome.change is None
        if is_form(request):
            return self._desk.pages.for_reader(reader, "email_agreed.html", {"changed": changed}, own=[outcome.locale])
        return JSONResponse(Agreed(status="changed" if changed else "waiting").model_dump())

    async def _agreed(
        self, kind: Aggregate[Any], person: str, link: Link, end: Literal["old", "new"], context: Context
    ) -> Teacher | Officer:
        """Aims at the claim on the new address once more: whoever lost it meanwhile does not get it back."""
        state: Teacher | Officer
        state, history = await self._host.handler.state(kind, person)
        if (done := history.done(context)) is not None:
            state = kind.fold(one.event for one in history.recorded if one.version <= done.version)
            return state
        change = self._open(state, link)
        found = (await self._host.records.fetch([change.email.id]))[change.email.id]
        if not isinstance(found, Found):
            raise EmailChangeClosed(person=person)
        claim = self._host.claims.intent(found.fields["email"], change.id)
        command = AgreeToEmailChange(at=self._host.clock(), claim=claim.id, attempt=change.id, end=end)
        try:
            outcome = await self._host.handler.handle(kind, person, command, context, [claim])
        except AddressTaken:
            raise EmailChangeClosed(person=person) from None
        await self._host.claims.release_let_go(link.stream)
        state = outcome.state
        return state

    @staticmethod
    def _open(state: Teacher | Officer, link: Link) -> Change:
        if state.change is None or state.change.id != link.attempt:
            raise EmailChangeClosed(person=state.id)
        return state.change

    async def _show(self, token: str, reader: Reader, end: Literal["old", "new"]) -> Response:
        link, kind, person = self._desk.account_link(token, purpose=PURPOSES[end])
        state, _ = await self._host.handler.state(ACCOUNTS[kind], person)
        still_open = state.change is not None and state.change.id == link.attempt
        # The key makes a double click one command.
        usable = still_open and self._host.clock() < link.expires_at
        context = {"token": token, "end": end, "key": str(uuid7()), "open": usable}
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        own, address = [state.locale], {"token": token}
        return self._desk.pages.for_reader(
            reader, "email_agree.html", context, own=own, address=address, headers=headers
        )


def _refusals(command: type[Command]) -> tuple[type[RuleViolation], ...]:
    barred = () if command is WithdrawEmailChange else (BlockedProfile,)
    return (*barred, *teacher.REFUSALS[command], *officer.REFUSALS[command])
