"""What can be asked of a validation case."""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef, Service, Value
from shared.contracts.registration import TeacherRole

DecidedBy = Literal["representative", "national_support"]
Evidence = Literal["letter", "telephone", "certificate"]
Recommendation = Literal["validate", "reject"]
TakeoverReason = Literal["director_silent", "overdue", "certificate_overdue"]


class Officer(Value):
    """Who acts, and the live office they act in: found out before the decision, never taken from the request."""

    person: Identifier
    office: Identifier
    kind: Literal["representative", "national_support_officer"]
    country: Country
    region: str | None


class OpenCase(Command):
    """A teacher ended phase 2 of registration, works at another school, or was validated for a time that is over.

    `again`: whether the node's policy validates there whoever is validated elsewhere; where not, `left` and `came_by`
    say which school was left for this one (none: it is one more), and by which event of the profile.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"again"})

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef
    role: TeacherRole = "teacher"
    again: bool = True
    left: Identifier | None = None
    came_by: Identifier | None = None


class SettleTransfer(Command):
    """A teacher came to this school where the node does not validate again: the validation goes along, or a case opens.

    `by`: the case of a validation that holds where the teacher works, none: there is none. `until`: its end.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"by", "until"})

    by: Identifier | None
    until: Moment | None = None


class ConfirmDirectorContact(Command):
    """An officer vouches for the director's address that the case knows; the case then writes there.

    `link_expires`: the end of the director's link under the node's policy of the day. `locale`: the director's
    language, which is the node's first; none: the case's own, as it was before directors had one. `withdrawn_since`:
    the day on which the country left. `director_is_applicant`: the address is the applicant's own (rules §4.8).
    `contact_forgotten`: that director asked to be forgotten. `contact`: the record that the officer read, so that
    nobody vouches for an address that was changed meanwhile; none: not said, as it was before officers could read it.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset(
        {"officer", "link_expires", "locale", "withdrawn_since", "director_is_applicant", "contact_forgotten"}
    )

    officer: Officer
    link_expires: Moment
    locale: str | None = None
    withdrawn_since: date | None = None
    director_is_applicant: bool = False
    contact: Identifier | None = None
    contact_forgotten: bool = False


class WriteToKnownDirector(Command):
    """The school's director is known and vouched for: the case writes there by itself (rules §3).

    `asked_before`: the contact record that the case had asked when this was found out; none: nobody yet.
    `director_is_applicant`: the address is the applicant's own (rules §4.8).
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"asked_before", "director_is_applicant"})

    contact: RecordRef
    owner: Service
    locale: str
    link_expires: Moment
    asked_before: Identifier | None
    director_is_applicant: bool = False


class RemindDirector(Command):
    """This attempt is unanswered: ask once more (rules §3); `number` of reminders, this one included."""

    attempt: Identifier
    number: int


class EscalateCase(Command):
    """The national support service takes the case over (rules §3).

    `attempt`: the question that nobody answered, where the director is silent.
    """

    reason: TakeoverReason
    attempt: Identifier | None = None


class FailDirectorContact(Command):
    """The mail of this attempt came back (rules §4.7)."""

    attempt: Identifier
    reason: Reason


class ForgetDirectorContact(Command):
    """Whoever the case knows as the school's director asked to be forgotten (rules §4.7, §4.17)."""


class ApproveByLink(Command):
    """The director followed the link of this attempt and says: this teacher works here."""

    attempt: Identifier


class RefuseByLink(Command):
    """The director followed the link of this attempt and says: this teacher does not work here."""

    attempt: Identifier
    reason: Reason


class AskForTime(Command):
    """The director followed the link and needs more time.

    `had`: how often the director had got more time when asking: a repeat says the same again; none: not said, as it
    was before it could be. `until`: the link's new end, `extensions`: how often time may be had, under the node's
    policy of the day.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"until", "extensions"})

    attempt: Identifier
    until: Moment
    extensions: int
    had: int | None = None


class DisownContact(Command):
    """Whoever followed the link is not the school's director any more; `successor`: validation's own private record."""

    attempt: Identifier
    successor: RecordRef | None


class RecordDirectorApproval(Command):
    """The officer holds the director's approval in another form, and says in which (FAQ L20).

    `statement`: what the officer wrote down about it; none: nothing.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer"})

    officer: Officer
    evidence: Evidence
    statement: RecordRef | None = None


class RequestCertificate(Command):
    """The node wants a form signed by the director, until `due` (practice in Serbia, rules §2)."""

    due: Moment


class FileCertificate(Command):
    """The teacher sends the form that the director signed (rules §2)."""

    teacher: Identifier
    certificate: RecordRef


class ReportTeacher(Command):
    """The representative reports to the national support service, which decides (practice in Spain, rules §2).

    `reason`: why not, for the recommendation to reject.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "decided_by"})

    officer: Officer
    decided_by: DecidedBy
    recommendation: Recommendation
    reason: Reason | None


class PassOnCase(Command):
    """The representative hands the case to the national support service before its deadlines do."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer"})

    officer: Officer
    reason: Reason


class ValidateTeacher(Command):
    """Admit the teacher.

    Under the node's policy of the day: `decided_by`, who decides; `approvals_needed`, by how many officers;
    `valid_until`, how long it holds (none: for good). `withdrawn_since`: the day on which the country left.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset(
        {"officer", "decided_by", "approvals_needed", "valid_until", "withdrawn_since"}
    )

    officer: Officer
    decided_by: DecidedBy
    approvals_needed: int = 1
    valid_until: Moment | None = None
    withdrawn_since: date | None = None


class RejectTeacher(Command):
    """Do not admit the teacher, for a reason of the list of codes (rules §3)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer", "decided_by"})

    officer: Officer
    decided_by: DecidedBy
    reason: Reason


class ContestRefusal(Command):
    """The teacher asks for the one second look (rules §3); `statement` says why."""

    teacher: Identifier
    statement: RecordRef


class UpholdRefusal(Command):
    """The second look, by another officer, comes to the same: final (rules §3)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer"})

    officer: Officer
    reason: Reason


class ReopenCase(Command):
    """The national support service takes a refused case up again (rules §4.10)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"officer"})

    officer: Officer
    reason: Reason


class MoveCase(Command):
    """The school belongs to another region of its country now, whose representative decides (FAQ L19)."""

    region: str | None


class MergeCaseSchool(Command):
    """The case's school is `school`, registered twice (FAQ L26): the case goes on there, in that school's region."""

    school: Identifier
    region: str | None


class WithdrawCase(Command):
    """Nobody needs the decision any more (FAQ L25, rules §4.1)."""

    reason: Literal["left_the_school", "removed", "erased"]


class LapseValidation(Command):
    """The time for which the teacher was validated is over (rules §2); `again`: the teacher is still at the school."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"again"})

    again: bool = True
