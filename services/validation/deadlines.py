"""What falls due in a case by itself, and the command that it becomes (FAQ L19, practice in Serbia, rules §4.7).

Each is found in a document of a view, is asked with the event that started it and a name of its own, and so happens
once however often, late or doubled it is swept. A sweep that comes late does what is due now, not what it missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from services.validation.commands import (
    EscalateCase,
    ForgetDirectorContact,
    LapseValidation,
    MergeCaseSchool,
    MoveCase,
    RemindDirector,
    RequestCertificate,
    SettleTransfer,
    WithdrawCase,
    WriteToKnownDirector,
)
from services.validation.policies import Rules
from shared.contracts.base import Command, RecordRef

Document: TypeAlias = Mapping[str, Any]
Filter: TypeAlias = dict[str, Any]

LATE = timedelta(days=60)
"""A reminder that is later than this has a dead link, and is not looked for any more."""


@dataclass(frozen=True)
class Due:
    """`cause`: the event of the case that started the clock; `basis`: what of other services it rests on."""

    name: str
    cause: str
    command: Command
    basis: tuple[str, ...] = ()
    policy_version: str | None = None


def searches(country: str, rules: Rules, today: date) -> tuple[Filter, ...]:
    """What a sweep asks the view `cases` for: only what may be due on that day, each by an index of its own."""
    director, validation = rules.director, rules.validation
    of_country: Filter = {"country": country}
    reminders = tuple(
        of_country
        | {
            "reminder_step": f"after_{sent}",
            "reminder_day": {"$gte": _day(today, days, LATE), "$lte": _day(today, days)},
        }
        for sent, days in enumerate(director.reminder_days)
    )
    certificates = (of_country | {"status": "opened"},) if _wants_certificate(rules) else ()
    return (
        *reminders,
        of_country | {"silent_step": "asked", "silent_day": {"$lte": _day(today, director.escalate_after_days)}},
        of_country | {"silent_step": "extended", "silent_day": {"$lte": _day(today)}},
        of_country | {"overdue_day": {"$lte": _day(today, validation.max_days)}},
        of_country | {"certificate_day": {"$lte": _day(today)}},
        of_country | {"lapse_day": {"$lte": _day(today)}},
        *certificates,
    )


def due_in_case(document: Document, rules: Rules, now: datetime, gone: str | None = None) -> Sequence[Due]:
    """What is due now in this case (a document of the view `cases`): a takeover instead of a reminder, not both.

    `gone`: the event by which the teacher has left the school, or is gone altogether."""
    ended = _lapse(document, now, gone)
    if document["owner"] is None:
        return ended
    taken_over = _silence(document, rules, now) or _overdue(document, rules, now) or _no_certificate(document, now)
    if taken_over:
        return (taken_over,)
    if rules.withdrawn_since is not None:  # nobody is validated there any more, and so nobody is asked (rules §4.5)
        return ()
    return (*_reminder(document, rules, now), *_certificate(document, rules, now))


def write_to_known(
    document: Document, contact: Document, rules: Rules, now: datetime, *, is_applicant: bool = False
) -> Sequence[Due]:
    """The school's director is known (`{id, commitment, owner, event, asked}`): the case writes by itself.

    `is_applicant`: the address is the applicant's own; no form that the director signed will do then, either.
    """
    settled = document["decision"] is not None or document["answer"] is not None
    if settled or rules.withdrawn_since is not None:
        return ()
    if _wants_certificate(rules) and not is_applicant:
        return ()
    command = WriteToKnownDirector(
        at=now,
        contact=RecordRef(id=contact["id"], commitment=contact["commitment"]),
        owner=contact["owner"],
        locale=rules.language,
        link_expires=now + rules.director_link,
        asked_before=contact["asked"],
        director_is_applicant=is_applicant,
    )
    name = f"write_to_known_director.{contact['event']}"
    return (Due(name, document["opened_event"], command, (contact["event"],), rules.director_version),)


def forget_director(document: Document, event: str, since: str, now: datetime) -> Sequence[Due]:
    """Whoever directed the school was forgotten, as `event` says: whom the case knew before (`since`) is not there."""
    closed = document["decision"] is not None or document["answer"] is not None
    if closed or document["contact"] is None or (document["asked_at"] or document["opened_at"]) > since:
        return ()
    return (Due(f"forget_director.{event}", document["opened_event"], ForgetDirectorContact(at=now), (event,)),)


def follow_school(document: Document, region: str | None, moved: str, now: datetime) -> Sequence[Due]:
    """The school belongs to `region` now, as the event `moved` says."""
    if document["decision"] is not None or document["region"] == region:
        return ()
    return (Due(f"move_case.{moved}", document["opened_event"], MoveCase(at=now, region=region), (moved,)),)


def follow_merge(document: Document, survivor: Document, because: Sequence[str], now: datetime) -> Sequence[Due]:
    """The case's school is the `survivor` (a document of `cases_of_schools`), as the events `because` say in turn."""
    if document["decision"] is not None or document["school"] == survivor["school"]:
        return ()
    command = MergeCaseSchool(at=now, school=survivor["school"], region=survivor["region"])
    return (Due(f"merge_case_school.{because[0]}", document["opened_event"], command, tuple(because)),)


