"""Another password for who has forgotten it (FAQ L22); and a word to the owner of an address that others try."""

from collections.abc import Mapping

from services.registration.commands import RepeatRegistration, RequestPasswordRecovery, ResetPassword
from services.registration.officer.state import NoSuchOfficer, Officer
from services.registration.rules import (
    RecoveryLinkClosed,
    RecoveryLinkExpired,
    password_reset,
    recovery_requested,
    told_just_now,
)
from shared.contracts.base import Command, Event
from shared.contracts.registration import RegistrationRepeated
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RepeatRegistration: (),
    RequestPasswordRecovery: (NoSuchOfficer,),
    ResetPassword: (NoSuchOfficer, RecoveryLinkClosed, RecoveryLinkExpired),
}


def repeat_registration(state: Officer, command: RepeatRegistration) -> tuple[Event, ...]:
    """An officer is no teacher: the owner of the address is told that somebody tried, and nobody else is."""
    if state.erased or state.email is None or told_just_now(command):
        return ()
    return (RegistrationRepeated(person=state.id, locale=state.locale, email=state.email, attempt=command.attempt),)


def request_password_recovery(state: Officer, command: RequestPasswordRecovery) -> tuple[Event, ...]:
    """A link for an account: none before an office was accepted."""
    if state.erased or state.account is None or state.email is None:
        raise NoSuchOfficer
    return recovery_requested(state.id, state.locale, state.email, state.recovery, command)


def reset_password(state: Officer, command: ResetPassword) -> tuple[Event, ...]:
    """The open recovery's link, once and in time (FAQ L22)."""
    if state.erased or state.account is None:
        raise NoSuchOfficer
    return (password_reset(state.id, state.recovery, command),)


DECISIONS: Mapping[type[Command], Decision[Officer]] = {
    RepeatRegistration: repeat_registration,
    RequestPasswordRecovery: request_password_recovery,
    ResetPassword: reset_password,
}
