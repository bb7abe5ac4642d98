"""Rules that several aggregates of registration decide by: a link to another password, one as one's own director."""

from dataclasses import dataclass
from datetime import datetime

from services.registration.commands import RequestPasswordRecovery, ResetPassword
from shared.contracts.base import RecordRef
from shared.contracts.registration import PasswordRecoveryRequested, PasswordReset, TeacherRole
from shared.event_store.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Recovery:
    """A mailed link to choose another password."""

    id: str
    link_expires: datetime


class RecoveryLinkClosed(RuleViolation):
    """The link was used, or a later one was sent: the latest counts, once."""


class RecoveryLinkExpired(RuleViolation):
    """The link's time is over; asking again sends a new one."""


class DirectorIsApplicant(RuleViolation):
    """The director's address is the applicant's own, who is no head teacher: nobody vouches for oneself."""


def recovery_requested(
    person: str, locale: str, email: RecordRef, command: RequestPasswordRecovery
) -> PasswordRecoveryRequested:
    """Another link goes to the account's address; the one before dies (FAQ L22)."""
    return PasswordRecoveryRequested(
        person=person, locale=locale, email=email, attempt=command.attempt, link_expires=command.link_expires
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


def refuse_oneself(role: TeacherRole, *, director_is_applicant: bool) -> None:
    """Raises `DirectorIsApplicant`: only a head teacher is their school's director (rules §4.8)."""
    if director_is_applicant and role != "head_teacher":
        raise DirectorIsApplicant(role=role)
