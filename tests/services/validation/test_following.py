"""What open cases have to follow: the school's director and region, the teacher's coming and going. Without I/O."""

from typing import Any

import pytest
from hypothesis import given as every

from services.validation.views import (
    CASES_OF_SCHOOLS,
    CASES_OF_TEACHERS,
    known_contact,
    no_longer_there,
    reason_to_withdraw,
)
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    PersonalDataErased,
    ProfileRemoved,
    SchoolMoved,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.views.view import Document, View
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.recorded import START, story
from tests.services.validation.happened import (
    CASE_ID,
    CONTACT,
    KNOWN,
    NOW,
    SCHOOL,
    SUCCESSOR,
    TEACHER_ID,
    approved,
    asked,
    certificate_requested,
    contact_updated,
    contacted,
    director_forgotten,
    escalated,
    failed,
    moved,
    opened,
    rejected,
    reopened,
    validated,
    withdrawn,
)

STREAM, OF_SCHOOL, OF_PROFILE = f"case-{CASE_ID}", f"school-{SCHOOL}", f"profile-{TEACHER_ID}"
OTHER_CASE = derived_id("another case")


def made(view: View, key: str, *streams: list[Recorded[Event]]) -> dict[str, Any]:
    found = Document(key)
    for one in (one for stream in streams for one in stream):
        if key in view.concerns(one):
            found.fold(view, one)
    assert found.fields is not None
    return found.fields


def school(*streams: list[Recorded[Event]]) -> dict[str, Any]:
    return made(CASES_OF_SCHOOLS, SCHOOL, *streams)


def contact_of(found: dict[str, Any], case: str = CASE_ID) -> str | None:
    contact = known_contact(found, case)
    return None if contact is None else str(contact["id"])


def later(stream: str, *events: Event) -> list[Recorded[Event]]:
    """The same, after everything that other streams tell."""
    nothing = [opened()] * 20
    return story(stream, *nothing, *events)[len(nothing) :]


def test_a_new_case_of_a_school_whose_director_is_known_is_due() -> None:
    assert school(story(STREAM, opened()))["write"] is None
    found = school(story(OF_SCHOOL, contact_updated()), story(STREAM, opened()))
    assert (found["write"], contact_of(found)) == ("due", KNOWN.id)


def test_a_case_that_has_written_there_is_not() -> None:
    found = school(later(OF_SCHOOL, contact_updated()), story(STREAM, opened(), contacted(KNOWN)))
    assert (found["write"], contact_of(found)) == (None, None)


def test_a_newer_address_in_the_schools_profile_is_due_for_a_case_that_asked_elsewhere() -> None:
    found = school(story(STREAM, opened(), *asked()), later(OF_SCHOOL, contact_updated()))
    assert (found["write"], contact_of(found)) == ("due", KNOWN.id)
    older = school(story(OF_SCHOOL, contact_updated()), later(STREAM, opened(), *asked()))
    assert older["write"] is None


def _of_other(*events: Event) -> list[Event]:
    return [event.model_copy(update={"case": OTHER_CASE}) for event in events]


def other_case(*events: Event) -> list[Recorded[Event]]:
    return story(f"case-{OTHER_CASE}", *_of_other(*events))


def test_what_was_vouched_for_in_one_case_serves_those_that_asked_nobody_and_disturbs_no_other() -> None:
    vouched = other_case(opened(), *asked(KNOWN, owner="validation"))
    waiting = school(vouched, story(STREAM, opened()))
    assert contact_of(waiting) == KNOWN.id
    assert known_contact(waiting, CASE_ID) is not None
    assert known_contact(waiting, CASE_ID)["owner"] == "validation"  # type: ignore[index]
    busy = school(story(STREAM, opened(), *asked()), vouched)
    assert busy["write"] is None


@pytest.mark.parametrize("reason", ["mailbox_unavailable", "not_the_director"])
def test_a_contact_that_failed_in_one_case_is_not_asked_again_by_the_next_teachers(reason: str) -> None:
    """Whether a case vouched for it, or the school's profile names it: by itself, or as what was vouched for."""
    lost = failed(reason, KNOWN)
    vouched = other_case(opened(), *asked(KNOWN), lost)
    known = story(OF_SCHOOL, contact_updated())
    echo = later(OF_SCHOOL, contact_updated())
    for told in ((vouched,), (vouched, echo), (known, other_case(opened(), contacted(KNOWN), lost))):
        found = school(*told, story(STREAM, opened()))
        assert (found["write"], contact_of(found)) == (None, None)


