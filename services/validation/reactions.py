"""Every consequence that events have in validation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.validation.commands import OpenCase
from shared.contracts.base import Directed, Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.registration import TeacherRegistered


def open_case_of_teacher(recorded: Recorded[TeacherRegistered]) -> Sequence[Directed]:
    """A registered teacher waits for validation (FAQ L19): one case per teacher, school and event that opened it."""
    event = recorded.event
    case = derived_id(event.teacher, event.school, recorded.id)
    command = OpenCase(
        at=recorded.time,
        case=case,
        teacher=event.teacher,
        school=event.school,
        country=event.country,
        region=event.region,
        locale=event.locale,
        director_contact=event.director_contact,
    )
    return (Directed(case, command),)


REACTIONS: Mapping[type[Event], Sequence[Callable[[Recorded[Any]], Sequence[Directed]]]] = {
    TeacherRegistered: (open_case_of_teacher,),
}
