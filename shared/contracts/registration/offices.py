"""Offices: who may act for which place (design §10). Streams `officer-<id>`."""

from typing import Literal

from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration.base import RegistrationEvent

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


EVENTS: tuple[type[Event], ...] = (OfficeOffered, OfficeAccepted, OfficeRevoked)
