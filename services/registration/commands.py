"""What registration is asked to do. Everything named in LOOKED_UP was found out before the decision."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration import OfficeKind, TeacherRole

Claim = Annotated[str, StringConstraints(pattern=r"^[0-9]+:[0-9a-f]{64}$")]
"""The keyed hash of an address: what the commit names, so that the address is its stream's alone."""

NotAdmitted = Literal["withdrawn", "not_yet_in_programme", "unknown_country"]
"""Why a country's teachers and schools cannot register now."""


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


class Authority(Command):
    """Base of commands that need an office: who asks, in which office, for which country."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"authority", "authority_country"})

    by: Identifier
    authority: OfficeKind
    authority_country: Country | None


class OfferOffice(Authority):
    """An officer wants somebody, known by an address, to hold an office."""

    LOOKED_UP: ClassVar[frozenset[str]] = Authority.LOOKED_UP | {"link_expires"}

    officer: Identifier
    office: Identifier
    claim: Claim
    kind: OfficeKind
    country: Country | None
    region: str | None
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment


class AcceptOffice(Command):
    """The mailed offer was accepted; the first one makes the account. `name` is the officer's."""

    attempt: Identifier
    name: RecordRef


class RevokeOffice(Authority):
    """An office ends."""

    office: Identifier
    reason: Reason
