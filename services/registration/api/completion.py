"""Phase 2 of a registration: the school, the role, the director (FAQ L17-19)."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from uuid_utils import uuid7

from services.registration.api.desk import Desk, LinkToken, Locale
from services.registration.api.named_school import (
    DIRECTOR_CONTACT,
    Director,
    director_record,
    is_oneself,
    named_school,
)
from services.registration.api.settled import settled_in
from services.registration.commands import CompleteRegistration
from services.registration.mongo import Credential
from services.registration.queries import QueryTooBroad, SchoolsAnswer, people_index
from services.registration.school import SchoolClosedForRegistration, SchoolNotRegistered
from services.registration.teacher import REFUSALS, TEACHER, Attempt, Status, Teacher
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.registration import TeacherRole
from shared.event_store.violations import NotFound
from shared.identity.links import Link
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.rate_limits import per_client
from shared.private_records.records import Draft
from shared.web.authentication import require_same_origin
from shared.web.context import context_for
from shared.web.fields import Email, Identifier, Line, Password, RequestBody
from shared.web.idempotency import IdempotencyKey, set_etag
from shared.web.problem import Problem
from shared.web.reading import Reader, Reading
from shared.web.routes import edge_router
from shared.web.violations import responses_for

CONTINUATION = "complete_registration"
"""The purpose of the link that phase 1 ends with, signed with registration's own key."""
OWNER = "registration"


class Completion(RequestBody):
    """Phase 2: the school and how to reach its director (FAQ L17-19).

    With the `password` of phase 1; or with a `new_password` and one's own name, which take the place of all that was
    given in phase 1 but the country: it may have been somebody else who gave it.
    """

    continuation: LinkToken
    password: Password | None = None
    new_password: Password | None = None
    given_name: Line | None = None
    family_name: Line | None = None
    school: Identifier
    role: TeacherRole = "teacher"
    director: Director
    locale: Locale

    @model_validator(mode="after")
    def _one_of_both(self) -> "Completion":
        if (self.password is None) == (self.new_password is None):
            raise PydanticCustomError("password_missing", "Give the password of phase 1, or a new one")
        if self.new_password is not None and (self.given_name is None or self.family_name is None):
            raise PydanticCustomError("name_missing", "With a new password, give your name anew")
        return self


Blank = BeforeValidator(lambda given: given or None)
"""A page sends a field that was left empty as empty text."""


class CompletionForm(RequestBody):
    """The page's fields. `key` is the page's own Idempotency-Key."""

    continuation: LinkToken
    password: Annotated[Password | None, Blank] = None
    new_password: Annotated[Password | None, Blank] = None
    given_name: Annotated[Line | None, Blank] = None
    family_name: Annotated[Line | None, Blank] = None
    school: Identifier
    role: TeacherRole = "teacher"
    director_name: Line
    director_email: Email
    locale: Locale
    key: Identifier | None = None

    def completion(self) -> Completion:
        """What a program would send. Raises `RequestValidationError`."""
        fields = self.model_dump(exclude={"director_name", "director_email", "key"})
        try:
            return Completion(**fields, director=Director(name=self.director_name, email=self.director_email))
        except ValidationError as error:
            faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_context=False)]
            raise RequestValidationError(faults) from None


