"""What each event tells about a case."""

from typing import Any, TypeAlias, assert_never

from services.validation.views.standing import Document
from shared.contracts.envelope import Recorded
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    CertificateFiled,
    CertificateRequested,
    DirectorApproved,
    DirectorAskedForTime,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorContactFailed,
    DirectorRefused,
    DirectorReminded,
    DirectorSuccessorNamed,
    EvidenceFiled,
    RefusalContested,
    RefusalUpheld,
    SchoolContactConfirmed,
    TeacherRejected,
    TeacherReported,
    TeacherValidated,
    ValidationEndorsed,
    ValidationLapsed,
    ValidationOpened,
    ValidationReopened,
    ValidationTransferred,
    ValidationWithdrawn,
    ValidityLimited,
)

Asking: TypeAlias = (
    DirectorContactConfirmed
    | SchoolContactConfirmed
    | DirectorContacted
    | DirectorReminded
    | DirectorAskedForTime
    | DirectorContactFailed
    | DirectorSuccessorNamed
    | CertificateRequested
)
Answering: TypeAlias = DirectorApproved | DirectorRefused | CertificateFiled | EvidenceFiled
Handling: TypeAlias = (
    CaseEscalated
    | CaseMoved
    | CaseSchoolMerged
    | TeacherReported
    | ValidationEndorsed
    | RefusalContested
    | ValidationReopened
)
Ending: TypeAlias = (
    TeacherValidated | ValidityLimited | ValidationLapsed | TeacherRejected | RefusalUpheld | ValidationWithdrawn
)
CaseEvent: TypeAlias = (
    ValidationOpened
    | ValidationTransferred
    | DirectorContactConfirmed
    | SchoolContactConfirmed
    | DirectorContacted
    | DirectorReminded
    | DirectorAskedForTime
    | DirectorContactFailed
    | DirectorSuccessorNamed
    | CertificateRequested
    | DirectorApproved
    | DirectorRefused
    | CertificateFiled
    | EvidenceFiled
    | CaseEscalated
    | CaseMoved
    | CaseSchoolMerged
    | TeacherReported
    | ValidationEndorsed
    | RefusalContested
    | ValidationReopened
    | TeacherValidated
    | ValidityLimited
    | ValidationLapsed
    | TeacherRejected
    | RefusalUpheld
    | ValidationWithdrawn
)

_TAKEN_OVER: Document = {"held_by": "national_support", "director_awaited": False}
_NO_QUESTION: Document = {"attempt": None, "link_expires": None, "director_awaited": False}


def told(event: Asking | Answering | Handling | Ending, recorded: Recorded[Any], before: Document) -> Document:
    """The fields that `event` changes."""
    match event:
        case DirectorApproved() | DirectorRefused() | CertificateFiled() | EvidenceFiled():
            return _answered(event, recorded)
        case (
            CaseEscalated()
            | CaseMoved()
            | CaseSchoolMerged()
            | TeacherReported()
            | ValidationEndorsed()
            | RefusalContested()
            | ValidationReopened()
        ):
            return _handled(event, before)
        case (
            TeacherValidated()
            | ValidityLimited()
            | ValidationLapsed()
            | TeacherRejected()
            | RefusalUpheld()
            | ValidationWithdrawn()
        ):
            return _ended(event, recorded)
        case _:
            return _asked(event, recorded, before)


def _asked(event: Asking, recorded: Recorded[Any], before: Document) -> Document:  # noqa: PLR0911
    match event:
        case DirectorContactConfirmed() | SchoolContactConfirmed():
            return {}
        case DirectorContacted():
            asked = {"asked_at": recorded.time.isoformat(), "asked_event": recorded.id, "attempt": event.attempt}
            contact = {"contact": event.contact.id, "contact_owner": event.owner, "contact_failed": None}
            counts = {"link_expires": event.link_expires.isoformat(), "reminders": 0, "extensions": 0}
            return asked | contact | counts | {"successor_named": False, "director_awaited": True}
        case DirectorReminded():
            return {"reminders": event.number}
        case DirectorAskedForTime():
            return {"link_expires": event.link_expires.isoformat(), "extensions": before["extensions"] + 1}
        case DirectorContactFailed():
            return {"contact_failed": event.reason, "contact": None} | _NO_QUESTION
        case DirectorSuccessorNamed():
            return {"contact": event.successor.id, "contact_owner": "validation", "successor_named": True}
        case CertificateRequested():
            return {"certificate_due": event.due.isoformat(), "certificate_event": recorded.id}
        case _:
            assert_never(event)


def _answered(event: Answering, recorded: Recorded[Any]) -> Document:
    match event:
        case DirectorApproved():
            at = {"answered_at": recorded.time.isoformat()}
            return at | {"answer": "approved", "evidence": event.evidence}
        case DirectorRefused():
            at = {"answered_at": recorded.time.isoformat()}
            return at | {"answer": "refused", "director_reason": event.reason}
        case CertificateFiled():
            return {"certificate": event.certificate.id}
        case EvidenceFiled():
            return {"evidence_statement": event.statement.id}
        case _:
            assert_never(event)


def _handled(event: Handling, before: Document) -> Document:  # noqa: PLR0911 one return an event
    match event:
        case CaseEscalated():
            over = _NO_QUESTION if event.reason == "applicant_is_director" else {}
            return _TAKEN_OVER | {"escalated": event.reason} | over
        case CaseMoved():
            return {"region": event.region}
        case CaseSchoolMerged():
            return {"school": event.school, "region": event.region}
        case TeacherReported():
            report = {"recommendation": event.recommendation, "report_reason": event.reason}
            return _TAKEN_OVER | report
        case ValidationEndorsed():
            return {"endorsed_by": [*before["endorsed_by"], event.by], "approvals_needed": event.needed}
        case RefusalContested():
            second = {"contested": True, "had_second_look": True, "contest_statement": event.statement.id}
            return _open_again(before) | second
        case ValidationReopened():
            return _open_again(before) | {"reopened": event.reason}
        case _:
            assert_never(event)


def _ended(event: Ending, recorded: Recorded[Any]) -> Document:
    match event:
        case TeacherValidated():
            return {"decision": "validated", "contested": False}
        case ValidityLimited():
            return {"valid_until": event.until.isoformat(), "limited_event": recorded.id}
        case ValidationLapsed():
            return {"decision": "lapsed"}
        case TeacherRejected():
            return {"decision": "rejected", "reason": event.reason, "refused_by": event.by}
        case RefusalUpheld():
            return {"decision": "upheld", "reason": event.reason, "contested": False}
        case ValidationWithdrawn():
            return {"decision": "withdrawn", "withdrawn": event.reason, "contested": False}
        case _:
            assert_never(event)


def _open_again(before: Document) -> Document:
    """The national support service has it; the director may be asked anew, by another link, where none has approved."""
    again: Document = _TAKEN_OVER | {"decision": None, "recommendation": None, "endorsed_by": []}
    if before["answer"] == "approved":
        return again
    return again | {"answer": None, "answered_at": None} | _NO_QUESTION
