"""A teacher: an address, confirmed by a link, then a school (FAQ L16-19). One live account per address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.registration.commands import (
    CompleteRegistration,
    ConfirmEmail,
    ErasePersonalData,
    NotAdmitted,
    StartRegistration,
)
from shared.contracts.base import Command, Event, RecordRef
from shared.contracts.registration import EmailConfirmed, PersonalDataErased, RegistrationStarted, TeacherRegistered
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import NotFound, RuleViolation

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


class CountryNotAdmitted(RuleViolation):
    """Teachers of this country cannot register: it has withdrawn, or is not (yet) in the programme (FAQ L15)."""


class TeacherErased(RuleViolation):
    """The account was erased; who returns begins a new one. For the service alone."""


class EmailLinkClosed(RuleViolation):
    """The link was used, or a later one was sent: the latest counts, once."""


class EmailLinkExpired(RuleViolation):
    """The link's time is over; registering again sends a new one."""


class EmailNotConfirmed(RuleViolation):
    """Phase 2 needs the address of the same attempt confirmed (FAQ L17)."""


class AlreadyRegistered(RuleViolation):
    """Phase 2 was completed; a change of school is another matter."""


class SchoolInAnotherCountry(RuleViolation):
    """The school is not in the country that was given in phase 1: its node would never hear of the teacher."""


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    StartRegistration: (CountryNotAdmitted,),
    ConfirmEmail: (NoSuchTeacher, EmailLinkClosed, EmailLinkExpired),
    CompleteRegistration: (NoSuchTeacher, EmailNotConfirmed, AlreadyRegistered, SchoolInAnotherCountry),
    ErasePersonalData: (NoSuchTeacher,),
}
"""What each command may be refused for, as its route documents it."""


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


def admit(country: str, not_admitted: NotAdmitted | None) -> None:
    """Raises `CountryNotAdmitted`: the same for every address, so that the answer tells nothing about one."""
    if not_admitted is not None:
        raise CountryNotAdmitted(country=country, reason=not_admitted)


def start_registration(state: Teacher, command: StartRegistration) -> tuple[Event, ...]:
    """Each start sends a new link and closes the one before. Who is registered already is left in peace."""
    admit(command.country, command.not_admitted)
    if state.status is Status.ERASED:
        raise TeacherErased(teacher=state.id)
    if state.status is Status.REGISTERED:
        return ()
    return (
        RegistrationStarted(
            teacher=command.teacher,
            country=command.country,
            locale=command.locale,
            email=command.email,
            attempt=command.attempt,
            link_expires=command.link_expires,
        ),
    )


def confirm_email(state: Teacher, command: ConfirmEmail) -> tuple[Event, ...]:
    """The open attempt's link, once and in time (FAQ L17)."""
    _refuse_nobody(state)
    if state.open is None or state.open.id != command.attempt:
        raise EmailLinkClosed(teacher=state.id)
    if command.at >= state.open.link_expires:
        raise EmailLinkExpired(teacher=state.id)
    return (EmailConfirmed(teacher=state.id, attempt=command.attempt),)


def complete_registration(state: Teacher, command: CompleteRegistration) -> tuple[Event, ...]:
    """The confirmed attempt becomes a teacher of a school in the country that was given (FAQ L17-19)."""
    _refuse_nobody(state)
    if state.status is Status.REGISTERED:
        raise AlreadyRegistered(teacher=state.id)
    if state.confirmed is None or state.confirmed.id != command.attempt:
        raise EmailNotConfirmed(teacher=state.id)
    if state.confirmed.country != command.school_country:
        raise SchoolInAnotherCountry(school=command.school, country=state.confirmed.country)
    return (
        TeacherRegistered(
            teacher=state.id,
            country=command.school_country,
            region=command.school_region,
            school=command.school,
            role=command.role,
            locale=command.locale,
            name=command.name,
            email=state.confirmed.email,
            director_contact=command.director_contact,
        ),
    )


def erase_personal_data(state: Teacher, command: ErasePersonalData) -> tuple[Event, ...]:
    """At any time, once."""
    if state.status is Status.UNKNOWN:
        raise NoSuchTeacher
    if state.status is Status.ERASED:
        return ()
    return (PersonalDataErased(person=command.person, reason=command.reason),)


def _refuse_nobody(state: Teacher) -> None:
    if state.status in {Status.UNKNOWN, Status.ERASED}:
        raise NoSuchTeacher


TEACHER: Aggregate[Teacher] = Aggregate(
    "teacher",
    Teacher(),
    evolve,
    {
        StartRegistration: start_registration,
        ConfirmEmail: confirm_email,
        CompleteRegistration: complete_registration,
        ErasePersonalData: erase_personal_data,
    },
)
