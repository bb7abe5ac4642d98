"""A small aggregate whose commands name a claim and a private record: for the tests of both."""

from datetime import UTC, datetime, timedelta

from shared.contracts.base import Command, RecordRef
from shared.contracts.registration import EmailConfirmed, PersonalDataErased
from shared.contracts.registration.base import RegistrationEvent
from shared.event_store.aggregate import Aggregate
from shared.event_store.history import Context
from shared.event_store.violations import RuleViolation

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, duration: timedelta) -> None:
        self.now += duration


class OpenAccount(Command):
    account: str
    claim: str | None = None
    record: RecordRef | None = None


class CloseAccount(Command):
    account: str


class AlreadyOpen(RuleViolation):
    pass


def open_account(state: bool, command: OpenAccount) -> tuple[RegistrationEvent, ...]:
    if state:
        raise AlreadyOpen(account=command.account)
    return (EmailConfirmed(teacher=command.account, attempt="a-1"),)


def close_account(_: bool, command: CloseAccount) -> tuple[RegistrationEvent, ...]:
    return (PersonalDataErased(person=command.account, reason="asked"),)


def evolve(_: bool, event: RegistrationEvent) -> bool:
    return isinstance(event, EmailConfirmed)


ACCOUNT = Aggregate(
    "account", initial=False, evolve=evolve, decisions={OpenAccount: open_account, CloseAccount: close_account}
)


def context(command_id: str) -> Context:
    return Context(
        actor="p-1", capacity="teacher", node="es", correlation_id=f"correlation-{command_id}", command_id=command_id
    )
