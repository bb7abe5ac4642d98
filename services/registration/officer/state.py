"""What is known of an officer, folded from the person's stream."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.registration.rules import Change, EmailChangeEvent, Recovery, open_change
from shared.contracts.base import RecordRef
from shared.contracts.registration import (
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    OfficeAccepted,
    OfficeKind,
    OfficeOffered,
    OfficeRevoked,
    PasswordRecoveryRequested,
    PasswordReset,
    PersonalDataErased,
    RegistrationRepeated,
)
from shared.event_store.violations import NotFound

OfficerEvent: TypeAlias = (
    OfficeOffered
    | OfficeAccepted
    | OfficeRevoked
    | RegistrationRepeated
    | PasswordRecoveryRequested
    | PasswordReset
    | EmailChangeEvent
    | PersonalDataErased
)


class Standing(StrEnum):
    """What became of an office of this person."""

    OFFERED = "offered"
    HELD = "held"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Office:
    """One office; `attempt` is the latest offer of it."""

    id: str
    kind: OfficeKind
    country: str | None
    region: str | None
    attempt: str
    link_expires: datetime
    standing: Standing = Standing.OFFERED


@dataclass(frozen=True, slots=True)
class Officer:
    """`account`: the attempt whose acceptance made the account; none before.

    `email`, `locale`: where and how the person is written to. `credential` names the password that counts, the
    `passwords`-th of this account. `change`: the open change of the address.
    """

    id: str = ""
    offices: tuple[Office, ...] = ()
    account: str | None = None
    erased: bool = False
    email: RecordRef | None = None
    locale: str = ""
    recovery: Recovery | None = None
    credential: str | None = None
    passwords: int = 0
    change: Change | None = None

    def office(self, office_id: str) -> Office | None:
        return next((office for office in self.offices if office.id == office_id), None)

    def held(self) -> tuple[Office, ...]:
        """The offices that a token states."""
        return tuple(office for office in self.offices if office.standing is Standing.HELD)


class NoSuchOfficer(NotFound):
    """Nobody was ever offered an office under this identifier."""


def evolve(state: Officer, event: OfficerEvent) -> Officer:  # noqa: PLR0911 one return an event
    match event:
        case OfficeOffered():
            office = Office(event.office, event.kind, event.country, event.region, event.attempt, event.link_expires)
            return replace(_with(state, office), id=event.officer, email=event.email, locale=event.locale)
        case OfficeAccepted():
            return _accepted(state, event)
        case OfficeRevoked():
            return _standing(state, event.office, Standing.REVOKED)
        case PasswordRecoveryRequested():
            return replace(state, recovery=Recovery(event.attempt, event.link_expires))
        case PasswordReset():
            return replace(state, recovery=None, credential=event.credential, passwords=state.passwords + 1)
        case RegistrationRepeated():
            return state
        case EmailChanged():  # a link to another password went to the old address
            return replace(state, change=open_change(state.change, event), email=event.email, recovery=None)
        case EmailChangeRequested() | EmailChangeAgreed() | EmailChangeWithdrawn():
            return replace(state, change=open_change(state.change, event))
        case PersonalDataErased():
            return replace(state, erased=True, recovery=None, credential=None, change=None)
        case _:
            assert_never(event)


def _accepted(state: Officer, event: OfficeAccepted) -> Officer:
    """The first acceptance makes the account, with the password that was given with it."""
    held = _standing(state, event.office, Standing.HELD)
    if state.account is not None:
        return held
    attempt = next(office.attempt for office in state.offices if office.id == event.office)
    return replace(held, account=attempt, credential=attempt, passwords=1)


def _with(state: Officer, office: Office) -> Officer:
    others = tuple(known for known in state.offices if known.id != office.id)
    return replace(state, offices=(*others, office))


def _standing(state: Officer, office_id: str, standing: Standing) -> Officer:
    offices = tuple(
        replace(office, standing=standing) if office.id == office_id else office for office in state.offices
    )
    return replace(state, offices=offices)
