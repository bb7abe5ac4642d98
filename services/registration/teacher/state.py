"""What is known of a teacher's account, folded from its stream."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from shared.contracts.base import RecordRef
from shared.contracts.registration import EmailConfirmed, PersonalDataErased, RegistrationStarted, TeacherRegistered
from shared.event_store.violations import NotFound

TeacherEvent: TypeAlias = RegistrationStarted | EmailConfirmed | TeacherRegistered | PersonalDataErased


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
    email: RecordRef
    link_expires: datetime


@dataclass(frozen=True, slots=True)
class Teacher:
    """`open`: the attempt whose link still works. `confirmed`: the one whose link was used; phase 2 belongs to it."""

    status: Status = Status.UNKNOWN
    id: str = ""
    open: Attempt | None = None
    confirmed: Attempt | None = None
    name: RecordRef | None = None


class NoSuchTeacher(NotFound):
    """Nobody registered under this identifier."""


def evolve(state: Teacher, event: TeacherEvent) -> Teacher:
    match event:
        case RegistrationStarted():
            attempt = Attempt(event.attempt, event.country, event.email, event.link_expires)
            return replace(state, status=Status.STARTED, id=event.teacher, open=attempt)
        case EmailConfirmed():
            return replace(state, open=None, confirmed=state.open)
        case TeacherRegistered():
            return replace(state, status=Status.REGISTERED, open=None, name=event.name)
        case PersonalDataErased():
            return replace(state, status=Status.ERASED, open=None)
        case _:
            assert_never(event)


def refuse_nobody(state: Teacher) -> None:
    """Raises `NoSuchTeacher`: never registered, or erased."""
    if state.status in {Status.UNKNOWN, Status.ERASED}:
        raise NoSuchTeacher
