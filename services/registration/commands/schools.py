"""What is asked about schools. The matrix of who may is `services/registration/school/offices.py`."""

from typing import ClassVar

from services.registration.commands.base import NotAdmitted
from shared.contracts.base import Command, Country, Identifier, Reason, RecordRef, Service
from shared.contracts.registration import GivenBy, Level, OfficeKind, TeacherRole


class OfOffice(Command):
    """Base of what an officer asks about a school: the office that was found live, and its place."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"office", "office_country", "office_region"})

    office: OfficeKind
    office_country: Country | None
    office_region: str | None


class RegisterSchool(Command):
    """An official school joins the register (FAQ L14, L16)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted"})

    school: Identifier
    country: Country
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str
    not_admitted: NotAdmitted | None


class ImportSchool(Command):
    """A line of the official register: what it says is so from now on; nothing where it does not say (None).

    `region_said`: the file has a column of regions, so that no region means none. `closed` None: it does not tell.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted"})

    school: Identifier
    country: Country
    official_id: str
    name: str
    city: str
    postal_code: str | None
    region: str | None
    region_said: bool
    levels: tuple[Level, ...] | None
    mail_domain: str | None
    director_contact: RecordRef | None
    closed: bool | None
    not_admitted: NotAdmitted | None


class CorrectSchool(OfOffice):
    """The school is called otherwise, or has moved within its region (FAQ L26)."""

    name: str
    city: str
    postal_code: str


class DescribeSchool(OfOffice):
    """Which levels it teaches (FAQ L14), and the domain of its own mail addresses."""

    levels: tuple[Level, ...]
    mail_domain: str | None


class MoveSchool(OfOffice):
    """Another region of the same country holds it, and another representative its teachers (FAQ L19)."""

    region: str | None


class CloseSchool(OfOffice):
    """Nobody registers at it any more: it is no official centre now (FAQ L16)."""

    reason: Reason


class ReopenSchool(OfOffice):
    """It was closed, or merged, by mistake; or it opens again (FAQ L16)."""


class MergeSchool(OfOffice):
    """It is the same school as `into`, whose country and standing were looked up (FAQ L26)."""

    LOOKED_UP: ClassVar[frozenset[str]] = OfOffice.LOOKED_UP | {"into_country", "into_open"}

    into: Identifier
    into_country: Country | None
    into_open: bool


class ProposeSchool(Command):
    """Somebody misses a school (FAQ L26): `details` is what was typed."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted"})

    school: Identifier
    country: Country
    region: str | None
    proposer: Identifier
    locale: str
    email: RecordRef
    details: RecordRef
    not_admitted: NotAdmitted | None


class AcceptProposal(OfOffice):
    """The proposed school is registered, under its official identifier, as the officer spells it.

    `there_already`: the school that is registered under this identifier.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = OfOffice.LOOKED_UP | {"there_already", "not_admitted"}

    official_id: str
    name: str
    city: str
    postal_code: str
    region: str | None
    there_already: Identifier | None
    not_admitted: NotAdmitted | None


class RefuseProposal(OfOffice):
    """It is no official school before university (FAQ L16), or is there already."""

    reason: Reason


class SuggestDirectorContact(Command):
    """A teacher of the school says how its director is reached (FAQ L19).

    `role`: the teacher's there; `director_is_applicant`: the address is the teacher's own (rules §4.8).
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"matches_domain", "role", "director_is_applicant"})

    contact: RecordRef
    given_by: GivenBy
    suggested_by: Identifier
    matches_domain: bool
    role: TeacherRole = "teacher"
    director_is_applicant: bool = False


class ConfirmDirectorContact(OfOffice):
    """The representative vouches for a suggested address: the record `suggestion`."""

    suggestion: Identifier


class DismissDirectorContact(OfOffice):
    """The representative does not vouch for it (FAQ L19)."""

    suggestion: Identifier


class RecordDirectorContact(OfOffice):
    """An officer knows how the director is reached."""

    contact: RecordRef


class ForgetDirector(OfOffice):
    """Whoever directs the school asks that nothing about them be kept."""


class UpdateDirectorContact(Command):
    """Validation learned, and a representative vouched, how the director is reached; `owner` holds the record."""

    contact: RecordRef
    owner: Service = "registration"
    given_by: GivenBy
