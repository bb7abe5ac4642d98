"""One document a teacher: the open cases, and the schools that were left; `withdraw` is `due` where both are one."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never, get_args

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    PersonalDataErased,
    ProfileRemoved,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.contracts.validation import (
    RefusalContested,
    RefusalUpheld,
    TeacherRejected,
    TeacherValidated,
    ValidationOpened,
    ValidationReopened,
    ValidationWithdrawn,
)
from shared.views.view import View

Document: TypeAlias = dict[str, Any]
OfCase: TypeAlias = (
    ValidationOpened
    | ValidationReopened
    | RefusalContested
    | TeacherValidated
    | TeacherRejected
    | RefusalUpheld
    | ValidationWithdrawn
)
OfTeacher: TypeAlias = (
    TeacherSchoolChanged | TeacherSchoolAdded | TeacherSchoolLeft | ProfileRemoved | PersonalDataErased
)
TeacherEvent: TypeAlias = OfTeacher | OfCase


def keys_of_teacher(recorded: Recorded[TeacherEvent]) -> Sequence[str]:
    """One document a teacher, or whoever was erased."""
    event = recorded.event
    return (event.person if isinstance(event, PersonalDataErased) else event.teacher,)


def fold_teacher(document: Document | None, recorded: Recorded[TeacherEvent]) -> Document:
    """`left` and `removed` are of the profile's stream, `erased` of the account's, `cases` of each open case's."""
    event = recorded.event
    before = document or {"cases": {}, "left": [], "removed": None, "erased": None}
    after = before | _told(before, event, recorded.id)
    return after | {"withdraw": "due" if any(reason_to_withdraw(after, case) for case in after["cases"]) else None}


def reason_to_withdraw(document: Document, case: str) -> tuple[str, str] | None:
    """Why nobody needs this open case any more, and the event that says so; none: it is needed."""
    school = document["cases"].get(case)
    if school is None:
        return None
    if document["erased"] is not None:
        return ("erased", document["erased"])
    if document["removed"] is not None:
        return ("removed", document["removed"])
    return next((("left_the_school", event) for left, event in document["left"] if left == school), None)


def _told(before: Document, event: TeacherEvent, event_id: str) -> Document:  # noqa: PLR0911 one return an event
    match event:
        case ValidationOpened() | ValidationReopened() | RefusalContested():
            return {"cases": before["cases"] | {event.case: event.school}}
        case TeacherValidated() | TeacherRejected() | RefusalUpheld() | ValidationWithdrawn():
            return {"cases": {case: school for case, school in before["cases"].items() if case != event.case}}
        case TeacherSchoolChanged():
            return {"left": _left(before, event.left, event_id, comes_to=event.school)}
        case TeacherSchoolAdded():
            return {"left": _left(before, None, event_id, comes_to=event.school)}
        case TeacherSchoolLeft():
            return {"left": _left(before, event.school, event_id, comes_to=None)}
        case ProfileRemoved():
            return {"removed": event_id}
        case PersonalDataErased():
            return {"erased": event_id}
        case _:
            assert_never(event)


def _left(before: Document, school: str | None, event_id: str, comes_to: str | None) -> list[list[str]]:
    others = [entry for entry in before["left"] if entry[0] not in {school, comes_to}]
    return others if school is None else [*others, [school, event_id]]


CASES_OF_TEACHERS = View(
    name="cases_of_teachers",
    version=1,
    keys=keys_of_teacher,
    fold=fold_teacher,
    events=get_args(TeacherEvent),
    indexes=(("withdraw",),),
)
