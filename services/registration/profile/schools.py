"""The teacher's own decisions: schools, and how to be found (FAQ L3, L26; rules §4.1-2)."""

from collections.abc import Mapping

from services.registration.commands.profiles import (
    AddSchool,
    AtAnotherSchool,
    ChangeSchool,
    ChooseMainSchool,
    DescribeProfile,
    LeaveSchool,
    OpenProfile,
)
from services.registration.profile.state import AtSchool, NoSuchProfile, Profile, ProfileNotYetKnown, Standing, living
from services.registration.rules import DirectorIsApplicant, refuse_oneself
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    MainSchoolChosen,
    ProfileDescribed,
    ProfileOpened,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.contracts.teaching import Ages
from shared.event_store.aggregate import Decision
from shared.event_store.violations import Forbidden, NotFound, RuleViolation


class BlockedProfile(Forbidden):
    """The profile is blocked: nothing can be changed until the national support service ends it (FAQ L24)."""


class SchoolCountryNotAdmitted(RuleViolation):
    """Nobody registers at schools of this country: it has withdrawn, or is not (yet) in the programme (FAQ L15)."""


class SchoolIsYours(RuleViolation):
    """The teacher is at that school already: it may be chosen as the main one."""


class NotYourSchool(NotFound):
    """The teacher was never at that school."""


class MainSchoolStays(RuleViolation):
    """Every teacher has a main school: choose another one, or change it, before leaving it."""


class TooManySchools(RuleViolation):
    """The teacher is at as many schools as the policy allows: leave one before another is added."""


class TooManySchoolsToday(RuleViolation):
    """As many schools were brought in today as the policy allows on one day (UTC): tomorrow there may be more."""


class AgesOutsideProgramme(RuleViolation):
    """Pupils are between 3 and 19, and the younger age comes first (FAQ L14)."""


_WRITING = (ProfileNotYetKnown, NoSuchProfile, BlockedProfile)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    OpenProfile: (),
    DescribeProfile: (*_WRITING, AgesOutsideProgramme),
    AddSchool: (*_WRITING, SchoolCountryNotAdmitted, DirectorIsApplicant, TooManySchools, TooManySchoolsToday),
    ChangeSchool: (*_WRITING, SchoolCountryNotAdmitted, SchoolIsYours, DirectorIsApplicant, TooManySchoolsToday),
    LeaveSchool: (*_WRITING, NotYourSchool, MainSchoolStays),
    ChooseMainSchool: (*_WRITING, NotYourSchool),
}


def open_profile(state: Profile, command: OpenProfile) -> tuple[Event, ...]:
    """Once, by the end of the registration."""
    if state.standing is not Standing.UNKNOWN:
        return ()
    return (
        ProfileOpened(
            teacher=command.teacher,
            country=command.country,
            region=command.region,
            school=command.school,
            role=command.role,
        ),
    )


def describe_profile(state: Profile, command: DescribeProfile) -> tuple[Event, ...]:
    """The same description again changes nothing."""
    _may_write(state)
    if not Ages(age_from=command.age_from, age_to=command.age_to).in_programme:
        raise AgesOutsideProgramme(age_from=command.age_from, age_to=command.age_to)
    described = ProfileDescribed(
        teacher=state.id,
        visibility=command.visibility,
        languages=command.languages,
        subjects=command.subjects,
        age_from=command.age_from,
        age_to=command.age_to,
    )
    return () if described == state.description else (described,)


def add_school(state: Profile, command: AddSchool) -> tuple[Event, ...]:
    """One more school, with a validation of its own; one that is there already stays as it is."""
    _may_write(state)
    _refuse_country(command)
    if state.at(command.school) is not None:
        return ()
    refuse_oneself(command.role, director_is_applicant=command.director_is_applicant)
    if command.schools_at_most is not None and len(state.schools) >= command.schools_at_most:
        raise TooManySchools(most=command.schools_at_most)
    _refuse_haste(state, command)
    return (
        TeacherSchoolAdded(
            teacher=state.id,
            country=command.school_country,
            region=command.school_region,
            school=command.school,
            role=command.role,
            locale=command.locale,
            director_contact=command.director_contact,
        ),
    )


def change_school(state: Profile, command: ChangeSchool) -> tuple[Event, ...]:
    """The new main school may be in another country; what was earned stays at the old one (rules §4.1-2)."""
    _may_write(state)
    if command.school == state.main.school:
        return ()
    _refuse_country(command)
    if state.at(command.school) is not None:
        raise SchoolIsYours(school=command.school)
    refuse_oneself(command.role, director_is_applicant=command.director_is_applicant)
    _refuse_haste(state, command)
    return (
        TeacherSchoolChanged(
            teacher=state.id,
            country=command.school_country,
            region=command.school_region,
            school=command.school,
            left=state.main.school,
            role=command.role,
            locale=command.locale,
            director_contact=command.director_contact,
        ),
    )


def leave_school(state: Profile, command: LeaveSchool) -> tuple[Event, ...]:
    """Any school but the main one."""
    _may_write(state)
    if command.school in state.left:
        return ()
    school = _own(state, command.school)
    if school == state.main:
        raise MainSchoolStays(school=command.school)
    return (TeacherSchoolLeft(teacher=state.id, country=school.country, school=school.school),)


def choose_main_school(state: Profile, command: ChooseMainSchool) -> tuple[Event, ...]:
    """One of the teacher's schools; its node is the teacher's from now on."""
    _may_write(state)
    school = _own(state, command.school)
    if school == state.main:
        return ()
    return (MainSchoolChosen(teacher=state.id, country=school.country, region=school.region, school=school.school),)


def _may_write(state: Profile) -> None:
    living(state)
    if state.blocked is not None:
        raise BlockedProfile(reason=state.blocked.reason)


def _refuse_country(command: AtAnotherSchool) -> None:
    if command.not_admitted is not None:
        raise SchoolCountryNotAdmitted(country=command.school_country, reason=command.not_admitted)


def _refuse_haste(state: Profile, command: AtAnotherSchool) -> None:
    """Each school that is brought in has a director who is written to, whoever named it (FAQ L19)."""
    if command.brought_at_most is not None and state.brought >= command.brought_at_most:
        raise TooManySchoolsToday


def _own(state: Profile, school: str) -> AtSchool:
    found = state.at(school)
    if found is None:
        raise NotYourSchool
    return found


DECISIONS: Mapping[type[Command], Decision[Profile]] = {
    OpenProfile: open_profile,
    DescribeProfile: describe_profile,
    AddSchool: add_school,
    ChangeSchool: change_school,
    LeaveSchool: leave_school,
    ChooseMainSchool: choose_main_school,
}
