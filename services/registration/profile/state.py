"""The state of a profile, and how events change it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from shared.contracts.registration import (
    InactivationAnnounced,
    MainSchoolChosen,
    ProfileBlocked,
    ProfileDescribed,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
    RemovalAnnounced,
    RemovalCancelled,
    TeacherRole,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.event_store.violations import NotFound, NotYetKnown

SchoolsEvent: TypeAlias = (
    ProfileOpened | TeacherSchoolChanged | TeacherSchoolAdded | TeacherSchoolLeft | MainSchoolChosen
)
AccessEvent: TypeAlias = (
    InactivationAnnounced
    | ProfileInactivated
    | RemovalAnnounced
    | RemovalCancelled
    | ProfileReactivated
    | ProfileRemoved
)
ProfileEvent: TypeAlias = SchoolsEvent | AccessEvent | ProfileDescribed | ProfileBlocked | ProfileUnblocked


Brought: TypeAlias = TeacherSchoolAdded | TeacherSchoolChanged
"""A school came with the teacher's word, and its director is to be asked."""


class Standing(StrEnum):
    """What became of a profile by its teacher's staying away (FAQ L25)."""

    UNKNOWN = "unknown"
    ACTIVE = "active"
    INACTIVE = "inactive"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class AtSchool:
    """One of the teacher's schools, and the role there."""

    school: str
    country: str
    region: str | None
    role: TeacherRole


@dataclass(frozen=True, slots=True)
class Profile:
    """`schools`: the main one first. `left`: schools of the past. `brought`: how often one was added or changed to.

    `away_since`: the last access that the latest announcement or inactivation counted from; none once the teacher came
    back. `due`: when what was announced happens.
    """

    standing: Standing = Standing.UNKNOWN
    id: str = ""
    schools: tuple[AtSchool, ...] = ()
    left: frozenset[str] = frozenset()
    brought: int = 0
    blocked: ProfileBlocked | None = None
    away_since: datetime | None = None
    due: datetime | None = None
    description: ProfileDescribed | None = None

    @property
    def main(self) -> AtSchool:
        return self.schools[0]

    def at(self, school: str) -> AtSchool | None:
        return next((one for one in self.schools if one.school == school), None)


class NoSuchProfile(NotFound):
    """No teacher, or one who has disappeared."""


class ProfileNotYetKnown(NotYetKnown):
    """The teacher registered a moment ago: the profile is about to begin."""


def evolve(state: Profile, event: ProfileEvent) -> Profile:
    match event:
        case ProfileDescribed():
            return replace(state, description=event)
        case ProfileBlocked():
            return replace(state, blocked=event)
        case ProfileUnblocked():
            return replace(state, blocked=None)
        case ProfileOpened() | TeacherSchoolChanged() | TeacherSchoolAdded() | TeacherSchoolLeft() | MainSchoolChosen():
            return _with_schools(state, event)
        case _:
            return _with_access(state, event)


def _with_schools(state: Profile, event: SchoolsEvent) -> Profile:
    match event:
        case ProfileOpened():
            main = AtSchool(event.school, event.country, event.region, event.role)
            return Profile(Standing.ACTIVE, event.teacher, (main,))
        case TeacherSchoolChanged():
            main = AtSchool(event.school, event.country, event.region, event.role)
            return _left(_brought(state, event.school, (main, *state.schools)), event.left)
        case TeacherSchoolAdded():
            added = AtSchool(event.school, event.country, event.region, event.role)
            return _brought(state, event.school, (*state.schools, added))
        case TeacherSchoolLeft():
            return _left(state, event.school)
        case MainSchoolChosen():
            first = tuple(one for one in state.schools if one.school == event.school)
            others = tuple(one for one in state.schools if one.school != event.school)
            return replace(state, schools=(*first, *others))
        case _:
            assert_never(event)


def _brought(state: Profile, school: str, schools: tuple[AtSchool, ...]) -> Profile:
    return replace(state, schools=schools, left=state.left - {school}, brought=state.brought + 1)


def _left(state: Profile, school: str) -> Profile:
    schools = tuple(one for one in state.schools if one.school != school)
    return replace(state, schools=schools, left=state.left | {school})


def _with_access(state: Profile, event: AccessEvent) -> Profile:
    match event:
        case InactivationAnnounced() | RemovalAnnounced():
            return replace(state, away_since=event.last_access, due=event.due)
        case ProfileInactivated():
            return replace(state, standing=Standing.INACTIVE, away_since=event.last_access, due=None)
        case RemovalCancelled():
            return replace(state, away_since=None, due=None)
        case ProfileReactivated():
            return replace(state, standing=Standing.ACTIVE, away_since=None, due=None)
        case ProfileRemoved():
            return replace(state, standing=Standing.REMOVED, away_since=event.last_access, due=None)
        case _:
            assert_never(event)


def living(state: Profile) -> None:
    """Raises `ProfileNotYetKnown` before the profile began, and `NoSuchProfile` once it has disappeared."""
    if state.standing is Standing.UNKNOWN:
        raise ProfileNotYetKnown
    if state.standing is Standing.REMOVED:
        raise NoSuchProfile
