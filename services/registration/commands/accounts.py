"""What is asked about accounts."""

from typing import ClassVar, Literal

from services.registration.commands.base import Authority, Claim, NotAdmitted
from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration import TeacherRole


class StartRegistration(Command):
    """Phase 1: somebody gives an address and a name (FAQ L17). `name` is kept for phase 2."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted", "link_expires"})

    teacher: Identifier
    claim: Claim
    country: Country
    locale: str
    email: RecordRef
    name: RecordRef
    attempt: Identifier
    not_admitted: NotAdmitted | None
    link_expires: Moment


class ResendLink(Command):
    """Somebody began and wants another link: the draft's latest attempt is repeated (FAQ L17)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted", "link_expires"})

    attempt: Identifier
    not_admitted: NotAdmitted | None
    link_expires: Moment


class RepeatRegistration(Command):
    """Somebody gave the address of a live account as if it were new (rules §4.13); `attempt` names this occasion.

    `told`: when its owner was last told, where that may do for this time too; none: the owner is told anew.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"told"})

    attempt: Identifier
    told: Moment | None = None


class ConfirmEmail(Command):
    """The mailed link was used (FAQ L17)."""

    attempt: Identifier


class CompleteRegistration(Command):
    """Phase 2: the school, the role there, and how to reach its director (FAQ L17-19).

    `director_is_applicant`: the director's address is the one that is being registered (rules §4.8).
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset(
        {"name", "school_country", "school_region", "director_is_applicant", "not_admitted"}
    )

    attempt: Identifier
    school: Identifier
    role: TeacherRole
    locale: str
    director_contact: RecordRef
    name: RecordRef
    school_country: Country
    school_region: str | None
    director_is_applicant: bool = False
    not_admitted: NotAdmitted | None = None


class ExpireRegistration(Command):
    """The draft's time is over, and phase 2 of this attempt never came (rules §4.14)."""

    attempt: Identifier


class RequestPasswordRecovery(Command):
    """Somebody forgot the password of an account (FAQ L22)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"link_expires"})

    attempt: Identifier
    link_expires: Moment


class ResetPassword(Command):
    """The mailed link was used (FAQ L22); `credential` names the new password's hash, kept before the commit."""

    attempt: Identifier
    credential: Identifier


class ErasePersonalData(Command):
    """Everything private about this person is to be forgotten; pseudonym and facts stay (rules §4.17)."""

    person: Identifier
    reason: Reason


class RequestEmailChange(Command):
    """Another address for the account; both ends are asked (rules §4.13).

    `replaces`: the record of the address that counted when the two were found to differ.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"link_expires", "replaces"})

    claim: Claim
    email: RecordRef
    attempt: Identifier
    link_expires: Moment
    replaces: Identifier


class AgreeToEmailChange(Command):
    """A mailed link was used, at one of the two ends (rules §4.13).

    `claim` is on the new address once more: see `claims.py`.
    """

    claim: Claim
    attempt: Identifier
    end: Literal["old", "new"]


class WithdrawEmailChange(Command):
    """The change comes to nothing: `cancelled`, or `expired` (rules §4.13)."""

    attempt: Identifier
    reason: Reason


class _OnHolds(Authority):
    """`country`: where the person is a teacher now; none: where the account was begun, as it was said before."""

    LOOKED_UP: ClassVar[frozenset[str]] = Authority.LOOKED_UP | {"country"}

    person: Identifier
    hold: Identifier
    reason: Reason
    country: Country | None = None


class PlaceLegalHold(_OnHolds):
    """What is held about this person must be kept for now (rules §4.17)."""

    statement: RecordRef | None


class ReleaseLegalHold(_OnHolds):
    """The hold is over; an erasure that waited for it follows (rules §4.17)."""
