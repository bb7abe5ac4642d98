"""Another password for who has forgotten it (FAQ L22)."""

from collections.abc import Mapping

from services.registration.commands import RequestPasswordRecovery, ResetPassword
from services.registration.rules import (
    RecoveryLinkClosed,
    RecoveryLinkExpired,
    password_reset,
    recovery_requested,
)
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RequestPasswordRecovery: (NoSuchTeacher,),
    ResetPassword: (NoSuchTeacher, RecoveryLinkClosed, RecoveryLinkExpired),
}


def request_password_recovery(state: Teacher, command: RequestPasswordRecovery) -> tuple[Event, ...]:
    """A link for an account, whatever its profile's standing: who is blocked still owns the password."""
    if state.status is not Status.REGISTERED or state.email is None:
        raise NoSuchTeacher
    return recovery_requested(state.id, state.locale, state.email, state.recovery, command)


def reset_password(state: Teacher, command: ResetPassword) -> tuple[Event, ...]:
    """The open recovery's link, once and in time."""
    if state.status is not Status.REGISTERED:
        raise NoSuchTeacher
    return (password_reset(state.id, state.recovery, command),)


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    RequestPasswordRecovery: request_password_recovery,
    ResetPassword: reset_password,
}
