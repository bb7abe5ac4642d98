"""How a school's director is reached (FAQ L19): kept by officers, suggested by the school's teachers."""

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from services.registration.api.desk import Desk
from services.registration.api.named_school import DIRECTOR_CONTACT, director_record, is_oneself
from services.registration.api.school_scope import act_on, acting, shown
from services.registration.api.standing import refuse_blocked
from services.registration.commands import (
    ConfirmDirectorContact,
    DismissDirectorContact,
    ForgetDirector,
    RecordDirectorContact,
    SuggestDirectorContact,
)
from services.registration.profile import PROFILE, AtSchool, BlockedProfile
from services.registration.queries import Directors
from services.registration.school import REFUSALS, SCHOOL, Contact, NoSuchSchool, School
from services.registration.teacher import TEACHER
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.registration import GivenBy, PersonalDataErased
from shared.identity.addresses import normalise_email
from shared.identity.live_offices import NotInOffice
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.identity.tokens import Principal
from shared.private_records.records import Draft
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest, route_of
from shared.web.fields import Email, Identifier, Line, RequestBody
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class DirectorGiven(RequestBody):
    """Who directs the school, and how to reach that person."""

    name: Line
    email: Email


class Chosen(RequestBody):
    """The suggestion that was looked at: another one may have come since."""

    suggestion: Identifier


class ContactShown(BaseModel):
    """An address and where it comes from; name and address are nothing where they were erased."""

    name: str | None
    email: str | None
    given_by: GivenBy


class SuggestionShown(ContactShown):
    """An address that waits for a representative. `matches_domain`: it is of the school's own mail domain."""

    suggestion: str
    suggested_by: str
    matches_domain: bool


class DirectorContactAnswer(BaseModel):
    """`known` to everybody who is signed in; the rest only to officers of the place."""

    school: str
    known: bool
    contact: ContactShown | None = None
    suggestions: list[SuggestionShown] = []


class DirectorContactGiven(BaseModel):
    """What became of it: it counts at once, waits for the representative."""

    school: str
    standing: Literal["counts", "waits"]


class DirectorForgottenAnswer(BaseModel):
    """`person`: the pseudonym under which an auditor finds the proof of the erasure."""

    school: str
    person: str


