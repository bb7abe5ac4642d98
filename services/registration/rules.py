"""Rules that several aggregates of registration decide by: another password or address, one as one's own director.

Which address a claim is on, a stream does not say. So whoever asks something about an address names the record that it
was compared with, and fails where another one counts by now: an account must never hold its own address as something
that it may withdraw.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from services.registration.commands import (
    AgreeToEmailChange,
    RepeatRegistration,
    RequestEmailChange,
    RequestPasswordRecovery,
    ResetPassword,
    WithdrawEmailChange,
)
from shared.contracts.base import Event, RecordRef
from shared.contracts.registration import (
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    PasswordRecoveryRequested,
    PasswordReset,
    TeacherRole,
)
from shared.event_store.violations import RuleViolation

EmailChangeEvent: TypeAlias = EmailChangeRequested | EmailChangeAgreed | EmailChanged | EmailChangeWithdrawn
BOTH_ENDS = frozenset({"old", "new"})
PAUSE = timedelta(minutes=10)
"""How long the last mail to an address stands, whoever asks for another."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A mailed link to choose another password."""

    id: str
    link_expires: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Another address that was asked for, and the ends that agreed."""

    id: str
    email: RecordRef
    link_expires: datetime
    agreed: frozenset[str] = frozenset()


class RecoveryLinkClosed(RuleViolation):
    """The link was used, or a later one was sent: the latest counts, once."""


class RecoveryLinkExpired(RuleViolation):
    """The link's time is over; asking again sends a new one."""


class EmailChangeClosed(RuleViolation):
    """The change was withdrawn or is done, or a later one was asked for: the latest counts, once."""


class EmailChangeExpired(RuleViolation):
    """The change's time is over; asking again sends new links."""


class AddressChangedMeanwhile(RuleViolation):
    """Another address counts than the one that the request was compared with: look again."""


class DirectorIsApplicant(RuleViolation):
    """The director's address is the applicant's own, who is no head teacher: nobody vouches for oneself."""


def just_mailed(ends: datetime, another: datetime) -> bool:
    """Whether the open link, which `ends` then, was mailed so shortly ago that `another` would live hardly longer.

    Anybody may ask for somebody else's address: the owner's last link must not die of it, nor a mailbox be filled.
    """
    return another - ends < PAUSE


def told_just_now(command: RepeatRegistration) -> bool:
    """Whether the owner of the address has heard of such a request already."""
    return command.told is not None and command.at < command.told + PAUSE


def recovery_requested(
    person: str, locale: str, email: RecordRef, recovery: Recovery | None, command: RequestPasswordRecovery
) -> tuple[Event, ...]:
    """Another link goes to the account's address; the one before dies, unless it was mailed just now (FAQ L22)."""
    if recovery is not None and just_mailed(recovery.link_expires, command.link_expires):
        return ()
    return (
        PasswordRecoveryRequested(
            person=person, locale=locale, email=email, attempt=command.attempt, link_expires=command.link_expires
        ),
    )


def password_reset(person: str, recovery: Recovery | None, command: ResetPassword) -> PasswordReset:
    """The open recovery's link, once and in time (FAQ L22).

    Raises:
        RecoveryLinkClosed: it is not the open one.
        RecoveryLinkExpired: its time is over.
    """
    if recovery is None or recovery.id != command.attempt:
        raise RecoveryLinkClosed(person=person)
    if command.at >= recovery.link_expires:
        raise RecoveryLinkExpired(person=person)
    return PasswordReset(person=person, attempt=command.attempt, credential=command.credential)


def change_requested(
    person: str, locale: str, email: RecordRef | None, change: Change | None, command: RequestEmailChange
) -> tuple[Event, ...]:
    """Both ends get a link; an earlier change comes to nothing with the same commit (FAQ L22, rules §4.13).

    Raises:
        AddressChangedMeanwhile: `email`, the address that counts, is not the one that was compared.
    """
    if email is None or email.id != command.replaces:
        raise AddressChangedMeanwhile(person=person)
    requested = EmailChangeRequested(
        person=person,
        locale=locale,
        email=command.email,
        attempt=command.attempt,
        link_expires=command.link_expires,
    )
    if change is None:
        return (requested,)
    return (EmailChangeWithdrawn(person=person, attempt=change.id, reason="replaced"), requested)


def change_agreed(person: str, change: Change | None, command: AgreeToEmailChange) -> tuple[Event, ...]:
    """Either end, in any order; with the second the address is changed. An end that agreed already says nothing new.

    Raises:
        EmailChangeClosed: it is not the open one.
        EmailChangeExpired: its time is over.
    """
    if change is None or change.id != command.attempt:
        raise EmailChangeClosed(person=person)
    if command.at >= change.link_expires:
        raise EmailChangeExpired(person=person)
    if command.end in change.agreed:
        return ()
    agreed = EmailChangeAgreed(person=person, attempt=change.id, end=command.end)
    if change.agreed | {command.end} != BOTH_ENDS:
        return (agreed,)
    return (agreed, EmailChanged(person=person, attempt=change.id, email=change.email))


def change_withdrawn(person: str, change: Change | None, command: WithdrawEmailChange) -> tuple[Event, ...]:
    """That change, if it is still open; a later one is not meant."""
    if change is None or change.id != command.attempt:
        return ()
    return (EmailChangeWithdrawn(person=person, attempt=command.attempt, reason=command.reason),)


def open_change(change: Change | None, event: EmailChangeEvent) -> Change | None:
    """The change that is under way after this event; none once it is over."""
    match event:
        case EmailChangeRequested():
            return Change(event.attempt, event.email, event.link_expires)
        case EmailChangeAgreed():
            return change and replace(change, agreed=change.agreed | {event.end})
        case EmailChanged() | EmailChangeWithdrawn():
            return None
        case _:
            assert_never(event)


def refuse_oneself(role: TeacherRole, *, director_is_applicant: bool) -> None:
    """Raises `DirectorIsApplicant`: only a head teacher is their school's director (rules §4.8)."""
    if director_is_applicant and role != "head_teacher":
        raise DirectorIsApplicant(role=role)
