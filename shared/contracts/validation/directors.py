"""What is asked of a school's director, and what comes back (FAQ L19-20). Streams `case-<id>`."""

from typing import ClassVar, Literal

from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef, Service
from shared.contracts.validation.base import HeldBy, ValidationEvent


class DirectorContactConfirmed(ValidationEvent):
    """A representative vouches that the address is the director's: otherwise a teacher names a friend."""

    case: Identifier
    contact: RecordRef


class SchoolContactConfirmed(ValidationEvent):
    """The address is the director's: registration may keep it with the school (FAQ L19). `owner` holds the record."""

    case: Identifier
    school: Identifier
    country: Country
    region: str | None
    contact: RecordRef
    owner: Service


class DirectorContacted(ValidationEvent):
    """The case writes to the director: one attempt, one link, one expiry.

    Version 2 says which service holds the record of the contact, and names the school (unknown for version 1).
    """

    VERSION: ClassVar[int] = 2

    case: Identifier
    school: Identifier | None
    contact: RecordRef
    owner: Service
    locale: str
    attempt: Identifier
    link_expires: Moment


class DirectorReminded(ValidationEvent):
    """The director was asked `number` times before and has not answered: asked again, by the same link."""

    case: Identifier
    contact: RecordRef
    owner: Service
    locale: str
    attempt: Identifier
    link_expires: Moment
    number: int


class DirectorAskedForTime(ValidationEvent):
    """The director needs more time: the link works until `link_expires`."""

    case: Identifier
    attempt: Identifier
    link_expires: Moment


class DirectorContactFailed(ValidationEvent):
    """The attempt came to nothing: the address bounced, or belongs to nobody who directs the school (rules §4.7).

    Version 2 names the school and the contact that was written to, for no other case should (unknown for version 1).
    """

    VERSION: ClassVar[int] = 2

    case: Identifier
    teacher: Identifier
    school: Identifier | None
    contact: RecordRef | None
    country: Country
    region: str | None
    attempt: Identifier
    reason: Reason


class DirectorSuccessorNamed(ValidationEvent):
    """Who is not the director any more says who is; the representative vouches for it first.

    The record of the successor's name and address is validation's own.
    """

    case: Identifier
    school: Identifier
    country: Country
    region: str | None
    successor: RecordRef


class DirectorApproved(ValidationEvent):
    """The director says: this teacher works here (FAQ L19-20). Version 2 knows signed certificates.

    `held_by`: the office that has the case and is told; nobody knows for versions 1 and 2.
    """

    VERSION: ClassVar[int] = 3

    case: Identifier
    teacher: Identifier
    country: Country
    region: str | None
    attempt: Identifier
    evidence: Literal["link", "letter", "telephone", "certificate"]
    held_by: HeldBy | None


class DirectorRefused(ValidationEvent):
    """The director says: not a teacher here, or not for us.

    `held_by`: the office that has the case and is told; nobody knows for version 1.
    """

    VERSION: ClassVar[int] = 2

    case: Identifier
    teacher: Identifier
    country: Country
    region: str | None
    attempt: Identifier
    reason: Reason
    held_by: HeldBy | None


class CertificateRequested(ValidationEvent):
    """The node wants a form signed by the director, from the teacher, until `due`."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    due: Moment


class CertificateFiled(ValidationEvent):
    """The teacher sent the signed form; the representative looks at it."""

    case: Identifier
    country: Country
    region: str | None
    certificate: RecordRef


class EvidenceFiled(ValidationEvent):
    """What an approval that came by letter or telephone rests on, as the officer wrote it down."""

    case: Identifier
    evidence: Literal["letter", "telephone", "certificate"]
    statement: RecordRef


EVENTS: tuple[type[Event], ...] = (
    DirectorContactConfirmed,
    SchoolContactConfirmed,
    DirectorContacted,
    DirectorReminded,
    DirectorAskedForTime,
    DirectorContactFailed,
    DirectorSuccessorNamed,
    DirectorApproved,
    DirectorRefused,
    CertificateRequested,
    CertificateFiled,
    EvidenceFiled,
)
