"""Mails about validation cases: opened, decided, contested (FAQ L19-20)."""

from collections.abc import Sequence
from typing import Any

from services.notifications.reactions.queueing import national_support, queue, representative
from shared.contracts import validation
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import Recipient, ToOffice, ToPerson


def tell_representative_of_case(recorded: Recorded[validation.ValidationOpened]) -> Sequence[Directed]:
    """A new case for whoever represents the school's region (FAQ L19)."""
    return (_about(recorded, "case_opened", representative(recorded.event)),)


def tell_service_of_escalation(recorded: Recorded[validation.CaseEscalated]) -> Sequence[Directed]:
    """The director is silent, or is the applicant: the national support service has the case (rules §4.8)."""
    event = recorded.event
    return (_about(recorded, "case_escalated", national_support(event.country), reason=event.reason),)


def tell_teacher_of_takeover(recorded: Recorded[validation.CaseEscalated]) -> Sequence[Directed]:
    """The teacher learns who has the case now, which else would change behind their back."""
    event = recorded.event
    return (_about(recorded, "case_taken_over", ToPerson(person=event.teacher), reason=event.reason),)


def tell_service_of_report(recorded: Recorded[validation.TeacherReported]) -> Sequence[Directed]:
    """The representative reports, the national support service decides (practice in Spain)."""
    event = recorded.event
    to = national_support(event.country)
    return (_about(recorded, "teacher_reported", to, recommendation=event.recommendation),)


def tell_teacher_validated(recorded: Recorded[validation.TeacherValidated]) -> Sequence[Directed]:
    """From now on the teacher may found projects (FAQ L20)."""
    return (queue(recorded, "teacher_validated", ToPerson(person=recorded.event.teacher)),)


def tell_teacher_rejected(recorded: Recorded[validation.TeacherRejected]) -> Sequence[Directed]:
    """The reason, and the way to contest it."""
    event = recorded.event
    return (_about(recorded, "teacher_rejected", ToPerson(person=event.teacher), reason=event.reason),)


def tell_representative_of_refusal(recorded: Recorded[validation.TeacherRejected]) -> Sequence[Directed]:
    """What the national support service refused, the representative of the place learns (rules §3)."""
    event = recorded.event
    if event.country is None or event.office != "national_support":
        return ()
    to = ToOffice(kind="representative", country=event.country, region=event.region)
    return (_about(recorded, "case_refused_by_service", to),)


def tell_service_of_contest(recorded: Recorded[validation.RefusalContested]) -> Sequence[Directed]:
    """The one second look, by another officer."""
    return (_about(recorded, "refusal_contested", national_support(recorded.event.country)),)


def tell_teacher_refusal_upheld(recorded: Recorded[validation.RefusalUpheld]) -> Sequence[Directed]:
    """The second look came to the same: final."""
    event = recorded.event
    return (_about(recorded, "refusal_upheld", ToPerson(person=event.teacher), reason=event.reason),)


def tell_teacher_reopened(recorded: Recorded[validation.ValidationReopened]) -> Sequence[Directed]:
    """A refused case is looked at again."""
    return (_about(recorded, "validation_reopened", ToPerson(person=recorded.event.teacher)),)


def tell_teacher_lapsed(recorded: Recorded[validation.ValidationLapsed]) -> Sequence[Directed]:
    """The validation's time is over: the director is asked again, unless the teacher has left the school."""
    event = recorded.event
    if not event.again:
        return ()
    return (queue(recorded, "validation_lapsed", ToPerson(person=event.teacher), locale=event.locale),)


def _about(recorded: Recorded[Any], template: str, to: Recipient, **params: str) -> Directed:
    return queue(recorded, template, to, params={"case": recorded.event.case, **params})