class SchoolQuestion(RequestBody):
    """What a school is called, or where it is; nothing, and the page is only shown once more, in another language."""

    continuation: LinkToken
    query: Annotated[Line | None, Blank] = None


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
        self._people = people_index(desk.host)

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["registration"])
        refusals = responses_for(
            NotFound, SchoolNotRegistered, SchoolClosedForRegistration, *REFUSALS[CompleteRegistration]
        )
        limited = [Depends(per_client("complete", "120/minute"))]
        routes.add_api_route(
            "/registrations/complete", self.complete, methods=["POST"], status_code=201,
            responses=refusals, dependencies=limited,
        )  # fmt: skip
        routes.add_api_route(
            "/complete", self.complete_by_form, methods=["POST"], response_class=HTMLResponse,
            responses=refusals, dependencies=limited,
        )  # fmt: skip
        routes.add_api_route(
            "/complete/schools", self.find_school, methods=["POST"], response_class=HTMLResponse,
            responses=responses_for(NotFound), dependencies=limited,
        )  # fmt: skip
        return routes

    async def complete(
        self, request: Request, response: Response, body: Completion, key: IdempotencyKey
    ) -> TeacherAnswer:
        """Phase 2: the teacher of a school, waiting to be validated."""
        link, teacher = self._opened(body.continuation)
        school, basis = await named_school(self._desk, body.school)
        context = context_for(request, teacher, AS_TEACHER, school.country.lower(), key=key, basis=(basis,))
        asked = f"{context.command_id}"
        name, named = await self._identified(link, teacher, body, asked)
        record, director = derived_id(asked, DIRECTOR_CONTACT), body.director
        contact = await director_record(self._host, record, school.school, director.name, director.email)
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
            director_is_applicant=await is_oneself(self._host, director.email, link.stream),
            not_admitted=self._desk.not_admitted(school.country),
        )
        outcome = await self._host.handler.handle(TEACHER, teacher, command, context, [contact, *named])
        if (settled := settled_in(outcome.state)) is not None:
            await self._desk.accounts.open(teacher, settled)
        await self._people.write(teacher, name.id)
        set_etag(response, outcome.version)
        return TeacherAnswer(teacher=teacher, school=school.school, country=school.country, region=school.region)

    async def complete_by_form(
        self,
        request: Request,
        response: Response,
        form: Annotated[CompletionForm, Form()],
        key: IdempotencyKey,
        reader: Reading,
    ) -> Response:
        """The page's form."""
        require_same_origin(request)
        await self.complete(request, response, form.completion(), form.key or key)
        return self._desk.pages.for_reader(reader, "registered.html", own=[form.locale])

    async def find_school(self, request: Request, form: Annotated[SchoolQuestion, Form()], reader: Reading) -> Response:
        """The page of phase 2 with the schools that were looked for: the form works without a script."""
        require_same_origin(request)
        link, teacher = self._opened(form.continuation)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        if (confirmed := state.confirmed) is None or confirmed.id != link.attempt:
            raise NotFound
        if form.query is None:
            return phase_two(self._desk, reader, form.continuation, confirmed)
        try:
            found = await self._desk.schools.search.search(form.query, confirmed.country)
        except QueryTooBroad:
            return phase_two(self._desk, reader, form.continuation, confirmed, query=form.query, too_broad=True)
        return phase_two(self._desk, reader, form.continuation, confirmed, query=form.query, found=found)

    def _opened(self, continuation: str) -> tuple[Link, str]:
        """What a continuation opens, while it lasts. Raises `NotFound`."""
        link, teacher = self._desk.link(continuation, purpose=CONTINUATION, aggregate=TEACHER.name, signer=OWNER)
        if self._host.clock() >= link.expires_at:
            raise NotFound
        return link, teacher

    async def _identified(
        self, link: Link, teacher: str, body: Completion, asked: str
    ) -> tuple[RecordRef, list[Draft]]:
        """The record of the name, and what is to be written with the commit. Who reads the mail is not yet who began.

        With the password of phase 1 both are proven, and the name of phase 1 stands. Without it nothing of phase 1 is
        trusted: the new password replaces that one before anything is committed, and the name is given anew. So nobody
        can prepare an account for somebody else's address.
        """
        await self._host.limiter.check_address("complete", "10/hour", link.attempt)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        if body.new_password is None:
            return await self._name_of(link, state, teacher, f"{body.password}"), []
        fields = {"given_name": f"{body.given_name}", "family_name": f"{body.family_name}"}
        name = await self._host.records.draft(derived_id(asked, "name"), teacher, "name", fields)
        confirmed = state.confirmed
        if state.status is Status.STARTED and confirmed is not None and confirmed.id == link.attempt:
            # Without a name: should the commit not come, the one drafted here will not stay.
            kept = Credential(link.attempt, teacher, await self._desk.passwords.hash(body.new_password))
            await self._desk.accounts.keep(kept, self._desk.draft_ends(confirmed.country, self._host.clock()))
        return name.ref, [name]

    async def _name_of(self, link: Link, state: Teacher, teacher: str, password: str) -> RecordRef:
        """The name given with this password; raises `Problem`: 403, another password, or no name to go with it."""
        credential = await self._desk.accounts.credential(link.attempt)
        account = await self._desk.accounts.account(teacher)
        encoded = credential.hash if credential is not None else account.hash if account is not None else None
        name = credential.name if credential is not None else state.name
        right = encoded is not None and await self._desk.passwords.verify(encoded, password)
        if not right or name is None:
            raise Problem(403, "wrong-password")
        return name


def phase_two(
    desk: Desk,
    reader: Reader,
    continuation: str,
    confirmed: Attempt | None,
    *,
    query: str = "",
    found: SchoolsAnswer | None = None,
    too_broad: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page on which a registration is completed. Its key makes a double click one command."""
    own = [confirmed.locale] if confirmed else []
    context = {
        "continuation": continuation,
        "country": confirmed.country if confirmed else "",
        "written_in": _written_in(desk, reader, own),
        "query": query,
        "found": found,
        "too_broad": too_broad,
        "key": str(uuid7()),
    }
    private = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return desk.pages.for_reader(reader, "complete.html", context, own=own, headers={**private, **(headers or {})})


def _written_in(desk: Desk, reader: Reader, own: Sequence[str]) -> str:
    """In which language the mails come: that of the page, as phase 1 named it (`pt-BR`, or what no page is read in)."""
    language = desk.pages.language(reader, own)
    return next((tag for tag in own if desk.pages.language(Reader(), [tag]) == language), language)
