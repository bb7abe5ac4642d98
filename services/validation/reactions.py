"""Every consequence that events have in validation."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from services.validation.commands import FailDirectorContact, OpenCase
from shared.contracts.base import Directed, Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import NotificationBounced
from shared.contracts.registration import TeacherRegistered, TeacherSchoolAdded, TeacherSchoolChanged
from shared.contracts.validation import ValidationLapsed

Reaction = Callable[[Recorded[Any]], Sequence[Directed]]
Again = Callable[[str, date], bool]
"""Whether a country's policy of a day validates again at another school: the nodes' data, the same for ever."""


def open_case_of_teacher(recorded: Recorded[TeacherRegistered]) -> Sequence[Directed]:
    """A registered teacher waits for validation (FAQ L19): one case per teacher, school and event that opened it."""
    return _opened(recorded)


def open_case_again(recorded: Recorded[ValidationLapsed]) -> Sequence[Directed]:
    """A validation whose years are over is asked for anew, where the node's policy gives it a term; not of who has left
    the school, or is gone."""
    return _opened(recorded) if recorded.event.again else ()


def fail_director_contact(recorded: Recorded[NotificationBounced]) -> Sequence[Directed]:
    """The mail with the director's link came back: the attempt came to nothing (rules §4.7)."""
    link = recorded.event.link
    if link is None or link.purpose != "director_answer":
        return ()
    case = link.stream.removeprefix("case-")
    command = FailDirectorContact(at=recorded.time, attempt=link.attempt, reason=recorded.event.reason)
    return (Directed(case, command),)


def _at_other_schools(again: Again) -> tuple[Reaction, Reaction]:
    """What follows under the policy of the day on which the teacher came: a new case, or a transfer to settle."""

    def open_case_at_new_school(recorded: Recorded[TeacherSchoolChanged]) -> Sequence[Directed]:
        """Another main school is another staff: its director is asked, seals stay where they were earned (§4.1)."""
        return _opened(recorded) if _again(recorded) else _transferred(recorded, recorded.event.left)

    def open_case_at_added_school(recorded: Recorded[TeacherSchoolAdded]) -> Sequence[Directed]:
        """One more school has a case of its own."""
        return _opened(recorded) if _again(recorded) else _transferred(recorded, None)

    def _again(recorded: Recorded[Any]) -> bool:
        """Of a head teacher nobody has said so before: the school authority is asked in any case (rules §4.8)."""
        return recorded.event.role == "head_teacher" or again(recorded.event.country, recorded.time.date())

    return open_case_at_new_school, open_case_at_added_school


def _transferred(recorded: Recorded[Any], left: str | None) -> Sequence[Directed]:
    """Whether there is a validation that goes along, no event tells: the sweep finds it out."""
    return _opened(recorded, again=False, left=left, came_by=recorded.id)


def _opened(recorded: Recorded[Any], **more: Any) -> Sequence[Directed]:
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
            **more,
        }
    )
    return (Directed(case, command),)


def reactions(again: Again) -> Mapping[type[Event], Sequence[Reaction]]:
    """The table. `again`: what the policies of the nodes say."""
    at_new_school, at_added_school = _at_other_schools(again)
    return {
        TeacherRegistered: (open_case_of_teacher,),
        TeacherSchoolChanged: (at_new_school,),
        TeacherSchoolAdded: (at_added_school,),
        ValidationLapsed: (open_case_again,),
        NotificationBounced: (fail_director_contact,),
    }
