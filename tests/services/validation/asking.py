"""What is asked of a case, as tests ask it."""

from datetime import date, datetime, timedelta
from typing import Literal

from services.validation.commands import (
    ApproveByLink,
    AskForTime,
    ConfirmDirectorContact,
    ContestRefusal,
    DecidedBy,
    DisownContact,
    EscalateCase,
    Evidence,
    FailDirectorContact,
    FileCertificate,
    ForgetDirectorContact,
    LapseValidation,
    MergeCaseSchool,
    MoveCase,
    Officer,
    OpenCase,
    PassOnCase,
    Recommendation,
    RecordDirectorApproval,
    RefuseByLink,
    RejectTeacher,
    RemindDirector,
    ReopenCase,
    ReportTeacher,
    RequestCertificate,
    SettleTransfer,
    UpholdRefusal,
    ValidateTeacher,
    WithdrawCase,
    WriteToKnownDirector,
)
from shared.contracts.base import RecordRef, Service
from shared.contracts.registration import TeacherRole
from tests.services.validation.happened import (
    ATTEMPT,
    CERTIFICATE,
    CONTACT,
    EXPIRES,
    IN_MADRID,
    KNOWN,
    NOW,
    NSO_OF_SPAIN,
    STATEMENT,
    SURVIVOR,
    TEACHER_ID,
    opened,
)


def open_case(role: TeacherRole = "teacher") -> OpenCase:
    return OpenCase(at=NOW, role=role, **opened().model_dump())


def confirm_contact(
    officer: Officer = IN_MADRID,
    contact: RecordRef | None = None,
    *,
    withdrawn_since: date | None = None,
    oneself: bool = False,
) -> ConfirmDirectorContact:
    """`contact`: the record that the officer read; none: not said."""
    return ConfirmDirectorContact(
        at=NOW,
        officer=officer,
        link_expires=EXPIRES,
        locale="es",
        withdrawn_since=withdrawn_since,
        director_is_applicant=oneself,
        contact=None if contact is None else contact.id,
    )


def write_to_known(
    contact: RecordRef = KNOWN, owner: Service = "registration", asked_before: str | None = CONTACT.id
) -> WriteToKnownDirector:
    return WriteToKnownDirector(
        at=NOW, contact=contact, owner=owner, locale="es", link_expires=EXPIRES, asked_before=asked_before
    )


def remind(number: int = 1, at: datetime = NOW, attempt: str = ATTEMPT) -> RemindDirector:
    return RemindDirector(at=at, attempt=attempt, number=number)


def escalate(reason: Literal["director_silent", "overdue", "certificate_overdue"] = "director_silent") -> EscalateCase:
    return EscalateCase(at=NOW, reason=reason, attempt=ATTEMPT if reason == "director_silent" else None)


def pass_on(officer: Officer = IN_MADRID, reason: str = "knows_the_applicant") -> PassOnCase:
    return PassOnCase(at=NOW, officer=officer, reason=reason)


def forget() -> ForgetDirectorContact:
    return ForgetDirectorContact(at=NOW)


def bounce(attempt: str = ATTEMPT) -> FailDirectorContact:
    return FailDirectorContact(at=NOW, attempt=attempt, reason="mailbox_unavailable")


def approve(attempt: str = ATTEMPT, at: datetime = NOW) -> ApproveByLink:
    return ApproveByLink(at=at, attempt=attempt)


def refuse(attempt: str = ATTEMPT, at: datetime = NOW, reason: str = "not_on_staff") -> RefuseByLink:
    return RefuseByLink(at=at, attempt=attempt, reason=reason)


def ask_for_time(
    at: datetime = NOW,
    until: datetime = EXPIRES + timedelta(days=14),
    extensions: int = 1,
    attempt: str = ATTEMPT,
    had: int | None = None,
) -> AskForTime:
    return AskForTime(at=at, attempt=attempt, until=until, extensions=extensions, had=had)


def disown(successor: RecordRef | None = None, at: datetime = NOW, attempt: str = ATTEMPT) -> DisownContact:
    return DisownContact(at=at, attempt=attempt, successor=successor)


def record_approval(
    officer: Officer = IN_MADRID, evidence: Evidence = "letter", statement: RecordRef | None = STATEMENT
) -> RecordDirectorApproval:
    return RecordDirectorApproval(at=NOW, officer=officer, evidence=evidence, statement=statement)


def request_certificate(due: datetime = NOW + timedelta(days=5)) -> RequestCertificate:
    return RequestCertificate(at=NOW, due=due)


def file_certificate(teacher: str = TEACHER_ID, certificate: RecordRef = CERTIFICATE) -> FileCertificate:
    return FileCertificate(at=NOW, teacher=teacher, certificate=certificate)


def report(
    officer: Officer = IN_MADRID,
    recommendation: Recommendation = "validate",
    reason: str | None = None,
    decided_by: DecidedBy = "national_support",
) -> ReportTeacher:
    return ReportTeacher(at=NOW, officer=officer, decided_by=decided_by, recommendation=recommendation, reason=reason)


def validate(
    officer: Officer = IN_MADRID,
    decided_by: DecidedBy = "representative",
    needed: int = 1,
    until: datetime | None = None,
    withdrawn_since: date | None = None,
) -> ValidateTeacher:
    return ValidateTeacher(
        at=NOW,
        officer=officer,
        decided_by=decided_by,
        approvals_needed=needed,
        valid_until=until,
        withdrawn_since=withdrawn_since,
    )


def reject(
    officer: Officer = IN_MADRID, decided_by: DecidedBy = "representative", reason: str = "no_such_teacher"
) -> RejectTeacher:
    return RejectTeacher(at=NOW, officer=officer, decided_by=decided_by, reason=reason)


def contest(teacher: str = TEACHER_ID) -> ContestRefusal:
    return ContestRefusal(at=NOW, teacher=teacher, statement=STATEMENT)


def uphold(officer: Officer = NSO_OF_SPAIN, reason: str = "no_such_teacher") -> UpholdRefusal:
    return UpholdRefusal(at=NOW, officer=officer, reason=reason)


def reopen(officer: Officer = NSO_OF_SPAIN, reason: str = "late_approval") -> ReopenCase:
    return ReopenCase(at=NOW, officer=officer, reason=reason)


def move(region: str | None = "Galicia") -> MoveCase:
    return MoveCase(at=NOW, region=region)


def merge(school: str = SURVIVOR) -> MergeCaseSchool:
    return MergeCaseSchool(at=NOW, school=school, region="Galicia")


def come(left: str | None = "left") -> OpenCase:
    """Another school where the node does not validate again."""
    return open_case().model_copy(update={"again": False, "left": left, "came_by": "came-by"})


def settle(by: str | None = "earlier-case", until: datetime | None = None) -> SettleTransfer:
    return SettleTransfer(at=NOW, by=by, until=until)


def withdraw(reason: Literal["left_the_school", "removed", "erased"] = "left_the_school") -> WithdrawCase:
    return WithdrawCase(at=NOW, reason=reason)


def lapse(at: datetime, *, again: bool = True) -> LapseValidation:
    return LapseValidation(at=at, again=again)
