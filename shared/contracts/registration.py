"""Events of registration: teachers, schools, officers."""

from typing import ClassVar, Literal

from shared.contracts import base
from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef, Service

OfficeKind = Literal[
    "representative",
    "national_support_officer",
    "assessor",
    "adviser",
    "juror",
    "central_support_officer",
    "auditor",
    "operator",
]
TeacherRole = Literal["teacher", "adviser", "head_teacher", "librarian"]


class RegistrationEvent(Event):
    SERVICE: ClassVar[Service] = "registration"


class SchoolRegistered(RegistrationEvent):
    """An official school before university joined the register (FAQ L14, L16). A school's own data is public."""

    school: Identifier
    country: Country
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str


class RegistrationStarted(RegistrationEvent):
    """Phase 1: somebody gave an address; a link goes there (FAQ L17)."""

    teacher: Identifier
    country: Country
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


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


class OfficeOffered(RegistrationEvent):
    """Somebody may hold an office once the mailed offer is accepted."""

    officer: Identifier
    office: Identifier
    kind: OfficeKind
    country: Country | None
    region: str | None
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


class OfficeAccepted(RegistrationEvent):
    """The office is held from now on; the first one created the account."""

    officer: Identifier
    office: Identifier
    kind: OfficeKind
    country: Country | None
    region: str | None


class OfficeRevoked(RegistrationEvent):
    """The office ended; whoever was signed in with it acts in it no more."""

    officer: Identifier
    office: Identifier
    reason: Reason


class PersonalDataErased(RegistrationEvent):
    """Everything private about this person is to be forgotten, everywhere; pseudonym and facts stay."""

    person: Identifier
    reason: Reason


class ReactionDeclined(RegistrationEvent, base.ReactionDeclined):
    pass


class IntentAbandoned(RegistrationEvent, base.IntentAbandoned):
    pass


class ParkedStreamDiscarded(RegistrationEvent, base.ParkedStreamDiscarded):
    """An operator of registration gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    SchoolRegistered,
    RegistrationStarted,
    EmailConfirmed,
    TeacherRegistered,
    OfficeOffered,
    OfficeAccepted,
    OfficeRevoked,
    PersonalDataErased,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)
