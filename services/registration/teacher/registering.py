"""From the first address to a teacher of a school (FAQ L16-19)."""

from collections.abc import Mapping

from services.registration.commands import (
    CompleteRegistration,
    ConfirmEmail,
    ExpireRegistration,
    NotAdmitted,
    RepeatRegistration,
    ResendLink,
    StartRegistration,
)
from services.registration.rules import DirectorIsApplicant, just_mailed, refuse_oneself, told_just_now
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher, refuse_nobody
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    EmailConfirmed,
    ErasureRequested,
    PersonalDataErased,
    RegistrationExpired,
    RegistrationRepeated,
    RegistrationStarted,
    TeacherRegistered,
)
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


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
    ResendLink: (),
    RepeatRegistration: (),
    CompleteRegistration: (
        NoSuchTeacher,
        EmailNotConfirmed,
        AlreadyRegistered,
        SchoolInAnotherCountry,
        CountryNotAdmitted,
        DirectorIsApplicant,
    ),
    ExpireRegistration: (),
}


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


def resend_link(state: Teacher, command: ResendLink) -> tuple[Event, ...]:
    """Another link for the latest attempt of a draft; the one before dies. A draft that is no more gets none.

    One that was mailed just now and not used stands instead.
    """
    if state.status is not Status.STARTED or state.latest is None or command.not_admitted is not None:
        return ()
    if state.open is not None and just_mailed(state.open.link_expires, command.link_expires):
        return ()
    return (
        RegistrationStarted(
            teacher=state.id,
            country=state.latest.country,
            locale=state.latest.locale,
            email=state.latest.email,
            attempt=command.attempt,
            link_expires=command.link_expires,
        ),
    )


def repeat_registration(state: Teacher, command: RepeatRegistration) -> tuple[Event, ...]:
    """The owner is to be told, in the owner's language: whoever typed the address learns nothing."""
    if state.status is not Status.REGISTERED or state.email is None or told_just_now(command):
        return ()
    return (RegistrationRepeated(person=state.id, locale=state.locale, email=state.email, attempt=command.attempt),)


def confirm_email(state: Teacher, command: ConfirmEmail) -> tuple[Event, ...]:
    """The open attempt's link, once and in time (FAQ L17)."""
    refuse_nobody(state)
    if state.open is None or state.open.id != command.attempt:
        raise EmailLinkClosed(teacher=state.id)
    if command.at >= state.open.link_expires:
        raise EmailLinkExpired(teacher=state.id)
    return (EmailConfirmed(teacher=state.id, attempt=command.attempt),)


def complete_registration(state: Teacher, command: CompleteRegistration) -> tuple[Event, ...]:
    """The confirmed attempt becomes a teacher of a school in the country that was given (FAQ L17-19).

    Who began before that country withdrew comes too late (rules §4.5).
    """
    refuse_nobody(state)
    if state.status is Status.REGISTERED:
        raise AlreadyRegistered(teacher=state.id)
    if state.confirmed is None or state.confirmed.id != command.attempt:
        raise EmailNotConfirmed(teacher=state.id)
    if state.confirmed.country != command.school_country:
        raise SchoolInAnotherCountry(school=command.school, country=state.confirmed.country)
    admit(command.school_country, command.not_admitted)
    refuse_oneself(command.role, director_is_applicant=command.director_is_applicant)
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


def expire_registration(state: Teacher, command: ExpireRegistration) -> tuple[Event, ...]:
    """Only while this is the latest link of a draft: a later one began the time anew. Erasure waits for legal holds."""
    if state.status is not Status.STARTED or state.latest is None or state.latest.id != command.attempt:
        return ()
    forgotten = ErasureRequested if state.holds else PersonalDataErased
    return (
        RegistrationExpired(teacher=state.id, attempt=command.attempt),
        forgotten(person=state.id, reason="registration_expired"),
    )


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    StartRegistration: start_registration,
    ResendLink: resend_link,
    RepeatRegistration: repeat_registration,
    ConfirmEmail: confirm_email,
    CompleteRegistration: complete_registration,
    ExpireRegistration: expire_registration,
}
