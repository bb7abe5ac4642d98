"""What is asked about accounts."""

from typing import ClassVar

from services.registration.commands.base import Claim, NotAdmitted
from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration import TeacherRole


class StartRegistration(Command):
    """Phase 1: somebody gives an address and a name (FAQ L17). `name` is kept for phase 2."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted", "link_expires"})

    teacher: Identifier
    claim: Claim
    country: Country
    locale: str
    email: RecordRef
    name: RecordRef
    attempt: Identifier
    not_admitted: NotAdmitted | None
    link_expires: Moment


class ConfirmEmail(Command):
    """The mailed link was used (FAQ L17)."""

    attempt: Identifier


class CompleteRegistration(Command):
    """Phase 2: the school, the role there, and how to reach its director (FAQ L17-19)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"name", "school_country", "school_region"})

    attempt: Identifier
    school: Identifier
    role: TeacherRole
    locale: str
    director_contact: RecordRef
    name: RecordRef
    school_country: Country
    school_region: str | None


class ErasePersonalData(Command):
    """Everything private about this person is to be forgotten; pseudonym and facts stay."""

    person: Identifier
    reason: Reason
