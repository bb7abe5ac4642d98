"""Another address for a teacher's account: asked for with the password, agreed to at both ends (FAQ L22)."""

from collections.abc import Mapping

from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from services.registration.rules import (
    AddressChangedMeanwhile,
    EmailChangeClosed,
    EmailChangeExpired,
    change_agreed,
    change_requested,
    change_withdrawn,
)
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RequestEmailChange: (NoSuchTeacher, AddressChangedMeanwhile),
    AgreeToEmailChange: (NoSuchTeacher, EmailChangeClosed, EmailChangeExpired),
    WithdrawEmailChange: (NoSuchTeacher,),
}


def request_email_change(state: Teacher, command: RequestEmailChange) -> tuple[Event, ...]:
    """Once registered, whatever the profile's standing: whether it is blocked, the route asks."""
    _refuse_none(state)
    return change_requested(state.id, state.locale, state.email, state.change, command)


def agree_to_email_change(state: Teacher, command: AgreeToEmailChange) -> tuple[Event, ...]:
    """The open change's link, at either end."""
    _refuse_none(state)
    return change_agreed(state.id, state.change, command)


def withdraw_email_change(state: Teacher, command: WithdrawEmailChange) -> tuple[Event, ...]:
    """Cancelled by the teacher, or expired."""
    _refuse_none(state)
    return change_withdrawn(state.id, state.change, command)


def _refuse_none(state: Teacher) -> None:
    if state.status is not Status.REGISTERED:
        raise NoSuchTeacher


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    RequestEmailChange: request_email_change,
    AgreeToEmailChange: agree_to_email_change,
    WithdrawEmailChange: withdraw_email_change,
}
