"""Another password for who has forgotten it (FAQ L22). Nobody is told whether an address is known."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.registration import officer, teacher
from services.registration.api.accounts import country_of
from services.registration.api.desk import ACCOUNTS, ANYBODY, Desk, LinkToken
from services.registration.api.owners import owner_of
from services.registration.api.settled import settled_in
from services.registration.commands import RequestPasswordRecovery, ResetPassword
from services.registration.mongo import KEPT_AFTER_LINK, Credential
from services.registration.officer import NoSuchOfficer
from services.registration.teacher import NoSuchTeacher
from shared.contracts.base import derived_id
from shared.event_store.violations import NotFound
from shared.identity.rate_limits import per_client
from shared.nodes import CENTRAL_NODE
from shared.web.bodies import body_of, form_or_json, is_form, page_or_json
from shared.web.context import context_for
from shared.web.fields import Email, Identifier, Password, RequestBody
from shared.web.idempotency import IdempotencyKey
from shared.web.reading import Reading
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Forgotten(RequestBody):
    """The address that the account was registered with (FAQ L22)."""

    email: Email


class RecoveryAccepted(BaseModel):
    """The same for every address."""

    status: Literal["accepted"] = "accepted"
    detail: str = "If this address has an account, a message with a link is on its way to it."


class Reset(RequestBody):
    """The mailed link's token and the new password. `key` is the page's own Idempotency-Key."""

    token: LinkToken
    password: Password
    key: Identifier | None = None


class ResetDone(BaseModel):
    """The new password counts, and every session has ended."""

    status: Literal["reset"] = "reset"


class Recovery:
    """Ask for a link, use it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["recovery"])
        refusals = (*officer.REFUSALS[ResetPassword], *teacher.REFUSALS[ResetPassword])
        routes.add_api_route(
            "/recovery", self.request, methods=["POST"], status_code=202, response_model=None,
            responses=page_or_json(RecoveryAccepted, 202), openapi_extra=body_of(Forgotten),
            dependencies=[Depends(per_client("recover", "120/minute"))],
        )  # fmt: skip
        routes.add_api_route(
            "/reset", self.reset, methods=["POST"], response_model=None,
            responses=page_or_json(ResetDone) | responses_for(NotFound, *refusals),
            openapi_extra=body_of(Reset), dependencies=[Depends(per_client("reset", "120/minute"))],
        )  # fmt: skip
        return routes

    async def request(
        self,
        request: Request,
        given: Annotated[Forgotten, Depends(form_or_json(Forgotten))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """A message with a link goes to the address, if it has an account; an earlier link dies, unless it was mailed a
        few minutes ago. No limit to an address: a stranger would use up its owner's.
        """
        async with self._desk.in_whole_steps():
            await self._request(request, given.email, key)
        if is_form(request):
            countries = {"countries": self._host.nodes.countries}
            return self._desk.pages.for_reader(reader, "recovery_sent.html", countries, status=202)
        return JSONResponse(RecoveryAccepted().model_dump(), 202)

    async def reset(
        self,
        request: Request,
        given: Annotated[Reset, Depends(form_or_json(Reset))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """The link was used: the new password counts, and every session ends. A page to a form, JSON to a program."""
        link, kind, person = self._desk.account_link(given.token, purpose="reset_password")
        aggregate = ACCOUNTS[kind]
        state, history = await self._host.handler.state(aggregate, person)
        node = history.recorded[-1].node if history.version else CENTRAL_NODE
        context = context_for(request, person, kind, node, key=given.key or key)
        credential = derived_id(f"{context.command_id}", person, "password")
        if state.recovery is not None and state.recovery.id == link.attempt:
            # Kept before the commit that makes it count: a crash in between loses nothing.
            hashed = await self._desk.passwords.hash(given.password)
            kept = Credential(credential, person, hashed, number=state.passwords + 1)
            await self._desk.accounts.keep(kept, link.expires_at + KEPT_AFTER_LINK)
        command = ResetPassword(at=self._host.clock(), attempt=link.attempt, credential=credential)
        outcome = await self._host.handler.handle(aggregate, person, command, context)
        if (settled := settled_in(outcome.state)) is not None:
            await self._desk.accounts.open(person, settled)
        if not outcome.repeated:  # a repeat ends nothing that began since; older sessions end by their password
            await self._desk.accounts.close_sessions(person)
        if is_form(request):
            return self._desk.pages.for_reader(reader, "reset_done.html", own=[state.locale])
        return JSONResponse(ResetDone().model_dump())

    async def _request(self, request: Request, email: str, key: str) -> None:
        kind, _, person = (await owner_of(self._desk, email)).partition("-")
        aggregate = ACCOUNTS[kind]
        state, history = await self._host.handler.state(aggregate, person)
        if settled_in(state) is None:
            return
        at = self._host.clock()
        policy = self._host.nodes.policy(country_of(state), "accounts", at.date())
        context = context_for(
            request, ANYBODY, ANYBODY, history.recorded[-1].node, key=key, policy_version=policy.reference
        )
        command = RequestPasswordRecovery(
            at=at,
            attempt=derived_id(f"{context.command_id}", person, "attempt"),
            link_expires=at + policy.content.recovery_link,
        )
        try:
            await self._host.handler.handle(aggregate, person, command, context)
        except (NoSuchTeacher, NoSuchOfficer):
            return  # erased just now: as if nobody held the address