def settle_transfer(came_by: str, by: str | None, until: str | None, now: datetime) -> Due:
    """The teacher came to another school by the event `came_by`; the validation of the case `by` goes along."""
    command = SettleTransfer(at=now, by=by, until=None if until is None else _moment(until))
    return Due("settle_transfer", came_by, command)


def withdraw(document: Document, reason: str, because: str, now: datetime) -> Sequence[Due]:
    """Nobody needs the decision any more: `left_the_school`, `removed` or `erased`, as the event `because` says."""
    if document["decision"] is not None:
        return ()
    command = WithdrawCase.model_validate({"at": now, "reason": reason})
    return (Due(f"withdraw_case.{because}", document["opened_event"], command, (because,)),)


def _reminder(document: Document, rules: Rules, now: datetime) -> Sequence[Due]:
    if document["reminder_step"] is None or now >= _moment(document["link_expires"]):
        return ()
    asked = _moment(document["asked_at"])
    number = sum(1 for days in rules.director.reminder_days if now >= asked + timedelta(days=days))
    if number <= document["reminders"]:
        return ()
    command = RemindDirector(at=now, attempt=document["attempt"], number=number)
    cause = document["asked_event"]
    return (Due(f"remind_director.{number}", cause, command, policy_version=rules.director_version),)


def _silence(document: Document, rules: Rules, now: datetime) -> Due | None:
    """Since the question, or at the end of the time that the director asked for."""
    if document["silent_day"] is None:
        return None
    patience = timedelta(days=rules.director.escalate_after_days)
    end = _moment(document["link_expires"]) if document["extensions"] else _moment(document["asked_at"]) + patience
    if now < end:
        return None
    command = EscalateCase(at=now, reason="director_silent", attempt=document["attempt"])
    return Due("escalate_silent", document["asked_event"], command, policy_version=rules.director_version)


def _overdue(document: Document, rules: Rules, now: datetime) -> Due | None:
    end = _moment(document["opened_at"]) + timedelta(days=rules.validation.max_days)
    if document["overdue_day"] is None or now < end:
        return None
    command = EscalateCase(at=now, reason="overdue")
    return Due("escalate_overdue", document["opened_event"], command, policy_version=rules.version)


def _no_certificate(document: Document, now: datetime) -> Due | None:
    if document["certificate_day"] is None or now < _moment(document["certificate_due"]):
        return None
    return Due(
        "escalate_without_certificate",
        document["certificate_event"],
        EscalateCase(at=now, reason="certificate_overdue"),
    )


def _certificate(document: Document, rules: Rules, now: datetime) -> Sequence[Due]:
    """Due within the policy's days for the form; where it names none, within those for the whole decision."""
    days = rules.validation.certificate_days or rules.validation.max_days
    if not _wants_certificate(rules) or document["status"] != "opened" or document["escalated"] is not None:
        return ()
    command = RequestCertificate(at=now, due=now + timedelta(days=days))
    return (Due("request_certificate", document["opened_event"], command, policy_version=rules.version),)


def _lapse(document: Document, now: datetime, gone: str | None) -> Sequence[Due]:
    if document["lapse_day"] is None or now < _moment(document["valid_until"]):
        return ()
    command = LapseValidation(at=now, again=gone is None)
    return (Due("lapse_validation", document["limited_event"], command, () if gone is None else (gone,)),)


def _wants_certificate(rules: Rules) -> bool:
    return rules.validation.method == "representative_after_certificate"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(today: date, days: int = 0, late: timedelta = timedelta()) -> str:
    return (today - timedelta(days=days) - late).isoformat()
