"""Events of validation: one case per teacher, school and the event that opened it (FAQ L19-20)."""

from typing import ClassVar, Literal

from shared.contracts import base
from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef, Service


class ValidationEvent(Event):
    SERVICE: ClassVar[Service] = "validation"


class ValidationOpened(ValidationEvent):
    """A case began by itself; the director's contact is the one the teacher gave."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef


class DirectorContactConfirmed(ValidationEvent):
    """A representative vouches that the address is the director's: otherwise a teacher names a friend."""

    case: Identifier
    contact: RecordRef


class DirectorContacted(ValidationEvent):
    """The case writes to the director: one attempt, one link, one expiry."""

    case: Identifier
    contact: RecordRef
    locale: str
    attempt: Identifier
    link_expires: Moment


class DirectorApproved(ValidationEvent):
    """The director says: this teacher works here (FAQ L19-20)."""

    case: Identifier
    teacher: Identifier
    country: Country
    region: str | None
    attempt: Identifier
    evidence: Literal["link", "letter", "telephone"]


class DirectorRefused(ValidationEvent):
    """The director says: not a teacher here, or not for us."""

    case: Identifier
    teacher: Identifier
    country: Country
    region: str | None
    attempt: Identifier
    reason: Reason


class TeacherValidated(ValidationEvent):
    """Only ever after DirectorApproved in the same case (FAQ L20)."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None


class TeacherRejected(ValidationEvent):
    """The representative refuses; the teacher may contest it at the national support service."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    reason: Reason


class ReactionDeclined(ValidationEvent, base.ReactionDeclined):
    pass


class IntentAbandoned(ValidationEvent, base.IntentAbandoned):
    pass


class ParkedStreamDiscarded(ValidationEvent, base.ParkedStreamDiscarded):
    """An operator of validation gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    ValidationOpened,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorApproved,
    DirectorRefused,
    TeacherValidated,
    TeacherRejected,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)
