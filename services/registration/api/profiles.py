"""A teacher's own profile: schools, and how to be found (FAQ L3, L26; rules §4.1-2)."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response

from services.registration.api.desk import Desk
from services.registration.api.named_school import DIRECTOR_CONTACT, director_record, is_oneself, named_school
from services.registration.api.profile_bodies import AnotherSchool, Description, ProfileAnswer, profile_answer
from services.registration.commands import (
    AddSchool,
    AtAnotherSchool,
    ChangeSchool,
    ChooseMainSchool,
    DescribeProfile,
    LeaveSchool,
)
from services.registration.profile import (
    PROFILE,
    REFUSALS,
    Brought,
    NoSuchProfile,
    Profile,
    ProfileNotYetKnown,
    Standing,
)
from services.registration.school import SchoolClosedForRegistration, SchoolNotRegistered
from services.registration.teacher import TEACHER
from shared.contracts.base import Command, derived_id
from shared.event_store.handling import Intent
from shared.event_store.history import History
from shared.identity.offices import TEACHER as AS_TEACHER
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest
from shared.web.fields import Identifier
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Profiles:
    """Show, describe; add, change, leave and choose schools."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration/me", tags=["profile"])
        routes.add_api_route("/profile", self.profile, responses=responses_for(ProfileNotYetKnown, NoSuchProfile))
        bringing = (SchoolNotRegistered, SchoolClosedForRegistration)
        for path, act, command, before in (
            ("/profile", self.describe, DescribeProfile, ()),
            ("/schools", self.add, AddSchool, bringing),
            ("/schools/change", self.change, ChangeSchool, bringing),
            ("/schools/{school}/leave", self.leave, LeaveSchool, ()),
            ("/schools/{school}/main", self.choose_main, ChooseMainSchool, ()),
        ):
            refusals = responses_for(*before, *REFUSALS[command])
            routes.add_api_route(path, act, methods=["POST"], responses=refusals)
        return routes

    async def profile(self, who: SignedIn, response: Response) -> ProfileAnswer:
        """The profile of the teacher who asks, always current."""
        state, history = await self._own(who.person)
        set_etag(response, history.version)
        return profile_answer(state)

    async def describe(self, asking: CommandRequest, body: Description) -> ProfileAnswer:
        """How to be found, and by whom; replaces what was said before."""
        command = DescribeProfile(
            at=self._host.clock(),
            visibility=body.visibility,
            languages=tuple(dict.fromkeys(body.languages)),
            subjects=tuple(dict.fromkeys(body.subjects)),
            age_from=body.age_from,
            age_to=body.age_to,
        )
        return await self._act(asking, command)

    async def add(self, asking: CommandRequest, body: AnotherSchool) -> ProfileAnswer:
        """One more school beside the main one: its representative validates the teacher there."""
        return await self._bring(asking, body, AddSchool)

    async def change(self, asking: CommandRequest, body: AnotherSchool) -> ProfileAnswer:
        """Another main school instead of the old one: validated anew, and what was earned stays where it was."""
        return await self._bring(asking, body, ChangeSchool)

    async def leave(self, asking: CommandRequest, school: Identifier) -> ProfileAnswer:
        """No longer at one of the other schools."""
        return await self._act(asking, LeaveSchool(at=self._host.clock(), school=school))

    async def choose_main(self, asking: CommandRequest, school: Identifier) -> ProfileAnswer:
        """One of one's schools becomes the main one."""
        return await self._act(asking, ChooseMainSchool(at=self._host.clock(), school=school))

    async def _bring(self, asking: Asking, body: AnotherSchool, kind: type[AtAnotherSchool]) -> ProfileAnswer:
        school, basis = await named_school(self._desk, body.school)
        (own, history), at = await self._own(asking.who.person), self._host.clock()
        policy = self._host.nodes.policy(own.main.country, "accounts", at.date())
        record, director = derived_id(asking.new_identifier(), DIRECTOR_CONTACT), body.director
        contact = await director_record(self._host, record, school.school, director.name, director.email)
        command = kind(
            at=at,
            school=school.school,
            role=body.role,
            locale=body.locale,
            director_contact=contact.ref,
            school_country=school.country,
            school_region=school.region,
            not_admitted=self._desk.not_admitted(school.country),
            director_is_applicant=await is_oneself(self._host, director.email, TEACHER.stream(asking.who.person)),
            schools_at_most=policy.content.schools_at_most,
            brought_at_most=_brought_at_most(history, policy.content.new_schools_a_day, at),
        )
        return await self._act(asking, command, (contact,), basis=(basis,), policy_version=policy.reference)

    async def _act(
        self,
        asking: Asking,
        command: Command,
        intents: Sequence[Intent] = (),
        *,
        basis: tuple[str, ...] = (),
        policy_version: str | None = None,
    ) -> ProfileAnswer:
        """In the node of the main school, or, with another school brought in, still of the one before."""
        state, _ = await self._own(asking.who.person)
        node = state.main.country.lower()
        context = asking.context(AS_TEACHER, node, basis=basis, policy_version=policy_version)
        outcome = await self._host.handler.handle(PROFILE, asking.who.person, command, context, intents)
        set_etag(asking.response, outcome.version)
        return profile_answer(outcome.state)

    async def _own(self, person: str) -> tuple[Profile, History]:
        """Raises `NoSuchProfile` for an officer, `ProfileNotYetKnown` for a teacher whose profile is about to begin."""
        state, history = await self._host.handler.state(PROFILE, person)
        if state.standing is Standing.UNKNOWN:
            teacher = await self._host.handler.load(TEACHER.stream(person))
            raise ProfileNotYetKnown if teacher.version else NoSuchProfile
        if state.standing is Standing.REMOVED:
            raise NoSuchProfile
        return state, history


def _brought_at_most(history: History, a_day: int | None, at: datetime) -> int | None:
    """What was brought in before today does not change any more, so that the bound is the same whoever is faster."""
    if a_day is None:
        return None
    earlier = sum(isinstance(one.event, Brought) and one.time.date() < at.date() for one in history.recorded)
    return earlier + a_day
