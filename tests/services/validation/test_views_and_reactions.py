"""What validation reads and what follows from events, without I/O."""

from typing import Any

from hypothesis import given as every

from services.validation.commands import OpenCase
from services.validation.reactions import REACTIONS
from services.validation.views import APPLICANTS, CASES, VIEWS, fold_case, newest_first
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.registration import TeacherRegistered
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.recorded import START, recorded, story
from tests.services.validation.happened import (
    ATTEMPT,
    CASE_ID,
    CONTACT,
    EXPIRES,
    SCHOOL,
    TEACHER_ID,
    approved,
    asked,
    opened,
    refused,
    rejected,
    validated,
)

STREAM = f"case-{CASE_ID}"


def registered(teacher: str = TEACHER_ID) -> TeacherRegistered:
    return TeacherRegistered(
        teacher=teacher,
        country="ES",
        region="Madrid",
        school=SCHOOL,
        role="teacher",
        locale="es",
        name=RecordRef(id=f"name-{teacher}", commitment="a" * 64),
        email=RecordRef(id=f"email-{teacher}", commitment="b" * 64),
        director_contact=CONTACT,
    )


def document(*events: Event) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    for one in story(STREAM, *events):
        found = fold_case(found, one)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_registered_teacher_gets_a_case_of_their_own() -> None:
    cause = recorded(registered(), f"teacher-{TEACHER_ID}", 3)
    (reaction,) = REACTIONS[TeacherRegistered]
    ((identifier, command),) = reaction(cause)
    assert identifier == derived_id(TEACHER_ID, SCHOOL, cause.id)
    assert command == OpenCase(
        at=cause.time,
        case=identifier,
        teacher=TEACHER_ID,
        school=SCHOOL,
        country="ES",
        region="Madrid",
        locale="es",
        director_contact=CONTACT,
    )


def test_the_same_fact_opens_the_same_case_and_another_fact_another() -> None:
    (reaction,) = REACTIONS[TeacherRegistered]
    cause = recorded(registered(), f"teacher-{TEACHER_ID}", 3)
    later = recorded(registered(), f"teacher-{TEACHER_ID}", 4)
    assert reaction(cause) == reaction(cause)
    assert reaction(cause)[0].identifier != reaction(later)[0].identifier


def test_a_case_is_followed_from_its_opening_to_its_end() -> None:
    assert document(opened())["status"] == "opened"
    waiting = document(opened(), *asked())
    assert (waiting["status"], waiting["attempt"]) == ("director_asked", ATTEMPT)
    assert waiting["link_expires"] == EXPIRES.isoformat()
    assert document(opened(), *asked(), approved())["status"] == "director_approved"
    assert document(opened(), *asked(), refused())["director_reason"] == "not_on_staff"
    ended = document(opened(), *asked(), approved(), validated())
    assert (ended["status"], ended["answer"]) == ("validated", "approved")


def test_an_answer_after_the_end_moves_nothing() -> None:
    late = document(opened(), *asked(), rejected(), approved())
    assert (late["status"], late["answer"], late["reason"]) == ("rejected", "approved", "no_such_teacher")


def test_the_directors_reason_and_the_decisions_are_two() -> None:
    late = document(opened(), *asked(), rejected(), refused())
    assert (late["status"], late["reason"], late["director_reason"]) == ("rejected", "no_such_teacher", "not_on_staff")


def test_newer_cases_sort_first() -> None:
    assert newest_first(START) > newest_first(EXPIRES)


def streams() -> list[list[Recorded[Event]]]:
    other = derived_id("other case")
    elsewhere = [opened(), *asked(), refused(), rejected()]
    return [
        story(STREAM, opened(), *asked(), approved(), validated()),
        story(f"case-{other}", *(event.model_copy(update={"case": other}) for event in elsewhere)),
        story("teacher-1", registered("t-1")),
        story("teacher-2", registered("t-2")),
    ]


@every(interleaved(streams()))
def test_views_do_not_depend_on_the_order_of_streams(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())


def test_every_document_is_made() -> None:
    assert folded(CASES, in_turn(streams())).keys() == {CASE_ID, derived_id("other case")}
    assert folded(APPLICANTS, in_turn(streams())).keys() == {"t-1", "t-2"}
