"""What is asked about profiles."""

from typing import ClassVar

from services.registration.commands.accounts import ErasePersonalData
from services.registration.commands.base import Authority, NotAdmitted
from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration import TeacherRole, Visibility


class OpenProfile(Command):
    """Somebody registered as a teacher: the profile begins with the main school (FAQ L3)."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier
    role: TeacherRole


class DescribeProfile(Command):
    """How the teacher wants to be found, and by whom (FAQ L3, L26)."""

    visibility: Visibility
    languages: tuple[Reason, ...]
    subjects: tuple[Reason, ...]
    age_from: int
    age_to: int


class AtAnotherSchool(Command):
    """Base of commands that bring a school: the role there and how to reach its director (FAQ L19).

    `director_is_applicant`: the director's address is the teacher's own (rules §4.8). `schools_at_most`: how many the
    policy allows at once. `brought_at_most`: how many it allows to have been brought in by the end of today, ever:
    those of the days before are counted, so that requests at once cannot outrun it. None: it sets no bound.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset(
        {
            "school_country",
            "school_region",
            "not_admitted",
            "director_is_applicant",
            "schools_at_most",
            "brought_at_most",
        }
    )

    school: Identifier
    role: TeacherRole
    locale: str
    director_contact: RecordRef
    school_country: Country
    school_region: str | None
    not_admitted: NotAdmitted | None
    director_is_applicant: bool = False
    schools_at_most: int | None = None
    brought_at_most: int | None = None


class AddSchool(AtAnotherSchool):
    """One more school beside the main one (rules §4.1)."""


class ChangeSchool(AtAnotherSchool):
    """Another main school, and the old one left (rules §4.1-2)."""


class LeaveSchool(Command):
    """The teacher no longer works at one of the other schools (rules §4.1)."""

    school: Identifier


class ChooseMainSchool(Command):
    """One of the teacher's schools is to be the main one (rules §4.1)."""

    school: Identifier


class BlockProfile(Authority):
    """Writes are to be barred, for a reason (FAQ L24). `statement` is what the officer wrote about it."""

    reason: Reason
    statement: RecordRef | None


class UnblockProfile(Authority):
    """The block is to end (FAQ L24)."""

    reason: Reason


class Unused(Command):
    """Base of what falls due when a teacher stays away; all of it was looked up.

    `last_access`: the beginning of the day of the last access. `not_before`: under today's policy it is not due sooner.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"last_access", "not_before"})

    last_access: Moment
    not_before: Moment


class AnnounceInactivation(Unused):
    """Warn of inactivity, which falls due at `due`."""

    LOOKED_UP: ClassVar[frozenset[str]] = Unused.LOOKED_UP | {"due"}

    due: Moment


class Inactivate(Unused):
    """The announced time without access is over (FAQ L25)."""


class AnnounceRemoval(Unused):
    """Warn of removal, which falls due at `due`."""

    LOOKED_UP: ClassVar[frozenset[str]] = Unused.LOOKED_UP | {"due"}

    due: Moment


class Remove(Unused):
    """The announced time without access is over: the profile disappears (FAQ L25)."""


class ReturnTeacher(Command):
    """The teacher was here: whatever was announced, or became of it, is over (FAQ L25, rules §4.15)."""


class EraseRemovedTeacher(ErasePersonalData):
    """The profile has disappeared (FAQ L25): what is private about the teacher goes with it."""
