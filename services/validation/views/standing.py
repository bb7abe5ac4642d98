"""What follows from what happened in a case: its status, who has to act, its place in the queue, its clocks."""

from typing import Any

from services.validation.policies import owner

Document = dict[str, Any]

_HARD = 1
_STUCK = 2
_DECIDABLE = 3
_TO_BEGIN = 4
_WAITING = 5


def standing(document: Document) -> Document:
    """`document` with `status`, `owner`, `risk`, `queue`, `open` (`yes`, or none) and the days of its deadlines."""
    whose = owner(
        held_by=document["held_by"],
        ended=document["decision"] is not None,
        contested=document["contested"],
        answered=document["answer"] is not None,
        director_awaited=document["director_awaited"],
        certificate_awaited=document["certificate_due"] is not None and document["certificate"] is None,
    )
    now = document | {"status": status(document), "owner": whose}
    risk = _risk(now)
    queue = None if risk is None else f"{risk}~{document['age']}"
    is_open = "yes" if whose else None
    return now | {"risk": risk, "queue": queue, "open": is_open} | _clocks(now)


def status(document: Document) -> str:
    """The one word for where a case stands; who has it is another matter (`held_by`)."""
    told = (
        (document["decision"], document["decision"]),
        (document["contested"], "contested"),
        (document["recommendation"], "reported"),
        (document["answer"], f"director_{document['answer']}"),
        (document["attempt"], "director_asked"),
        (document["certificate"], "certificate_filed"),
        (document["certificate_due"], "certificate_requested"),
        (document["contact_failed"], "contact_failed"),
        (document["reopened"], "reopened"),
    )
    return next((str(word) for is_so, word in told if is_so), "opened")


def _risk(document: Document) -> int | None:
    """1 to 5, the first to be looked at first; none once it has ended.

    1: somebody contests, or the time is over; 2: no way to the director, or the director said no; 3: only the decision
    is missing; 4: nothing was done yet; 5: somebody else has to act.
    """
    if document["owner"] is None:
        return None
    if document["contested"] or document["escalated"] in {"overdue", "certificate_overdue"}:
        return _HARD
    if document["owner"] in {"director", "teacher"}:
        return _WAITING
    stuck = document["escalated"] is not None and document["answer"] is None
    if stuck or document["status"] in {"contact_failed", "director_refused"}:
        return _STUCK
    return _TO_BEGIN if document["status"] == "opened" else _DECIDABLE


def _clocks(document: Document) -> Document:
    """Days (UTC) from which a deadline may count, each only while its deadline is open.

    `reminder_step` and `reminder_day`: which reminder is next, since when the director is asked; `silent_step`
    and `silent_day`: `asked` since then, or `extended` until then; `overdue_day`: the opening; `certificate_day`,
    `lapse_day`: when the form is due, when the validation ends.
    """
    is_open, with_representative = document["decision"] is None, document["held_by"] == "representative"
    asked = is_open and document["answer"] is None and document["attempt"] is not None
    patient = asked and document["extensions"] == 0
    silent = asked and with_representative
    form = is_open and with_representative and document["certificate"] is None and document["answer"] is None
    return {
        "reminder_step": f"after_{document['reminders']}" if patient else None,
        "reminder_day": _day(document["asked_at"]) if patient else None,
        "silent_step": ("asked" if patient else "extended") if silent else None,
        "silent_day": _day(document["asked_at"] if patient else document["link_expires"]) if silent else None,
        "overdue_day": _day(document["opened_at"]) if is_open and with_representative else None,
        "certificate_day": _day(document["certificate_due"]) if form else None,
        "lapse_day": _day(document["valid_until"]) if document["decision"] == "validated" else None,
    }


def _day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]
