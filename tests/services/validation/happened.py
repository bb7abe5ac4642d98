"""What happened in a case, as tests tell it."""

from datetime import UTC, datetime, timedelta

from services.validation.commands import (
    ApproveByLink,
    ConfirmDirectorContact,
    DecidedBy,
    Evidence,
    Officer,
    OpenCase,
    RecordDirectorApproval,
    RefuseByLink,
    RejectTeacher,
    ValidateTeacher,
)
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.validation import (
    DirectorApproved,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorRefused,
    TeacherRejected,
    TeacherValidated,
    ValidationOpened,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EXPIRES = NOW + timedelta(days=14)
CASE_ID, TEACHER_ID, SCHOOL = derived_id("case"), derived_id("ana"), derived_id("school")
CONTACT = RecordRef(id="director-1", commitment="c" * 64)
ATTEMPT = derived_id(CASE_ID, "director", CONTACT.id)

IN_MADRID = Officer(person="rep", office="office-1", kind="representative", country="ES", region="Madrid")
OF_SPAIN = Officer(person="nat", office="office-2", kind="representative", country="ES", region=None)
IN_GALICIA = Officer(person="gal", office="office-3", kind="representative", country="ES", region="Galicia")
OF_FRANCE = Officer(person="rep-fr", office="office-4", kind="representative", country="FR", region=None)
NSO_OF_SPAIN = Officer(person="nso", office="office-5", kind="national_support_officer", country="ES", region=None)
SELF = Officer(person=TEACHER_ID, office="office-6", kind="representative", country="ES", region=None)


def opened(region: str | None = "Madrid") -> ValidationOpened:
    return ValidationOpened(
        case=CASE_ID,
        teacher=TEACHER_ID,
        school=SCHOOL,
        country="ES",
        region=region,
        locale="es",
        director_contact=CONTACT,
    )


def asked() -> tuple[DirectorContactConfirmed, DirectorContacted]:
    return (
        DirectorContactConfirmed(case=CASE_ID, contact=CONTACT),
        DirectorContacted(case=CASE_ID, contact=CONTACT, locale="es", attempt=ATTEMPT, link_expires=EXPIRES),
    )


def approved(by: str = "link") -> DirectorApproved:
    attempt = ATTEMPT if by == "link" else derived_id(CASE_ID, "evidence", by)
    return DirectorApproved.model_validate(
        {
            "case": CASE_ID,
            "teacher": TEACHER_ID,
            "country": "ES",
            "region": "Madrid",
            "attempt": attempt,
            "evidence": by,
        }
    )


def refused(reason: str = "not_on_staff") -> DirectorRefused:
    return DirectorRefused(
        case=CASE_ID, teacher=TEACHER_ID, country="ES", region="Madrid", attempt=ATTEMPT, reason=reason
    )


def validated(region: str | None = "Madrid") -> TeacherValidated:
    return TeacherValidated(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, country="ES", region=region)


def rejected(reason: str = "no_such_teacher") -> TeacherRejected:
    return TeacherRejected(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, reason=reason)


def open_case() -> OpenCase:
    return OpenCase(at=NOW, **opened().model_dump())


def confirm_contact(officer: Officer = IN_MADRID) -> ConfirmDirectorContact:
    return ConfirmDirectorContact(at=NOW, officer=officer, link_expires=EXPIRES)


def approve(attempt: str = ATTEMPT, at: datetime = NOW) -> ApproveByLink:
    return ApproveByLink(at=at, attempt=attempt)


def refuse(attempt: str = ATTEMPT, at: datetime = NOW, reason: str = "not_on_staff") -> RefuseByLink:
    return RefuseByLink(at=at, attempt=attempt, reason=reason)


def record_approval(officer: Officer = IN_MADRID, evidence: Evidence = "letter") -> RecordDirectorApproval:
    return RecordDirectorApproval(at=NOW, officer=officer, evidence=evidence)


def validate(officer: Officer = IN_MADRID, decided_by: DecidedBy = "representative") -> ValidateTeacher:
    return ValidateTeacher(at=NOW, officer=officer, decided_by=decided_by)


def reject(
    officer: Officer = IN_MADRID, decided_by: DecidedBy = "representative", reason: str = "no_such_teacher"
) -> RejectTeacher:
    return RejectTeacher(at=NOW, officer=officer, decided_by=decided_by, reason=reason)
