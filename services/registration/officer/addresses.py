"""Another address for an officer's account: asked for with the password, agreed to at both ends, as a teacher's."""

from collections.abc import Mapping

from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from services.registration.officer.state import NoSuchOfficer, Officer
from services.registration.rules import (
    AddressChangedMeanwhile,
    EmailChangeClosed,
    EmailChangeExpired,
    change_agreed,
    change_requested,
    change_withdrawn,
)
from shared.contracts.base import Command, Event
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RequestEmailChange: (NoSuchOfficer, AddressChangedMeanwhile),
    AgreeToEmailChange: (NoSuchOfficer, EmailChangeClosed, EmailChangeExpired),
    WithdrawEmailChange: (NoSuchOfficer,),
}


def request_email_change(state: Officer, command: RequestEmailChange) -> tuple[Event, ...]:
    """For an account, whether or not an office is held: before one was accepted there is none."""
    _refuse_none(state)
    return change_requested(state.id, state.locale, state.email, state.change, command)


def agree_to_email_change(state: Officer, command: AgreeToEmailChange) -> tuple[Event, ...]:
    """The open change's link, at either end."""
    _refuse_none(state)
    return change_agreed(state.id, state.change, command)


def withdraw_email_change(state: Officer, command: WithdrawEmailChange) -> tuple[Event, ...]:
    """Cancelled by the officer, or expired."""
    _refuse_none(state)
    return change_withdrawn(state.id, state.change, command)


def _refuse_none(state: Officer) -> None:
    if state.erased or state.account is None:
        raise NoSuchOfficer


DECISIONS: Mapping[type[Command], Decision[Officer]] = {
    RequestEmailChange: request_email_change,
    AgreeToEmailChange: agree_to_email_change,
    WithdrawEmailChange: withdraw_email_change,
}
