"""Another password for who has forgotten it (FAQ L22); and a word to the owner of an address that others try."""

from collections.abc import Mapping

from services.registration.commands import RepeatRegistration, RequestPasswordRecovery, ResetPassword
from services.registration.officer.state import NoSuchOfficer, Officer
from shared.contracts.base import Command, Event
from shared.contracts.registration import PasswordRecoveryRequested, PasswordReset, RegistrationRepeated
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


class RecoveryLinkClosed(RuleViolation):
    """The link was used, or a later one was sent: the latest counts, once."""


class RecoveryLinkExpired(RuleViolation):
    """The link's time is over; asking again sends a new one."""


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RepeatRegistration: (),
    RequestPasswordRecovery: (NoSuchOfficer,),
    ResetPassword: (NoSuchOfficer, RecoveryLinkClosed, RecoveryLinkExpired),
}


def repeat_registration(state: Officer, command: RepeatRegistration) -> tuple[Event, ...]:
    """An officer is no teacher: the owner of the address is told that somebody tried, and nobody else is."""
    if state.erased or state.email is None:
        return ()
    return (RegistrationRepeated(person=state.id, locale=state.locale, email=state.email, attempt=command.attempt),)


def request_password_recovery(state: Officer, command: RequestPasswordRecovery) -> tuple[Event, ...]:
    """A link for an account: none before an office was accepted."""
    if state.erased or state.account is None or state.email is None:
        raise NoSuchOfficer
    return (
        PasswordRecoveryRequested(
            person=state.id,
            locale=state.locale,
            email=state.email,
            attempt=command.attempt,
            link_expires=command.link_expires,
        ),
    )


def reset_password(state: Officer, command: ResetPassword) -> tuple[Event, ...]:
    """The open recovery's link, once and in time (FAQ L22)."""
    if state.erased or state.account is None:
        raise NoSuchOfficer
    if state.recovery is None or state.recovery.id != command.attempt:
        raise RecoveryLinkClosed(person=state.id)
    if command.at >= state.recovery.link_expires:
        raise RecoveryLinkExpired(person=state.id)
    return (PasswordReset(person=state.id, attempt=command.attempt, credential=command.credential),)


DECISIONS: Mapping[type[Command], Decision[Officer]] = {
    RepeatRegistration: repeat_registration,
    RequestPasswordRecovery: request_password_recovery,
    ResetPassword: reset_password,
}