def test_a_contact_that_the_profile_names_after_one_failed_is_known() -> None:
    lost = other_case(opened(), *asked(KNOWN), failed(contact=KNOWN))
    named = later(OF_SCHOOL, contact_updated(SUCCESSOR))
    assert contact_of(school(lost, named, story(STREAM, opened()))) == SUCCESSOR.id
    again = other_case(opened(), *asked(KNOWN), failed(contact=KNOWN), *asked(KNOWN, 2))
    assert contact_of(school(again, story(STREAM, opened()))) == KNOWN.id


def test_whom_another_case_found_to_be_the_director_no_more_is_left_for_who_is_known_since() -> None:
    """The old link dies, though the new contact was vouched for in another case (rules §4.7)."""
    asks, lost = story(STREAM, opened(), *asked(KNOWN)), [opened(), contacted(KNOWN), failed("not_the_director", KNOWN)]
    assert school(asks, later(f"case-{OTHER_CASE}", *_of_other(*lost)))["write"] is None
    since = later(f"case-{OTHER_CASE}", *_of_other(*lost, *asked(SUCCESSOR, 2, "validation")))
    found = known_contact(school(asks, since), CASE_ID)
    assert found is not None
    assert (found["id"], found["asked"]) == (SUCCESSOR.id, KNOWN.id)


def test_a_case_whose_own_contact_failed_writes_to_whom_another_case_vouched_for_since() -> None:
    lost = story(STREAM, opened(), *asked(), failed())
    assert school(lost)["write"] is None
    vouched = later(f"case-{OTHER_CASE}", *_of_other(opened(), *asked(SUCCESSOR, owner="validation")))
    assert contact_of(school(lost, vouched)) == SUCCESSOR.id


def test_the_profile_that_takes_a_vouched_contact_over_disturbs_nobody_and_keeps_its_owner() -> None:
    vouched = other_case(opened(), *asked(KNOWN, owner="validation"))
    echo = later(OF_SCHOOL, contact_updated(KNOWN, owner="validation"))
    assert school(story(STREAM, opened(), *asked()), vouched, echo)["write"] is None
    for told in ((vouched, echo), (echo,)):
        waiting = known_contact(school(*told, story(STREAM, opened())), CASE_ID)
        assert waiting is not None
        assert waiting["owner"] == "validation"


@pytest.mark.parametrize(
    "since",
    [escalated("applicant_is_director"), certificate_requested(), validated(), rejected(), withdrawn()],
)
def test_some_cases_never_write_by_themselves(since: Event) -> None:
    assert school(story(OF_SCHOOL, contact_updated()), story(STREAM, opened(), since))["write"] is None


def test_a_case_whose_applicant_is_found_to_be_the_director_follows_nobody() -> None:
    found = school(
        story(STREAM, opened(), *asked(), escalated("applicant_is_director")), later(OF_SCHOOL, contact_updated())
    )
    assert (found["write"], contact_of(found)) == (None, None)


def test_cases_that_know_a_forgotten_director_are_due_until_they_ask_somebody_else() -> None:
    gone = later(OF_SCHOOL, director_forgotten())
    for told in (
        story(STREAM, opened()),
        story(STREAM, opened(), *asked()),
        story(STREAM, opened(), rejected(), reopened()),
    ):
        found = school(told, gone)
        assert (found["forget"], found["forgotten"]["event"]) == ("due", gone[0].id)
        assert found["director"] == director_forgotten().director
    assert school(story(STREAM, opened(), validated()), gone)["forget"] is None
    assert school(story(OF_SCHOOL, director_forgotten()), later(STREAM, opened()))["forget"] is None
    assert school(story(OF_SCHOOL, director_forgotten()), later(STREAM, opened(), *asked()))["forget"] is None


def test_whoever_was_forgotten_is_written_to_by_no_case_that_comes_later() -> None:
    known = other_case(opened(), *asked(KNOWN)), story(OF_SCHOOL, contact_updated())
    gone = later(OF_SCHOOL, director_forgotten())
    fresh = later(STREAM, opened())
    assert contact_of(school(*known, fresh)) == KNOWN.id
    assert contact_of(school(*known, gone, fresh)) is None


def test_a_silent_directors_case_still_follows_a_new_address() -> None:
    found = school(story(STREAM, opened(), *asked(), escalated()), later(OF_SCHOOL, contact_updated()))
    assert found["write"] == "due"


def test_after_a_refusal_the_national_support_service_writes_not_the_case() -> None:
    found = school(story(OF_SCHOOL, contact_updated()), story(STREAM, opened(), rejected(), reopened()))
    assert found["write"] is None
    asks = story(STREAM, opened(), *asked(), rejected(), reopened(), contacted(number=2))
    assert contact_of(school(asks, later(OF_SCHOOL, contact_updated()))) == KNOWN.id


