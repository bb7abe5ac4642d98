"""Offices: offered by whoever appoints to them, accepted by mail, ended by whoever may appoint (design §10)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from services.registration.api.appointments import AddressNotAvailable, Offer, offer
from services.registration.api.desk import Desk, LinkToken, Locale
from services.registration.api.held_offices import HeldOffice, held_offices
from services.registration.api.settled import settled_in
from services.registration.commands import AcceptOffice, OfferOffice, RevokeOffice
from services.registration.mongo import KEPT_AFTER_LINK, Credential
from services.registration.officer import APPOINTS, OFFICER, REFUSALS, NoSuchOffice, NotYoursToAppoint, Office
from shared.contracts.base import derived_id
from shared.contracts.reasons import RevocationReason
from shared.contracts.registration import OfficeKind
from shared.event_store.violations import NotFound
from shared.identity import offices
from shared.identity.offices import OfficeClaim
from shared.identity.rate_limits import per_client
from shared.identity.tokens import Principal
from shared.nodes import UnknownRegion
from shared.web.bodies import body_of, form_or_json, is_form, page_or_json
from shared.web.context import CommandRequest, context_for
from shared.web.fields import CountryCode, Email, Identifier, Line, Password, RequestBody
from shared.web.idempotency import IdempotencyKey, etag, set_etag
from shared.web.problem import FieldError, Problem
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class OfficeOffer(RequestBody):
    """An office and the address of whoever is to hold it. A national office needs a country, a central one has none."""

    kind: OfficeKind
    country: CountryCode | None = None
    region: Line | None = None
    email: Email
    locale: Locale = "en"


class Acceptance(RequestBody):
    """The mailed offer's token and what the account needs. `key` is the page's own Idempotency-Key."""

    token: LinkToken
    password: Password
    given_name: Line
    family_name: Line
    key: Identifier | None = None


class Revocation(RequestBody):
    """Why the office ends."""

    reason: RevocationReason


class OfficeAnswer(BaseModel):
    """An office of a person."""

    office: str
    officer: str
    kind: OfficeKind
    country: str | None
    region: str | None
    standing: Literal["offered", "held", "revoked"]


class Offices:
    """Offer, accept, revoke."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["offices"])
        routes.add_api_route(
            "/offices", self.offer, methods=["POST"], status_code=201,
            responses=responses_for(AddressNotAvailable, *REFUSALS[OfferOffice]),
            dependencies=[Depends(per_client("offer", "120/minute"))],
        )  # fmt: skip
        routes.add_api_route(
            "/offices/accept", self.accept, methods=["POST"], response_model=None,
            responses=page_or_json(OfficeAnswer) | responses_for(NotFound, *REFUSALS[AcceptOffice]),
            openapi_extra=body_of(Acceptance), dependencies=[Depends(per_client("accept", "120/minute"))],
        )  # fmt: skip
        routes.add_api_route(
            "/officers/{officer}/offices/{office}/revoke", self.revoke, methods=["POST"],
            responses=responses_for(*REFUSALS[RevokeOffice]),
        )  # fmt: skip
        return routes

    async def offer(self, asking: CommandRequest, body: OfficeOffer) -> OfficeAnswer:
        """Offers an office by mail: the centre to national officers, a national service to its own."""
        region = self._region(body)
        office = await self._authority(asking.who, body.kind, body.country)
        wanted = Offer(
            kind=body.kind,
            country=body.country,
            region=region,
            email=body.email,
            locale=body.locale,
            **office.fields,
        )
        offered, outcome = await offer(
            self._host,
            wanted,
            asking.new_identifier(),
            lambda policy: asking.context(
                office.claim.capacity, wanted.node, basis=(office.event,), policy_version=policy
            ),
        )
        set_etag(asking.response, outcome.version)
        return _answer(outcome.state.office(offered), outcome.state.id)

    async def accept(
        self,
        request: Request,
        given: Annotated[Acceptance, Depends(form_or_json(Acceptance))],
        key: IdempotencyKey,
    ) -> Response:
        """The mailed offer is accepted; the first acceptance makes the account, a later one needs its password."""
        link, officer = self._desk.link(given.token, purpose="accept_office", aggregate=OFFICER.name)
        state, history = await self._host.handler.state(OFFICER, officer)
        hashed = await self._password(officer, given.password)
        node = history.recorded[-1].node if history.version else "eu"
        context = context_for(request, officer, "officer", node, key=given.key or key)
        asked = f"{context.command_id}"
        names = {"given_name": given.given_name, "family_name": given.family_name}
        command_name = await self._host.records.draft(derived_id(asked, officer, "name"), officer, "name", names)
        if hashed is not None and state.account is None and history.version:
            # Kept before the commit that makes it count: a crash in between loses nothing.
            credential = Credential(link.attempt, officer, hashed, command_name.ref)
            await self._desk.accounts.keep(credential, link.expires_at + KEPT_AFTER_LINK)
        command = AcceptOffice(at=self._host.clock(), attempt=link.attempt, name=command_name.ref)
        outcome = await self._host.handler.handle(OFFICER, officer, command, context, [command_name])
        if (settled := settled_in(outcome.state)) is not None:
            await self._desk.accounts.open(officer, settled)
        accepted = next((office for office in outcome.state.offices if office.attempt == link.attempt), None)
        answer = _answer(accepted, officer)
        headers = {"ETag": etag(outcome.version)}
        if is_form(request):
            return self._desk.pages.render("accepted.html", {"office": answer}, headers=headers)
        return JSONResponse(answer.model_dump(), headers=headers)

    async def revoke(
        self, asking: CommandRequest, officer: Identifier, office: Identifier, body: Revocation
    ) -> OfficeAnswer:
        """Ends an office, or withdraws an open offer. Of another country's there is none."""
        state, _ = await self._host.handler.state(OFFICER, officer)
        known = state.office(office)
        theirs = await held_offices(self._host, asking.who)
        if known is None or not any(office.claim.country in {None, known.country} for office in theirs):
            raise NoSuchOffice
        own = await self._authority(asking.who, known.kind, known.country)
        command = RevokeOffice(at=self._host.clock(), **own.fields, office=office, reason=body.reason)
        node = "eu" if known.country is None else known.country.lower()
        context = asking.context(own.claim.capacity, node, basis=(own.event,))
        outcome = await self._host.handler.handle(OFFICER, officer, command, context)
        set_etag(asking.response, outcome.version)
        return _answer(outcome.state.office(office), officer)

    async def _authority(self, who: Principal, kind: OfficeKind, country: str | None) -> HeldOffice:
        """The office that appoints to this one and covers the country."""
        for office in await held_offices(self._host, who):
            if kind in APPOINTS.get(office.claim.kind.value, frozenset()) and office.claim.country in {None, country}:
                return office
        raise NotYoursToAppoint(kind=kind, country=country)

    async def _password(self, officer: str, password: str) -> str | None:
        """The hash of a new password; none where there is an account, whose password it has to be."""
        account = await self._desk.accounts.account(officer)
        if account is None:
            return await self._desk.passwords.hash(password)
        await self._host.limiter.check_address("accept", "10/hour", officer)
        if not await self._desk.passwords.verify(account.hash, password):
            raise Problem(403, "wrong-password")
        return None

    def _region(self, body: OfficeOffer) -> str | None:
        """The region as the node spells it; a scope that does not fit the office is a fault of the request."""
        try:
            OfficeClaim(office_id="-", kind=offices.OfficeKind(body.kind), country=body.country, region=body.region)
        except ValidationError:
            raise _fault("/country", "The place does not fit the office") from None
        if body.country is not None and self._desk.not_admitted(body.country) is not None:
            raise _fault("/country", "The country is not in the programme")
        if body.country is None or body.region is None:
            return None
        try:
            return self._host.nodes.country(body.country).region(body.region)
        except UnknownRegion:
            raise _fault("/region", "The country has no such region") from None


def _fault(pointer: str, detail: str) -> Problem:
    return Problem(422, "validation-failed", errors=[FieldError("body", pointer, detail)])


def _answer(office: Office | None, officer: str) -> OfficeAnswer:
    if office is None:
        raise NoSuchOffice
    return OfficeAnswer(
        office=office.id,
        officer=officer,
        kind=office.kind,
        country=office.country,
        region=office.region,
        standing=office.standing.value,
    )
