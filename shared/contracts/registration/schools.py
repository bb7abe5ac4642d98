"""Schools: a school's own data is public; its director's name and address are private records. `school-<id>`."""

from typing import ClassVar, Literal

from shared.contracts.base import Country, Event, Identifier, Reason, RecordRef, Service
from shared.contracts.registration.base import RegistrationEvent

Level = Literal["preschool", "primary", "secondary", "high_school", "vocational"]
GivenBy = Literal["director", "teacher", "representative", "import"]


class SchoolRegistered(RegistrationEvent):
    """An official school before university joined the register (FAQ L14, L16). A school's own data is public."""

    school: Identifier
    country: Country
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str


class SchoolCorrected(RegistrationEvent):
    """The school is called otherwise, or has moved within its region."""

    school: Identifier
    country: Country
    name: str
    city: str
    postal_code: str


class SchoolDescribed(RegistrationEvent):
    """Which levels it teaches (FAQ L14), and the domain of its own mail addresses where that is known."""

    school: Identifier
    country: Country
    levels: tuple[Level, ...]
    mail_domain: str | None


class SchoolMoved(RegistrationEvent):
    """Another region of the same country holds the school: its open cases follow."""

    school: Identifier
    country: Country
    region: str | None
    from_region: str | None


class SchoolClosed(RegistrationEvent):
    """Nobody registers at it any more; what happened there stands."""

    school: Identifier
    country: Country
    reason: Reason


class SchoolReopened(RegistrationEvent):
    """The school was closed or merged by mistake, or opens again."""

    school: Identifier
    country: Country


class SchoolMerged(RegistrationEvent):
    """The same school was registered twice: `into` is the one to use."""

    school: Identifier
    country: Country
    into: Identifier


class SchoolProposed(RegistrationEvent):
    """A teacher misses a school; what was typed waits, as a private record, for an officer of the place."""

    school: Identifier
    country: Country
    region: str | None
    proposer: Identifier
    locale: str
    email: RecordRef
    details: RecordRef


class SchoolProposalAccepted(RegistrationEvent):
    """The school that somebody missed is registered from now on, as `official_id`: the proposer is told."""

    school: Identifier
    country: Country
    official_id: str
    locale: str
    email: RecordRef


class SchoolProposalRefused(RegistrationEvent):
    """What was proposed is no official school before university, or is there already."""

    school: Identifier
    country: Country
    reason: Reason
    locale: str
    email: RecordRef


class DirectorContactSuggested(RegistrationEvent):
    """A teacher or a director gave another address: the representative vouches for it first (FAQ L19).

    `matches_domain`: the address is of the school's own mail domain.
    """

    school: Identifier
    country: Country
    region: str | None
    contact: RecordRef
    given_by: GivenBy
    suggested_by: Identifier
    matches_domain: bool


class DirectorContactUpdated(RegistrationEvent):
    """This is how the school's director is reached from now on (FAQ L19).

    Version 2 says which service holds the record: a successor whom a director named is a record of validation's.
    """

    VERSION: ClassVar[int] = 2

    school: Identifier
    country: Country
    region: str | None
    contact: RecordRef
    owner: Service
    given_by: GivenBy


class DirectorContactDismissed(RegistrationEvent):
    """The address that `suggested_by` gave is not the director's, or cannot be vouched for: what was known stands."""

    school: Identifier
    country: Country
    contact: RecordRef
    suggested_by: Identifier


class DirectorForgotten(RegistrationEvent):
    """Whoever directs the school asked to be forgotten: nothing is known of how the director is reached (rules §4.17).

    `PersonalDataErased` stands in the same commit, and names whom the records were about. `director`: the pseudonym of
    whoever is named from now on.
    """

    school: Identifier
    country: Country
    region: str | None
    director: Identifier


EVENTS: tuple[type[Event], ...] = (
    SchoolRegistered,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMoved,
    SchoolClosed,
    SchoolReopened,
    SchoolMerged,
    SchoolProposed,
    SchoolProposalAccepted,
    SchoolProposalRefused,
    DirectorContactSuggested,
    DirectorContactUpdated,
    DirectorContactDismissed,
    DirectorForgotten,
)
