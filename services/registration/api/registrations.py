"""Registering as a teacher, in two phases (FAQ L17). Nobody is told whether an address is known."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.registration.api.completion import CONTINUATION, OWNER, phase_two
from services.registration.api.desk import NOBODY, Desk, LinkToken
from services.registration.api.known import tell_owner
from services.registration.api.typed import Registration, keep_in_vain, keep_typed
from services.registration.commands import ConfirmEmail, ResendLink, StartRegistration
from services.registration.teacher import REFUSALS, TEACHER, Status, TeacherErased, admit
from shared.contracts.base import derived_id
from shared.event_store.claims import AddressTaken, ClaimIntent
from shared.event_store.violations import Busy, IdempotencyKeyReused, NotFound
from shared.identity.addresses import normalise_email
from shared.identity.links import Link, sign_link
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.rate_limits import per_client
from shared.private_records.records import SubjectErased
from shared.web.bodies import body_of, form_or_json, is_form, page_or_json
from shared.web.context import context_for
from shared.web.fields import Email, Identifier, RequestBody
from shared.web.idempotency import IdempotencyKey, etag
from shared.web.reading import Reading
from shared.web.routes import edge_router
from shared.web.violations import responses_for

CONTINUATION_LIFETIME = timedelta(hours=1)
_ROUNDS = 3


class Accepted(BaseModel):
    """The same for every address."""

    status: Literal["accepted"] = "accepted"
    detail: str = "If this address can be registered, a message with a link is on its way to it."


class Confirmation(RequestBody):
    """The mailed link's token. `key` is the page's own Idempotency-Key."""

    token: LinkToken
    key: Identifier | None = None


class Resend(RequestBody):
    """The address alone."""

    email: Email


class Continuation(BaseModel):
    """Shown once: lets phase 2 be completed for an hour. Asking for another link gets another."""

    continuation: str
    country: str


class Registrations:
    """Start, confirm, complete."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["registration"])
        routes.add_api_route(
            "/registrations", self.start, methods=["POST"], status_code=202,
            responses=responses_for(*REFUSALS[StartRegistration]),
            dependencies=[Depends(per_client("register", "120/minute"))],
        )  # fmt: skip
        routes.add_api_route(
            "/registrations/resend", self.resend, methods=["POST"], status_code=202, response_model=None,
            responses=page_or_json(Accepted, 202), openapi_extra=body_of(Resend),
            dependencies=[Depends(per_client("register", "120/minute"))],
        )  # fmt: skip
        routes.add_api_route(
            "/confirm", self.confirm, methods=["POST"], response_model=None,
            responses=page_or_json(Continuation) | responses_for(NotFound, *REFUSALS[ConfirmEmail]),
            openapi_extra=body_of(Confirmation), dependencies=[Depends(per_client("confirm", "120/minute"))],
        )  # fmt: skip
        return routes

    async def start(self, request: Request, body: Registration, key: IdempotencyKey) -> Accepted:
        """Phase 1: a message with a link goes to the address, if it can be registered."""
        admit(body.country, self._desk.not_admitted(body.country))
        await self._host.limiter.check_address("register", "10/hour", normalise_email(body.email))
        async with self._desk.in_whole_steps():
            hashed = await self._desk.passwords.hash(body.password)
            with suppress(IdempotencyKeyReused):  # only a draft could know the key: to say so would tell it apart
                await self._start(request, body, key, hashed)
        return Accepted()

    async def resend(
        self,
        request: Request,
        given: Annotated[Resend, Depends(form_or_json(Resend))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """Another link for who has begun and not finished; the one before dies, unless it was mailed a few minutes ago.

        The same answer for every address. No limit to an address: a stranger would use up its owner's.
        """
        async with self._desk.in_whole_steps():
            await self._resend(request, given.email, key)
        if is_form(request):
            return self._desk.pages.for_reader(reader, "resent.html", status=202)
        return JSONResponse(Accepted().model_dump(), 202)

    async def confirm(
        self,
        request: Request,
        given: Annotated[Confirmation, Depends(form_or_json(Confirmation))],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """The link was used: phase 2 may begin. A page to the page's form, JSON to a program."""
        link, teacher = self._desk.link(given.token, purpose="confirm_email", aggregate=TEACHER.name)
        state, history = await self._host.handler.state(TEACHER, teacher)
        node = history.recorded[-1].node if history.version else "eu"
        context = context_for(request, teacher, AS_TEACHER, node, key=given.key or key)
        command = ConfirmEmail(at=self._host.clock(), attempt=link.attempt)
        outcome = await self._host.handler.handle(TEACHER, teacher, command, context)
        state = outcome.state
        answer = Continuation(
            continuation=self._continuation(link), country=state.confirmed.country if state.confirmed else ""
        )
        headers = {"ETag": etag(outcome.version)}
        if is_form(request):
            return phase_two(self._desk, reader, answer.continuation, state.confirmed, headers=headers)
        return JSONResponse(answer.model_dump(), headers=headers)

    async def _start(self, request: Request, body: Registration, key: str, hashed: str) -> None:
        """The claim on the address names the stream; a new one derives from claim and key: a repeat finds it."""
        claim = self._host.claims.intent(body.email)
        held = await self._host.claims.holder(body.email)
        stream = held or TEACHER.stream(derived_id("teacher", claim.id, key))
        for _ in range(_ROUNDS):
            kind, _, person = stream.partition("-")
            if kind != TEACHER.name:  # an officer is no teacher, and nobody but the officer is told
                return await self._start_in_vain(stream, request, body, key, hashed)
            try:
                return await self._start_as(person, request, body, key, hashed, claim)
            except AddressTaken as taken:
                stream = taken.stream
            except (TeacherErased, SubjectErased):  # who returns begins anew
                stream = TEACHER.stream(derived_id("teacher", claim.id, key, person))
        raise Busy

    async def _start_as(
        self, teacher: str, request: Request, body: Registration, key: str, hashed: str, claim: ClaimIntent
    ) -> None:
        state, _ = await self._host.handler.state(TEACHER, teacher)
        if state.status is Status.REGISTERED:
            return await self._start_in_vain(TEACHER.stream(teacher), request, body, key, hashed)
        at = self._host.clock()
        policy = self._host.nodes.policy(body.country, "deadlines", at.date())
        context = context_for(
            request, teacher, AS_TEACHER, body.country.lower(), key=key, policy_version=policy.reference
        )
        typed = await keep_typed(self._desk, body, hashed, asked=f"{context.command_id}", teacher=teacher)
        command = StartRegistration(
            at=at, teacher=teacher, claim=claim.id, country=body.country, locale=body.locale, email=typed.email.ref,
            name=typed.name.ref, attempt=typed.credential.id, not_admitted=self._desk.not_admitted(body.country),
            link_expires=at + policy.content.registration_link,
        )  # fmt: skip
        await self._host.handler.handle(TEACHER, teacher, command, context, [claim, *typed.records])
        return None

    async def _start_in_vain(self, stream: str, request: Request, body: Registration, key: str, hashed: str) -> None:
        """The address has an account: only its owner is told."""
        await keep_in_vain(self._desk, body, hashed, asked=derived_id(stream, key))
        await tell_owner(self._desk, request, stream, key)

    async def _resend(self, request: Request, email: str, key: str) -> None:
        stream = await self._host.claims.holder(email) or NOBODY
        kind, _, teacher = stream.partition("-")
        if kind != TEACHER.name:
            return await tell_owner(self._desk, request, stream, key, again=False)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        if state.status is Status.REGISTERED:
            return await tell_owner(self._desk, request, stream, key, again=False)
        kept = None if state.latest is None else await self._desk.accounts.credential(state.latest.id)
        if state.latest is None or kept is None:
            return None
        at, country = self._host.clock(), state.latest.country
        policy = self._host.nodes.policy(country, "deadlines", at.date())
        context = context_for(request, teacher, AS_TEACHER, country.lower(), key=key, policy_version=policy.reference)
        attempt = derived_id(f"{context.command_id}", teacher, "attempt")
        # What came with the attempt goes on with its new link, on whichever device that is opened.
        kept = replace(kept, id=attempt)
        await self._desk.accounts.keep(kept, self._desk.draft_ends(country, at))
        command = ResendLink(
            at=at,
            attempt=attempt,
            not_admitted=self._desk.not_admitted(country),
            link_expires=at + policy.content.registration_link,
        )
        outcome = await self._host.handler.handle(TEACHER, teacher, command, context)
        if outcome.commit is None:  # the link before stands, with what came with that
            await self._desk.accounts.drop(kept)
        return None

    def _continuation(self, link: Link) -> str:
        expires = self._host.clock() + CONTINUATION_LIFETIME
        return sign_link(self._host.signing_key, Link(CONTINUATION, link.stream, link.attempt, expires), signer=OWNER)