class DirectorContacts:
    """Show, give, confirm, dismiss, forget."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._directors = Directors(desk.host)

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        path = "/schools/{school}/director-contact"
        routes.add_api_route(path, self.show, responses=responses_for(NoSuchSchool))
        routes.add_api_route(
            path, self.give, methods=["POST"],
            responses=responses_for(
                NotInOffice, BlockedProfile, *REFUSALS[SuggestDirectorContact], *REFUSALS[RecordDirectorContact]
            ),
        )  # fmt: skip
        for act, command in ((self.confirm, ConfirmDirectorContact), (self.dismiss, DismissDirectorContact)):
            refusals = responses_for(NotInOffice, *REFUSALS[command])
            routes.add_api_route(f"{path}/{act.__name__}", act, methods=["POST"], responses=refusals)
        refusals = responses_for(NotInOffice, *REFUSALS[ForgetDirector])
        routes.add_api_route(f"{path}/forget", self.forget, methods=["POST"], responses=refusals)
        return routes

    async def show(self, who: SignedIn, school: Identifier) -> DirectorContactAnswer:
        """Whether the director's address is known; to officers of the place, who it is and who said so."""
        state, _, _ = await self._desk.schools.shown(school)
        place = shown(state)
        try:
            await acting(self._desk, who, RecordDirectorContact, place.country, place.region)
        except NotInOffice:
            return DirectorContactAnswer(school=school, known=state.contact is not None)
        return await self._all(school, state)

    async def give(self, asking: CommandRequest, school: Identifier, body: DirectorGiven) -> DirectorContactGiven:
        """An officer's word counts at once; that of a teacher of the school waits for the representative."""
        state, _, _ = await self._desk.schools.shown(school)
        place = shown(state)
        try:
            await acting(self._desk, asking.who, RecordDirectorContact, place.country, place.region)
        except NotInOffice:
            await self._suggest(asking, await self._of_the_school(asking.who, school), state, body)
            return DirectorContactGiven(school=school, standing="waits")
        contact, drafts = await self._contact(asking, school, state, body)
        await act_on(self._desk, asking, school, RecordDirectorContact, drafts, contact=contact)
        return DirectorContactGiven(school=school, standing="counts")

    async def confirm(self, asking: CommandRequest, school: Identifier, body: Chosen) -> DirectorContactAnswer:
        """One click: the representative vouches for a suggested address."""
        return await self._decide(asking, school, ConfirmDirectorContact, body)

    async def dismiss(self, asking: CommandRequest, school: Identifier, body: Chosen) -> DirectorContactAnswer:
        """The representative does not vouch for it; what was known stands."""
        return await self._decide(asking, school, DismissDirectorContact, body)

    async def forget(self, asking: CommandRequest, school: Identifier) -> DirectorForgottenAnswer:
        """Whoever directs the school asked for it: every service forgets name and address, and whoever is named from
        now on is somebody else. What was approved stays; cases that wait for an answer want another contact."""
        state, _, _ = await self._desk.schools.shown(school)
        place = shown(state)
        office = await acting(self._desk, asking.who, ForgetDirector, place.country, place.region)
        command = ForgetDirector(at=self._host.clock(), **office.fields)
        outcome = await self._host.handler.handle(SCHOOL, school, command, office.context(asking))
        set_etag(asking.response, outcome.version)
        decided = () if outcome.commit is None else outcome.commit.decoded(self._host.store.codec)
        (person,) = (one.event.person for one in decided if isinstance(one.event, PersonalDataErased))
        await self._desk.erasure.erase(person)
        return DirectorForgottenAnswer(school=school, person=person)

    async def _decide(
        self,
        asking: Asking,
        school: str,
        kind: type[ConfirmDirectorContact] | type[DismissDirectorContact],
        body: Chosen,
    ) -> DirectorContactAnswer:
        await act_on(self._desk, asking, school, kind, suggestion=body.suggestion)
        state, _, _ = await self._desk.schools.shown(school)
        return await self._all(school, state)

    async def _suggest(self, asking: Asking, there: AtSchool, state: School, body: DirectorGiven) -> None:
        """Of an address that is known already nothing comes, and nobody is told so: it may be a guess."""
        await self._host.limiter.check_address("suggest-director", "20/day", asking.who.person)
        school = there.school
        contact, drafts = await self._contact(asking, school, state, body)
        command = SuggestDirectorContact(
            at=self._host.clock(),
            contact=contact,
            given_by="teacher",
            suggested_by=asking.who.person,
            matches_domain=of_domain(body.email, state.mail_domain),
            role=there.role,
            director_is_applicant=await is_oneself(self._host, body.email, TEACHER.stream(asking.who.person)),
        )
        context = asking.context(AS_TEACHER, shown(state).country.lower())
        outcome = await self._host.handler.handle(SCHOOL, school, command, context, drafts)
        set_etag(asking.response, outcome.version)

    async def _contact(
        self, asking: Asking, school: str, state: School, body: DirectorGiven
    ) -> tuple[RecordRef, list[Draft]]:
        """The record that says this already, else a new one. Its subject is the director, whoever named the address."""
        known = await self._directors.known_as(state, body.name, body.email)
        if known is not None:
            return known, []
        record = derived_id(asking.who.person, route_of(asking.request), school, asking.key, DIRECTOR_CONTACT)
        draft = await director_record(self._host, record, school, body.name, body.email)
        return draft.ref, [draft]

    async def _of_the_school(self, who: Principal, school: str) -> AtSchool:
        """Raises `NotInOffice`, or `BlockedProfile`, for anybody but a teacher of the school."""
        profile, _ = await self._host.handler.state(PROFILE, who.person)
        if (there := profile.at(school)) is None:
            raise NotInOffice(school=school)
        await refuse_blocked(self._host, who.person)
        return there

    async def _all(self, school: str, state: School) -> DirectorContactAnswer:
        reached = await self._directors.reached(state)
        contact = None if state.contact is None else ContactShown(**_shown(state.contact, reached))
        suggestions = [
            SuggestionShown(
                **_shown(one, reached),
                suggestion=one.record.id,
                suggested_by=one.suggested_by or "",
                matches_domain=one.matches_domain,
            )
            for one in state.suggestions
        ]
        return DirectorContactAnswer(school=school, known=contact is not None, contact=contact, suggestions=suggestions)


def of_domain(email: str, mail_domain: str | None) -> bool:
    """Whether the address is of the school's own mail domain, or of a part of it."""
    domain = normalise_email(email).rpartition("@")[2]
    return mail_domain is not None and (domain == mail_domain or domain.endswith(f".{mail_domain}"))


def _shown(contact: Contact, reached: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    fields = reached.get(contact.record.id, {})
    return {"name": fields.get("name"), "email": fields.get("email"), "given_by": contact.given_by}
