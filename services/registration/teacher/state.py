"""What is known of a teacher's account, folded from its stream."""

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
    EmailConfirmed,
    ErasureRequested,
    LegalHoldPlaced,
    LegalHoldReleased,
    PasswordRecoveryRequested,
    PasswordReset,
    PersonalDataErased,
    RegistrationExpired,
    RegistrationRepeated,
    RegistrationStarted,
    TeacherRegistered,
)
from shared.event_store.violations import NotFound

HoldEvent: TypeAlias = LegalHoldPlaced | LegalHoldReleased | ErasureRequested
TeacherEvent: TypeAlias = (
    RegistrationStarted
    | RegistrationRepeated
    | EmailConfirmed
    | TeacherRegistered
    | RegistrationExpired
    | PasswordRecoveryRequested
    | PasswordReset
    | EmailChangeEvent
    | HoldEvent
    | PersonalDataErased
)


class Status(StrEnum):
    """How far a registration has come."""

    UNKNOWN = "unknown"
    STARTED = "started"
    REGISTERED = "registered"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One mailed link and what was given with it."""

    id: str
    country: str
    locale: str
    email: RecordRef
    link_expires: datetime


@dataclass(frozen=True, slots=True)
class Teacher:
    """An account, from its first link on.

    `latest`: the attempt begun last. `open`: the attempt whose link still works. `confirmed`: the one whose link was
    used; phase 2 belongs to it. `email`, `locale`: where and how the owner of the account is written to. `credential`
    names the password that counts, the `passwords`-th of this account; none while there is no account. `change`: the
    open change of the address. `holds` keep what is held about the person, `released` no more; `erasure_asked`: the
    reason of an erasure that waits for them.
    """

    status: Status = Status.UNKNOWN
    id: str = ""
    latest: Attempt | None = None
    open: Attempt | None = None
    confirmed: Attempt | None = None
    name: RecordRef | None = None
    email: RecordRef | None = None
    locale: str = ""
    recovery: Recovery | None = None
    credential: str | None = None
    passwords: int = 0
    change: Change | None = None
    holds: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    erasure_asked: str | None = None


class NoSuchTeacher(NotFound):
    """Nobody registered under this identifier."""


def evolve(state: Teacher, event: TeacherEvent) -> Teacher:  # noqa: C901, PLR0911 one return an event
    match event:
        case RegistrationStarted():
            attempt = Attempt(event.attempt, event.country, event.locale, event.email, event.link_expires)
            return replace(state, status=Status.STARTED, id=event.teacher, latest=attempt, open=attempt)
        case EmailConfirmed():
            return replace(state, open=None, confirmed=state.open)
        case TeacherRegistered():
            return _registered(state, event)
        case PasswordRecoveryRequested():
            return replace(state, recovery=Recovery(event.attempt, event.link_expires))
        case PasswordReset():
            return replace(state, recovery=None, credential=event.credential, passwords=state.passwords + 1)
        case RegistrationExpired():
            return replace(state, latest=None, open=None, confirmed=None)
        case RegistrationRepeated():
            return state
        case EmailChanged():  # a link to another password went to the old address
            return replace(state, change=open_change(state.change, event), email=event.email, recovery=None)
        case EmailChangeRequested() | EmailChangeAgreed() | EmailChangeWithdrawn():
            return replace(state, change=open_change(state.change, event))
        case LegalHoldPlaced() | LegalHoldReleased() | ErasureRequested():
            return _held(state, event)
        case PersonalDataErased():
            return replace(state, status=Status.ERASED, open=None, recovery=None, credential=None, change=None)
        case _:
            assert_never(event)


def _held(state: Teacher, event: HoldEvent) -> Teacher:
    match event:
        case LegalHoldPlaced():
            return replace(state, holds=state.holds | {event.hold})
        case LegalHoldReleased():
            return replace(state, holds=state.holds - {event.hold}, released=state.released | {event.hold})
        case ErasureRequested():
            return replace(state, erasure_asked=event.reason)
        case _:
            assert_never(event)


def _registered(state: Teacher, event: TeacherRegistered) -> Teacher:
    return replace(
        state,
        status=Status.REGISTERED,
        open=None,
        name=event.name,
        email=event.email,
        locale=event.locale,
        credential=state.confirmed.id if state.confirmed else None,
        passwords=state.passwords + 1,
    )


def refuse_nobody(state: Teacher) -> None:
    """Raises `NoSuchTeacher`: never registered, or erased."""
    if state.status in {Status.UNKNOWN, Status.ERASED}:
        raise NoSuchTeacher
