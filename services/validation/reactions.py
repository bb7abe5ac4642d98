"""Every consequence that events have in validation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.validation.commands import FailDirectorContact, OpenCase
from shared.contracts.base import Directed, Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import NotificationBounced
from shared.contracts.registration import TeacherRegistered, TeacherSchoolAdded, TeacherSchoolChanged
from shared.contracts.validation import ValidationLapsed

Reaction = Callable[[Recorded[Any]], Sequence[Directed]]


def open_case_of_teacher(recorded: Recorded[TeacherRegistered]) -> Sequence[Directed]:
    """A registered teacher waits for validation (FAQ L19): one case per teacher, school and event that opened it."""
    return _opened(recorded)


def open_case_at_new_school(recorded: Recorded[TeacherSchoolChanged]) -> Sequence[Directed]:
    """Another main school is another staff: its director is asked, seals stay where they were earned (rules §4.1)."""
    return _opened(recorded)


def open_case_at_added_school(recorded: Recorded[TeacherSchoolAdded]) -> Sequence[Directed]:
    """One more school has a case of its own."""
    return _opened(recorded)


def open_case_again(recorded: Recorded[ValidationLapsed]) -> Sequence[Directed]:
    """A validation whose years are over is asked for anew, where the node's policy gives it a term."""
    return _opened(recorded)


def fail_director_contact(recorded: Recorded[NotificationBounced]) -> Sequence[Directed]:
    """The mail with the director's link came back: the attempt came to nothing (rules §4.7)."""
    link = recorded.event.link
    if link is None or link.purpose != "director_answer":
        return ()
    case = link.stream.removeprefix("case-")
    command = FailDirectorContact(at=recorded.time, attempt=link.attempt, reason=recorded.event.reason)
    return (Directed(case, command),)


def _opened(recorded: Recorded[Any]) -> Sequence[Directed]:
    event = recorded.event
    case = derived_id(event.teacher, event.school, recorded.id)
    command = OpenCase.model_validate(
        {
            "at": recorded.time,
            "case": case,
            "teacher": event.teacher,
            "school": event.school,
            "country": event.country,
            "region": event.region,
            "locale": event.locale,
            "director_contact": event.director_contact,
            "role": event.role,
        }
    )
    return (Directed(case, command),)


REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    TeacherRegistered: (open_case_of_teacher,),
    TeacherSchoolChanged: (open_case_at_new_school,),
    TeacherSchoolAdded: (open_case_at_added_school,),
    ValidationLapsed: (open_case_again,),
    NotificationBounced: (fail_director_contact,),
}
