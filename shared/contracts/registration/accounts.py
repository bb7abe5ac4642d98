"""Accounts: from the first address to erasure. Streams `teacher-<id>`, and `officer-<id>` where it says `person`."""

from typing import ClassVar, Literal

from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration.base import RegistrationEvent, TeacherRole


class RegistrationStarted(RegistrationEvent):
    """Phase 1: somebody gave an address; a link goes there (FAQ L17)."""

    teacher: Identifier
    country: Country
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


class RegistrationRepeated(RegistrationEvent):
    """Somebody gave the address of a live account as if it were new: its owner is told so, and nobody else is."""

    person: Identifier
    locale: str
    email: RecordRef
    attempt: Identifier


class EmailConfirmed(RegistrationEvent):
    """The link was used: the address is the teacher's (FAQ L17)."""

    teacher: Identifier
    attempt: Identifier


class TeacherRegistered(RegistrationEvent):
    """Phase 2 ended: a teacher of a school, waiting to be validated (FAQ L17, L19)."""

    teacher: Identifier
    country: Country
    region: str | None
    school: Identifier
    role: TeacherRole
    locale: str
    name: RecordRef
    email: RecordRef
    director_contact: RecordRef


class RegistrationExpired(RegistrationEvent):
    """Phase 2 never came: the draft is over and its address free again (rules §4.14)."""

    teacher: Identifier
    attempt: Identifier


class PasswordRecoveryRequested(RegistrationEvent):
    """Somebody forgot a password: a link goes to the address of the account (FAQ L22)."""

    person: Identifier
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


class PasswordReset(RegistrationEvent):
    """The link was used: another password, and every session ended (FAQ L22).

    `credential` names the password that counts from now on, in registration's own keeping; it says nothing about it.
    """

    person: Identifier
    attempt: Identifier
    credential: Identifier


class EmailChangeRequested(RegistrationEvent):
    """Somebody with an account wants another address: a link goes to either end, and both have to agree.

    Version 2 of this and of what follows says `person`: an officer changes the address too.
    """

    VERSION: ClassVar[int] = 2

    person: Identifier
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


class EmailChangeAgreed(RegistrationEvent):
    """One end agreed: the old address allows the change, or the new one is the person's."""

    VERSION: ClassVar[int] = 2

    person: Identifier
    attempt: Identifier
    end: Literal["old", "new"]


class EmailChanged(RegistrationEvent):
    """Both ends agreed: from now on this is the account's address, and the old one is free."""

    VERSION: ClassVar[int] = 2

    person: Identifier
    attempt: Identifier
    email: RecordRef


class EmailChangeWithdrawn(RegistrationEvent):
    """The change comes to nothing (expired, replaced, cancelled): the new address is free again."""

    VERSION: ClassVar[int] = 2

    person: Identifier
    attempt: Identifier
    reason: Reason


class LegalHoldPlaced(RegistrationEvent):
    """What is held about this person must be kept for now, for a reason that an officer gave."""

    person: Identifier
    hold: Identifier
    reason: Reason
    statement: RecordRef | None


class LegalHoldReleased(RegistrationEvent):
    """The hold is over; an erasure that waited for it follows."""

    person: Identifier
    hold: Identifier
    reason: Reason


class ErasureRequested(RegistrationEvent):
    """An erasure was asked for and has to wait: a legal hold keeps the data."""

    person: Identifier
    reason: Reason


class PersonalDataErased(RegistrationEvent):
    """Everything private about this person is to be forgotten, everywhere; pseudonym and facts stay."""

    person: Identifier
    reason: Reason


EVENTS: tuple[type[Event], ...] = (
    RegistrationStarted,
    RegistrationRepeated,
    EmailConfirmed,
    TeacherRegistered,
    RegistrationExpired,
    PasswordRecoveryRequested,
    PasswordReset,
    EmailChangeRequested,
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeWithdrawn,
    LegalHoldPlaced,
    LegalHoldReleased,
    ErasureRequested,
    PersonalDataErased,
)
