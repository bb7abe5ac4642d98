"""Profiles: a registered teacher's schools, standing and how they choose to be seen. Streams `profile-<teacher>`."""

from typing import Literal

from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration.base import RegistrationEvent, TeacherRole

Visibility = Literal["nobody", "members", "everyone"]


class ProfileOpened(RegistrationEvent):
    """A registered teacher's profile began, with the main school (FAQ L3)."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier
    role: TeacherRole


class ProfileDescribed(RegistrationEvent):
    """How the teacher wants to be found, by codes: `languages` ISO 639, `subjects`, the pupils' ages (FAQ L3, L26)."""

    teacher: Identifier
    visibility: Visibility
    languages: tuple[Reason, ...]
    subjects: tuple[Reason, ...]
    age_from: int
    age_to: int


class TeacherSchoolChanged(RegistrationEvent):
    """Another main school instead of `left`: a new case; seals stay where they were earned (rules §4.1-2)."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier
    left: Identifier
    role: TeacherRole
    locale: str
    director_contact: RecordRef


class TeacherSchoolAdded(RegistrationEvent):
    """One more school beside the main one: a case of its own."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier
    role: TeacherRole
    locale: str
    director_contact: RecordRef


class TeacherSchoolLeft(RegistrationEvent):
    """The teacher no longer works at that school, which was not the main one."""

    teacher: Identifier
    country: Country
    school: Identifier


class MainSchoolChosen(RegistrationEvent):
    """One of the teacher's schools is the main one from now on."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier


class ProfileBlocked(RegistrationEvent):
    """Writes are barred, seals stay (FAQ L24); `statement` is what the officer wrote about it."""

    teacher: Identifier
    country: Country
    reason: Reason
    statement: RecordRef | None


class ProfileUnblocked(RegistrationEvent):
    """The block is over."""

    teacher: Identifier
    country: Country
    reason: Reason


class InactivationAnnounced(RegistrationEvent):
    """A month before two years without access: the teacher is asked to sign in (FAQ L25).

    In this and the next events `last_access` is the beginning of the day (UTC) of the last access.
    """

    teacher: Identifier
    last_access: Moment
    due: Moment


class ProfileInactivated(RegistrationEvent):
    """Two calendar years without access (FAQ L25)."""

    teacher: Identifier
    last_access: Moment


class RemovalAnnounced(RegistrationEvent):
    """A month before three years without access (FAQ L25): a last chance to sign in."""

    teacher: Identifier
    last_access: Moment
    due: Moment


class RemovalCancelled(RegistrationEvent):
    """The teacher came back after an announcement: the years count from now."""

    teacher: Identifier


class ProfileReactivated(RegistrationEvent):
    """The teacher came back after two years: active again."""

    teacher: Identifier


class ProfileRemoved(RegistrationEvent):
    """Three calendar years without access, counted from the last one (FAQ L25): erasure follows."""

    teacher: Identifier
    last_access: Moment


EVENTS: tuple[type[Event], ...] = (
    ProfileOpened,
    ProfileDescribed,
    TeacherSchoolChanged,
    TeacherSchoolAdded,
    TeacherSchoolLeft,
    MainSchoolChosen,
    ProfileBlocked,
    ProfileUnblocked,
    InactivationAnnounced,
    ProfileInactivated,
    RemovalAnnounced,
    RemovalCancelled,
    ProfileReactivated,
    ProfileRemoved,
)
