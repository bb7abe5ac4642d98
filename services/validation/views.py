"""What validation reads: its cases, and where the record of a teacher's name is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import TeacherRegistered
from shared.contracts.validation import (
    DirectorApproved,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorRefused,
    TeacherRejected,
    TeacherValidated,
    ValidationOpened,
)
from shared.views.view import View

Document: TypeAlias = dict[str, Any]
CaseEvent: TypeAlias = (
    ValidationOpened
    | DirectorContactConfirmed
    | DirectorContacted
    | DirectorApproved
    | DirectorRefused
    | TeacherValidated
    | TeacherRejected
)

_YEAR_9999_S = 253_370_764_800


def keys_of_case(recorded: Recorded[CaseEvent]) -> Sequence[str]:
    """One document a case."""
    return (recorded.event.case,)


def fold_case(document: Document | None, recorded: Recorded[CaseEvent]) -> Document:  # noqa: PLR0911
    """`status`: opened, director_asked, director_approved, director_refused, then validated or rejected for good.

    `sort` puts the newest first in a list; the identifier makes it unique.
    """
    event = recorded.event
    before = document or {}
    match event:
        case ValidationOpened():
            return _opened(event, recorded)
        case DirectorContactConfirmed():
            return before
        case DirectorContacted():
            asked = {"attempt": event.attempt, "link_expires": event.link_expires.isoformat()}
            return before | {"status": "director_asked"} | asked
        case DirectorApproved():
            return before | _answered(before, "approved") | {"evidence": event.evidence}
        case DirectorRefused():
            return before | _answered(before, "refused") | {"director_reason": event.reason}
        case TeacherValidated():
            return before | {"status": "validated", "decided_at": recorded.time.isoformat()}
        case TeacherRejected():
            decided = {"decided_at": recorded.time.isoformat(), "reason": event.reason}
            return before | {"status": "rejected"} | decided
        case _:
            assert_never(event)


def keys_of_applicant(recorded: Recorded[TeacherRegistered]) -> Sequence[str]:
    """One document a teacher."""
    return (recorded.event.teacher,)


def fold_applicant(_: Document | None, recorded: Recorded[TeacherRegistered]) -> Document:
    """Where the teacher's name is kept; the name itself is joined in when it is shown."""
    return {"teacher": recorded.event.teacher, "name": recorded.event.name.id}


def newest_first(moment: datetime) -> str:
    """Sorts later moments before earlier ones: seconds down from the year 9999, twelve digits."""
    return f"{_YEAR_9999_S - int(moment.timestamp()):012d}"


def _opened(event: ValidationOpened, recorded: Recorded[CaseEvent]) -> Document:
    return {
        "case": event.case,
        "teacher": event.teacher,
        "school": event.school,
        "country": event.country,
        "region": event.region,
        "locale": event.locale,
        "status": "opened",
        "opened_at": recorded.time.isoformat(),
        "sort": f"{newest_first(recorded.time)}~{event.case}",
        "attempt": None,
        "link_expires": None,
        "answer": None,
        "evidence": None,
        "director_reason": None,
        "reason": None,
        "decided_at": None,
    }


def _answered(before: Document, answer: str) -> Document:
    """An answer that comes after the decision is recorded, and moves nothing (rules 4.10)."""
    ended = before["status"] in {"validated", "rejected"}
    return {"answer": answer, "status": before["status"] if ended else f"director_{answer}"}


CASES = View(
    name="cases",
    version=1,
    keys=keys_of_case,
    fold=fold_case,
    events=(
        ValidationOpened,
        DirectorContactConfirmed,
        DirectorContacted,
        DirectorApproved,
        DirectorRefused,
        TeacherValidated,
        TeacherRejected,
    ),
    indexes=(("country", "status", "sort"), ("country", "region", "status", "sort")),
)
APPLICANTS = View(
    name="applicants", version=1, keys=keys_of_applicant, fold=fold_applicant, events=(TeacherRegistered,)
)
VIEWS = (CASES, APPLICANTS)
