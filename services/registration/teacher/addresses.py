"""Another address for an account: asked for with the password, agreed to at both ends (FAQ L22).

Which address a claim is on, a stream does not say. So a request names the record that it was compared with, and fails
where another one counts by now: an account must never hold its own address as something that it may withdraw.
"""

from collections.abc import Mapping

from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.contracts.registration import EmailChangeAgreed, EmailChanged, EmailChangeRequested, EmailChangeWithdrawn
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

BOTH = frozenset({"old", "new"})


class EmailChangeClosed(RuleViolation):
    """The change was withdrawn or is done, or a later one was asked for: the latest counts, once."""


class EmailChangeExpired(RuleViolation):
    """The change's time is over; asking again sends new links."""


class AddressChangedMeanwhile(RuleViolation):
    """Another address counts than the one that the request was compared with: look again."""


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RequestEmailChange: (NoSuchTeacher, AddressChangedMeanwhile),
    AgreeToEmailChange: (NoSuchTeacher, EmailChangeClosed, EmailChangeExpired),
    WithdrawEmailChange: (NoSuchTeacher,),
}


def request_email_change(state: Teacher, command: RequestEmailChange) -> tuple[Event, ...]:
    """Both ends get a link; an earlier change comes to nothing with the same commit."""
    _refuse_none(state)
    if state.email is None or state.email.id != command.replaces:
        raise AddressChangedMeanwhile(teacher=state.id)
    requested = EmailChangeRequested(
        teacher=state.id,
        locale=state.locale,
        email=command.email,
        attempt=command.attempt,
        link_expires=command.link_expires,
    )
    if state.change is None:
        return (requested,)
    return (EmailChangeWithdrawn(teacher=state.id, attempt=state.change.id, reason="replaced"), requested)


def agree_to_email_change(state: Teacher, command: AgreeToEmailChange) -> tuple[Event, ...]:
    """Either end, in any order; with the second the address is changed. An end that agreed already says nothing new."""
    _refuse_none(state)
    change = state.change
    if change is None or change.id != command.attempt:
        raise EmailChangeClosed(teacher=state.id)
    if command.at >= change.link_expires:
        raise EmailChangeExpired(teacher=state.id)
    if command.end in change.agreed:
        return ()
    agreed = EmailChangeAgreed(teacher=state.id, attempt=change.id, end=command.end)
    if change.agreed | {command.end} != BOTH:
        return (agreed,)
    return (agreed, EmailChanged(teacher=state.id, attempt=change.id, email=change.email))


def withdraw_email_change(state: Teacher, command: WithdrawEmailChange) -> tuple[Event, ...]:
    """That change, if it is still open; a later one is not meant."""
    _refuse_none(state)
    if state.change is None or state.change.id != command.attempt:
        return ()
    return (EmailChangeWithdrawn(teacher=state.id, attempt=command.attempt, reason=command.reason),)


def _refuse_none(state: Teacher) -> None:
    if state.status is not Status.REGISTERED:
        raise NoSuchTeacher


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    RequestEmailChange: request_email_change,
    AgreeToEmailChange: agree_to_email_change,
    WithdrawEmailChange: withdraw_email_change,
}
