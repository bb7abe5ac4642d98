"""What can be asked of a project."""

from typing import ClassVar

from shared.contracts.base import Command, Country, Identifier, Reason, RecordRef
from shared.contracts.projects import Member
from shared.contracts.teaching import Ages


class ProposeProject(Command):
    """A validated teacher proposes a project to exactly one other (FAQ L8). The title is a private record.

    `languages`, `subjects` and `ages` say by what it wants to be found (FAQ L26); older commands say nothing of it.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"founder", "co_founder"})

    project: Identifier
    invited: Identifier
    founder: Member
    co_founder: Member
    title: RecordRef
    languages: tuple[Reason, ...] = ()
    subjects: tuple[Reason, ...] = ()
    ages: Ages | None = None


class AcceptCoFounding(Command):
    teacher: Identifier


class DeclineCoFounding(Command):
    teacher: Identifier


class ApproveForCountry(Command):
    """The national support service of a founding country approves."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "country"})

    officer: Identifier
    country: Country


class RejectProject(Command):
    """The national support service of a founding country does not approve, for a reason of the list (rules §2)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "country"})

    officer: Identifier
    country: Country
    reason: Reason


class InvitePartner(Command):
    """A member of a running project invites a validated teacher (rules §2)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"partner"})

    by: Identifier
    invited: Identifier
    partner: Member


class JoinAsPartner(Command):
    """The invited teacher joins, with the school and country of that day."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"partner"})

    teacher: Identifier
    partner: Member
