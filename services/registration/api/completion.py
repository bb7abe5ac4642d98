"""Phase 2 of a registration: the school, the role, the director (FAQ L17-19)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from services.registration.api.desk import Desk, Email, LinkToken, Locale
from services.registration.commands import CompleteRegistration
from services.registration.school import NoSuchSchool, SchoolNotRegistered
from services.registration.teacher import REFUSALS, TEACHER
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.registration import SchoolRegistered, TeacherRole
from shared.event_store.violations import NotFound
from shared.identity.links import Link
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.rate_limits import per_client
from shared.private_records.records import Draft
from shared.web.authentication import require_same_origin
from shared.web.context import context_for
from shared.web.fields import Identifier, Line, Password, RequestBody
from shared.web.idempotency import IdempotencyKey, set_etag
from shared.web.problem import Problem
from shared.web.routes import edge_router
from shared.web.violations import responses_for

CONTINUATION = "complete_registration"
"""The purpose of the link that phase 1 ends with, signed with registration's own key."""
OWNER = "registration"


class Director(RequestBody):
    """Whom the representative may ask (FAQ L19)."""

    name: Line
    email: Email


class Completion(RequestBody):
    """Phase 2: the school and how to reach its director (FAQ L17-19)."""

    continuation: LinkToken
    password: Password
    school: Identifier
    role: TeacherRole = "teacher"
    director: Director
    locale: Locale


class TeacherAnswer(BaseModel):
    """A teacher who now waits for validation."""

    teacher: str
    school: str
    country: str
    region: str | None


class Completions:
    """Complete, as JSON or by the page's form."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["registration"])
        refusals = responses_for(NotFound, SchoolNotRegistered, *REFUSALS[CompleteRegistration])
        limited = [Depends(per_client("complete", "120/minute"))]
        routes.add_api_route(
            "/registrations/complete", self.complete, methods=["POST"], status_code=201,
            responses=refusals, dependencies=limited,
        )  # fmt: skip
        routes.add_api_route(
            "/complete", self.complete_by_form, methods=["POST"], response_class=HTMLResponse,
            responses=refusals, dependencies=limited,
        )  # fmt: skip
        return routes

    async def complete(
        self, request: Request, response: Response, body: Completion, key: IdempotencyKey
    ) -> TeacherAnswer:
        """Phase 2: the teacher of a school, waiting to be validated."""
        link, teacher = self._desk.link(body.continuation, purpose=CONTINUATION, aggregate=TEACHER.name, signer=OWNER)
        if self._host.clock() >= link.expires_at:
            raise NotFound
        name = await self._authenticated(link, teacher, body.password)
        school, basis = await self._school(body.school)
        context = context_for(request, teacher, AS_TEACHER, school.country.lower(), key=key, basis=(basis,))
        contact = await self._director(f"{context.command_id}", body)
        command = CompleteRegistration(
            at=self._host.clock(),
            attempt=link.attempt,
            school=school.school,
            role=body.role,
            locale=body.locale,
            director_contact=contact.ref,
            name=name,
            school_country=school.country,
            school_region=school.region,
        )
        outcome = await self._host.handler.handle(TEACHER, teacher, command, context, [contact])
        await self._desk.accounts.open(teacher, link.attempt)
        set_etag(response, outcome.version)
        return TeacherAnswer(teacher=teacher, school=school.school, country=school.country, region=school.region)

    async def complete_by_form(
        self,
        request: Request,
        response: Response,
        continuation: Annotated[LinkToken, Form()],
        password: Annotated[Password, Form()],
        school: Annotated[Identifier, Form()],
        director_name: Annotated[Line, Form()],
        director_email: Annotated[Email, Form()],
        locale: Annotated[Locale, Form()],
        key: IdempotencyKey,
    ) -> Response:
        """The page's form."""
        require_same_origin(request)
        director = Director(name=director_name, email=director_email)
        given = Completion(
            continuation=continuation, password=password, school=school, director=director, locale=locale
        )
        await self.complete(request, response, given, key)
        return self._desk.pages.render("registered.html")

    async def _director(self, asked: str, body: Completion) -> Draft:
        """The record's subject is the school's director, whoever named the address."""
        fields = {"name": body.director.name, "email": body.director.email}
        subject = derived_id("director", body.school)
        return await self._host.records.draft(
            derived_id(asked, "director_contact"), subject, "director_contact", fields
        )

    async def _school(self, school: str) -> tuple[SchoolRegistered, str]:
        try:
            found, event, _ = await self._desk.schools.registered(school)
        except NoSuchSchool:
            raise SchoolNotRegistered(school=school) from None
        return found, event

    async def _authenticated(self, link: Link, teacher: str, password: str) -> RecordRef:
        """Who reads the mail is not yet who chose the password: both are needed. Gives the record of the name."""
        await self._host.limiter.check_address("complete", "10/hour", link.attempt)
        credential = await self._desk.accounts.credential(link.attempt)
        account = await self._desk.accounts.account(teacher)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        encoded = credential.hash if credential is not None else account.hash if account is not None else None
        name = credential.name if credential is not None else state.name
        right = encoded is not None and await self._desk.passwords.verify(encoded, password)
        if not right or name is None:
            raise Problem(403, "wrong-password")
        return name
