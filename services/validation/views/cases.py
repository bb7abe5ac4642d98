"""One document a case: where it stands, who has it, what it waits for, and the keys by which it is found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias, get_args

from services.validation.views.ordering import newest_first, oldest_first
from services.validation.views.standing import Document, standing
from services.validation.views.telling import CaseEvent, told
from shared.contracts.envelope import Recorded
from shared.contracts.validation import ValidationOpened, ValidationTransferred
from shared.views.view import View

Keys: TypeAlias = Sequence[str]

OPENED: Document = {
    "asked_at": None,
    "asked_event": None,
    "attempt": None,
    "director_awaited": False,
    "link_expires": None,
    "reminders": 0,
    "extensions": 0,
    "contact": None,
    "contact_owner": "registration",
    "contact_failed": None,
    "successor_named": False,
    "answer": None,
    "answered_at": None,
    "evidence": None,
    "evidence_statement": None,
    "director_reason": None,
    "certificate_due": None,
    "certificate_event": None,
    "certificate": None,
    "held_by": "representative",
    "escalated": None,
    "recommendation": None,
    "report_reason": None,
    "endorsed_by": [],
    "approvals_needed": None,
    "reason": None,
    "refused_by": None,
    "contested": False,
    "had_second_look": False,
    "contest_statement": None,
    "reopened": None,
    "decision": None,
    "decided_at": None,
    "took_s": None,
    "valid_until": None,
    "limited_event": None,
    "withdrawn": None,
    "transferred_from": None,
}
"""What is not known of a case when it opens."""


def keys_of_case(recorded: Recorded[CaseEvent]) -> Keys:
    """One document a case."""
    return (recorded.event.case,)


def fold_case(document: Document | None, recorded: Recorded[CaseEvent]) -> Document:
    """What happened (`telling.py`), then what follows from it (`standing.py`): status, owner, queue and clocks.

    `owner_since`: since when that owner has it.

    `sort` puts the newest first in a list; the identifier makes it unique.
    """
    event = recorded.event
    if isinstance(event, ValidationOpened):
        return standing(_opened(event, recorded)) | {"owner_since": recorded.time.isoformat()}
    if isinstance(event, ValidationTransferred):
        return standing(_transferred(event, recorded)) | {"owner_since": recorded.time.isoformat()}
    before = document or {}
    after = before | told(event, recorded, before)
    if after["decision"] is not None and before["decision"] is None:
        after |= _decided(after, recorded.time)
    if after["decision"] is None:
        after |= {"decided_at": None, "decided": None, "took_s": None}
    now = standing(after)
    return now if now["owner"] == before["owner"] else now | {"owner_since": recorded.time.isoformat()}


def _opened(event: ValidationOpened | ValidationTransferred, recorded: Recorded[Any]) -> Document:
    return OPENED | {
        "case": event.case,
        "teacher": event.teacher,
        "school": event.school,
        "country": event.country,
        "region": event.region,
        "locale": event.locale,
        "contact": event.director_contact.id,
        "opened_at": recorded.time.isoformat(),
        "opened_event": recorded.id,
        "sort": f"{newest_first(recorded.time)}~{event.case}",
        "age": f"{oldest_first(recorded.time)}~{event.case}",
        "decided": None,
    }


def _transferred(event: ValidationTransferred, recorded: Recorded[Any]) -> Document:
    """Valid from the start, by the decision of another case: none was taken here, so none is counted here."""
    until = None if event.until is None else event.until.isoformat()
    went_along = {"transferred_from": event.by, "valid_until": until, "limited_event": recorded.id if until else None}
    return _opened(event, recorded) | {"decision": "validated", "decided_at": recorded.time.isoformat()} | went_along


def _decided(document: Document, at: datetime) -> Document:
    """`decided` puts the latest decision first; `took_s`: whole seconds since the opening (withdrawn: no decision)."""
    ended = {"decided_at": at.isoformat()}
    if document["decision"] not in {"validated", "rejected", "upheld"}:
        return ended | {"decided": None, "took_s": None}
    took = at - datetime.fromisoformat(document["opened_at"])
    return ended | {"decided": f"{newest_first(at)}~{document['case']}", "took_s": int(took.total_seconds())}


CASES = View(
    name="cases",
    version=5,
    keys=keys_of_case,
    fold=fold_case,
    events=get_args(CaseEvent),
    indexes=(
        ("country", "status", "sort"),
        ("country", "region", "status", "sort"),
        ("country", "open", "sort"),
        ("country", "region", "open", "sort"),
        ("country", "queue"),
        ("country", "region", "queue"),
        ("country", "decided"),
        ("country", "region", "decided"),
        ("teacher", "sort"),
        ("country", "reminder_step", "reminder_day"),
        ("country", "silent_step", "silent_day"),
        ("country", "overdue_day"),
        ("country", "certificate_day"),
        ("country", "lapse_day"),
    ),
)
