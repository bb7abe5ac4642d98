"""Another password for who has forgotten it (FAQ L22)."""

from collections.abc import Mapping

from services.registration.commands import RequestPasswordRecovery, ResetPassword
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.contracts.registration import PasswordRecoveryRequested, PasswordReset
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


class RecoveryLinkClosed(RuleViolation):
    """The link was used, or a later one was sent: the latest counts, once."""


class RecoveryLinkExpired(RuleViolation):
    """The link's time is over; asking again sends a new one."""


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RequestPasswordRecovery: (NoSuchTeacher,),
    ResetPassword: (NoSuchTeacher, RecoveryLinkClosed, RecoveryLinkExpired),
}


def request_password_recovery(state: Teacher, command: RequestPasswordRecovery) -> tuple[Event, ...]:
    """A link for an account, whatever its profile's standing: who is blocked still owns the password."""
    if state.status is not Status.REGISTERED or state.email is None:
        raise NoSuchTeacher
    return (
        PasswordRecoveryRequested(
            person=state.id,
            locale=state.locale,
            email=state.email,
            attempt=command.attempt,
            link_expires=command.link_expires,
        ),
    )


def reset_password(state: Teacher, command: ResetPassword) -> tuple[Event, ...]:
    """The open recovery's link, once and in time."""
    if state.status is not Status.REGISTERED:
        raise NoSuchTeacher
    if state.recovery is None or state.recovery.id != command.attempt:
        raise RecoveryLinkClosed(person=state.id)
    if command.at >= state.recovery.link_expires:
        raise RecoveryLinkExpired(person=state.id)
    return (PasswordReset(person=state.id, attempt=command.attempt, credential=command.credential),)


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    RequestPasswordRecovery: request_password_recovery,
    ResetPassword: reset_password,
}
