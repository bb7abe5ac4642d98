"""What can be asked of a validation case."""

from typing import ClassVar, Literal

from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef, Value

DecidedBy = Literal["representative", "national_support"]
Evidence = Literal["letter", "telephone"]


class Officer(Value):
    """Who acts, and the live office they act in: found out before the decision, never taken from the request."""

    person: Identifier
    office: Identifier
    kind: Literal["representative", "national_support_officer"]
    country: Country
    region: str | None


class OpenCase(Command):
    """A teacher ended phase 2 of registration, or changed school."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef


class ConfirmDirectorContact(Command):
    """A representative vouches for the director's address that the teacher gave; the case then writes there.

    `link_expires`: the end of the director's link under the node's policy of the day.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "link_expires"})

    officer: Officer
    link_expires: Moment


class ApproveByLink(Command):
    """The director followed the link of this attempt and says: this teacher works here."""

    attempt: Identifier


class RefuseByLink(Command):
    """The director followed the link of this attempt and says: this teacher does not work here."""

    attempt: Identifier
    reason: Reason


class RecordDirectorApproval(Command):
    """The representative holds the director's approval in another form, and says in which (FAQ L20)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer"})

    officer: Officer
    evidence: Evidence


class ValidateTeacher(Command):
    """Admit the teacher. `decided_by`: who decides under the node's policy of the day."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "decided_by"})

    officer: Officer
    decided_by: DecidedBy


class RejectTeacher(Command):
    """Do not admit the teacher, for a reason of the list of codes."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "decided_by"})

    officer: Officer
    decided_by: DecidedBy
    reason: Reason