def school_moved() -> SchoolMoved:
    return SchoolMoved(school=SCHOOL, country="ES", region="Galicia", from_region="Madrid")


def test_open_cases_follow_a_school_that_moved() -> None:
    gone = story(OF_SCHOOL, school_moved())
    assert school(gone, story(STREAM, opened()))["move"] == "due"
    assert school(gone, story(STREAM, opened(), moved()))["move"] is None
    assert school(gone, story(STREAM, opened(), rejected()))["move"] is None
    assert school(story(STREAM, opened()))["move"] is None


def teacher(*streams: list[Recorded[Event]]) -> dict[str, Any]:
    return made(CASES_OF_TEACHERS, TEACHER_ID, *streams)


def to_school(kind: type[TeacherSchoolAdded | TeacherSchoolChanged], school: str, **more: str) -> Event:
    fields = opened().model_dump(exclude={"case"}) | {"role": "teacher", "school": school}
    return kind.model_validate(fields | more)


CHANGED = to_school(TeacherSchoolChanged, "another", left=SCHOOL)
LEFT = TeacherSchoolLeft(teacher=TEACHER_ID, country="ES", school=SCHOOL)
REMOVED = ProfileRemoved(teacher=TEACHER_ID, last_access=NOW)
ERASED = PersonalDataErased(person=TEACHER_ID, reason="asked")


@pytest.mark.parametrize(
    ("stream", "event", "reason"),
    [
        (OF_PROFILE, CHANGED, "left_the_school"),
        (OF_PROFILE, LEFT, "left_the_school"),
        (OF_PROFILE, REMOVED, "removed"),
        (f"teacher-{TEACHER_ID}", ERASED, "erased"),
    ],
)
def test_nobody_needs_the_open_case_of_a_teacher_who_is_gone(stream: str, event: Event, reason: str) -> None:
    (gone,) = story(stream, event)
    found = teacher([gone], story(STREAM, opened()))
    assert (found["withdraw"], reason_to_withdraw(found, CASE_ID)) == ("due", (reason, gone.id))
    assert teacher([gone], story(STREAM, opened(), withdrawn()))["withdraw"] is None
    assert teacher([gone], story(STREAM, opened(), validated()))["withdraw"] is None


@pytest.mark.parametrize(
    ("stream", "event"),
    [(OF_PROFILE, CHANGED), (OF_PROFILE, LEFT), (OF_PROFILE, REMOVED), (f"teacher-{TEACHER_ID}", ERASED)],
)
def test_who_is_gone_is_known_where_a_validation_holds(stream: str, event: Event) -> None:
    (gone,) = story(stream, event)
    assert no_longer_there(teacher([gone], story(STREAM, opened(), validated())), CASE_ID) == gone.id
    assert no_longer_there(teacher(story(STREAM, opened(), validated())), CASE_ID) is None
    assert no_longer_there(teacher([gone], story(STREAM, opened())), CASE_ID) is None


def test_a_teacher_who_comes_back_or_leaves_another_school_keeps_the_case() -> None:
    back = story(OF_PROFILE, LEFT, to_school(TeacherSchoolAdded, SCHOOL))
    assert teacher(back, story(STREAM, opened()))["withdraw"] is None
    elsewhere = story(OF_PROFILE, LEFT.model_copy(update={"school": "another"}))
    found = teacher(elsewhere, story(STREAM, opened()))
    assert (found["withdraw"], reason_to_withdraw(found, CASE_ID)) == (None, None)


def streams() -> list[list[Recorded[Event]]]:
    return [
        story(STREAM, opened(), *asked(), approved(), rejected(), reopened(), validated()),
        other_case(opened(), *asked(SUCCESSOR, owner="validation"), failed(contact=SUCCESSOR), moved()),
        story(OF_SCHOOL, contact_updated(), school_moved(), director_forgotten(), contact_updated(CONTACT)),
        story(OF_PROFILE, CHANGED, to_school(TeacherSchoolAdded, SCHOOL), LEFT, REMOVED),
        story(f"teacher-{TEACHER_ID}", ERASED),
    ]


@every(interleaved(streams()))
def test_they_do_not_depend_on_the_order_of_streams(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents((CASES_OF_SCHOOLS, CASES_OF_TEACHERS), arrived, streams())


def test_a_school_remembers_only_so_many_vouched_contacts() -> None:
    events = [asked(RecordRef(id=f"director-{n}", commitment="a" * 64), n)[1] for n in range(60)]
    found = school(story(STREAM, opened(), *events))
    assert len(found["vouched"]) == 50
    assert found["vouched"][0]["at"] > START.isoformat()
    assert found["vouched"][0]["id"] == "director-59"
