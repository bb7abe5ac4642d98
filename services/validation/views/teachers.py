"""One document a teacher: open cases, validations that hold, transfers to settle, and the schools that were left.

`withdraw` is `due` where an open case is of a school that was left, `transfer` while there is one to settle.
"""

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
    CaseSchoolMerged,
    RefusalContested,
    RefusalUpheld,
    TeacherRejected,
    TeacherValidated,
    TransferNoted,
    ValidationLapsed,
    ValidationOpened,
    ValidationReopened,
    ValidationTransferred,
    ValidationWithdrawn,
    ValidityLimited,
)
from shared.views.view import View

Document: TypeAlias = dict[str, Any]
Beginning: TypeAlias = TransferNoted | ValidationOpened | ValidationTransferred
Validity: TypeAlias = TeacherValidated | ValidityLimited | ValidationLapsed
OfCase: TypeAlias = (
    Beginning
    | Validity
    | CaseSchoolMerged
    | ValidationReopened
    | RefusalContested
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
    """`left` and `removed` are of the profile's stream, `erased` of the account's, all else of one case's each.

    `cases`: each open one's school; `valid`: each validation that holds; `noted`: each transfer to settle. A case that
    moved to the school that its own turned out to be (`merged`) stays that of the school in the profile.
    """
    event = recorded.event
    empty: Document = {"cases": {}, "valid": {}, "noted": {}, "merged": {}}
    before = document or empty | {"left": [], "removed": None, "erased": None}
    after = before | _told(before, event, recorded)
    gone = any(reason_to_withdraw(after, case) for case in after["cases"])
    return after | {"withdraw": "due" if gone else None, "transfer": "due" if after["noted"] else None}


def reason_to_withdraw(document: Document, case: str) -> tuple[str, str] | None:
    """Why nobody needs this open case any more, and the event that says so; none: it is needed."""
    school = document["cases"].get(case)
    return None if school is None else _gone_from(document, school)


def no_longer_there(document: Document, case: str) -> str | None:
    """The event by which the teacher of a validation that holds has left its school, or is gone."""
    valid = document["valid"].get(case)
    gone = None if valid is None else _gone_from(document, valid["school"])
    return None if gone is None else gone[1]


def _gone_from(document: Document, school: str) -> tuple[str, str] | None:
    if document["erased"] is not None:
        return ("erased", document["erased"])
    if document["removed"] is not None:
        return ("removed", document["removed"])
    return next((("left_the_school", event) for left, event in document["left"] if left == school), None)


def transfer_to_settle(document: Document) -> tuple[str, str | None, str | None] | None:
    """A case to settle, the case of the validation that goes along, and its end; none of both: a case opens.

    The one that was noted first, for a later one may go by what this one comes to. A validation goes along within its
    country, from a school where the teacher works, or that was left for this one; the latest counts.
    """
    if not document["noted"]:
        return None
    case, noted = min(document["noted"].items(), key=lambda one: (one[1]["at"], one[0]))
    elsewhere = {school for school, event in document["left"] if event != noted["came_by"]}
    held = [
        (one["at"], by, one["until"])
        for by, one in document["valid"].items()
        if one["country"] == noted["country"] and one["school"] not in elsewhere
    ]
    _, by, until = max(held, default=(None, None, None), key=lambda one: one[:2])
    return case, by, until


def _told(before: Document, event: TeacherEvent, recorded: Recorded[Any]) -> Document:
    match event:
        case TransferNoted() | ValidationOpened() | ValidationTransferred():
            return _begun(before, event, recorded)
        case TeacherValidated() | ValidityLimited() | ValidationLapsed():
            return _valid(before, event, recorded)
        case ValidationReopened() | RefusalContested():
            school = before["merged"].get(event.case, event.school)
            return {"cases": before["cases"] | {event.case: school}}
        case CaseSchoolMerged():
            at_first = before["merged"].get(event.case, event.from_school)
            return {"merged": before["merged"] | {event.case: at_first}}
        case TeacherRejected() | RefusalUpheld() | ValidationWithdrawn():
            return {"cases": _without(before["cases"], event.case)}
        case _:
            return _of_teacher(before, event, recorded.id)


def _begun(before: Document, event: Beginning, recorded: Recorded[Any]) -> Document:
    settled = {"noted": _without(before["noted"], event.case)}
    match event:
        case TransferNoted():
            noted = {"came_by": event.came_by, "country": event.country, "at": recorded.time.isoformat()}
            return {"noted": before["noted"] | {event.case: noted}}
        case ValidationOpened():
            return settled | {"cases": before["cases"] | {event.case: event.school}}
        case ValidationTransferred():
            until = None if event.until is None else event.until.isoformat()
            return settled | {"valid": before["valid"] | {event.case: _validity(event.school, event, until, recorded)}}
        case _:
            assert_never(event)


def _valid(before: Document, event: Validity, recorded: Recorded[Any]) -> Document:
    valid = before["valid"]
    match event:
        case TeacherValidated():
            school = before["merged"].get(event.case, event.school)
            validity = _validity(school, event, None, recorded)
            return {"cases": _without(before["cases"], event.case), "valid": valid | {event.case: validity}}
        case ValidityLimited():
            limited = valid[event.case] | {"until": event.until.isoformat()}
            return {"valid": valid | {event.case: limited}}
        case ValidationLapsed():
            return {"valid": _without(valid, event.case)}
        case _:
            assert_never(event)


def _validity(
    school: str, event: TeacherValidated | ValidationTransferred, until: str | None, recorded: Recorded[Any]
) -> Document:
    return {"school": school, "country": event.country, "until": until, "at": recorded.time.isoformat()}


def _without(parts: Document, case: str) -> Document:
    return {one: part for one, part in parts.items() if one != case}


def _of_teacher(before: Document, event: OfTeacher, event_id: str) -> Document:
    match event:
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
    version=2,
    keys=keys_of_teacher,
    fold=fold_teacher,
    events=get_args(TeacherEvent),
    indexes=(("withdraw",), ("transfer",)),
)
