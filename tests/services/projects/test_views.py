"""What projects read, without I/O."""

from typing import Any

import orjson
from hypothesis import given as every

from services.projects.views import TEACHERS, VIEWS, current_validation, fold_project, fold_teacher
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded, encode
from shared.contracts.projects import Member
from shared.contracts.registration import (
    MainSchoolChosen,
    PersonalDataErased,
    ProfileOpened,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.contracts.validation import TeacherValidated, ValidationLapsed, ValidationOpened, ValidationTransferred
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.projects.happened import (
    ANA,
    EVA,
    LUC,
    PIA,
    PROJECT_ID,
    RUNNING,
    TITLE,
    WAITING,
    accepted,
    declined,
    invited,
    joined,
    proposed,
    rejected,
)
from tests.services.recorded import CODEC, recorded, story


def validated(member: Member, case: str) -> TeacherValidated:
    return TeacherValidated(
        case=case, teacher=member.teacher, school=member.school, country=member.country, region=None
    )


def document(*events: Event) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    for one in story(f"project-{PROJECT_ID}", *events):
        found = fold_project(found, one)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_project_is_followed_from_its_proposal_on() -> None:
    first = document(proposed())
    assert (first["status"], first["title"], first["members"]) == ("proposed", TITLE.id, [])
    assert first["participants"] == [ANA.teacher, LUC.teacher]
    assert document(proposed(), declined())["status"] == "declined"
    assert document(*WAITING)["founding_countries"] == ["ES", "FR"]
    assert document(*WAITING, rejected("FR"))["rejected_by"] == "FR"


def test_a_running_project_has_its_founders_and_then_its_partners() -> None:
    running = document(*RUNNING, invited())
    assert [member["teacher"] for member in running["members"]] == [ANA.teacher, LUC.teacher]
    assert PIA.teacher in running["participants"]
    grown = document(*RUNNING, invited(), joined())
    assert [member["teacher"] for member in grown["members"]] == [ANA.teacher, LUC.teacher, PIA.teacher]
    assert grown["participants"].count(PIA.teacher) == 1
    assert grown["founding_countries"] == ["ES", "FR"]


def teacher_document(*arrived: Recorded[Event]) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    for one in arrived:
        found = fold_teacher(found, one)  # type: ignore[arg-type]
    assert found is not None
    return found


def current(*arrived: Recorded[Event]) -> str | None:
    """The school at which the teacher is validated now."""
    found = current_validation(teacher_document(*arrived))
    return None if found is None else str(found["school"])


def test_a_teacher_of_whose_profile_nothing_is_known_is_where_the_latest_validation_says() -> None:
    moved = ANA.model_copy(update={"school": derived_id("paris"), "country": "FR"})
    earlier = recorded(validated(ANA, "case-1"), "case-1", 4)
    later = recorded(validated(moved, "case-2"), "case-2", 9)
    for order in ((earlier, later), (later, earlier)):
        found = current_validation(teacher_document(*order))
        assert found is not None
        assert (found["event"], found["country"]) == (later.id, "FR")


PARIS = ANA.model_copy(update={"school": derived_id("paris"), "country": "FR"})
OPENED = ProfileOpened(teacher=ANA.teacher, country="ES", region=None, school=ANA.school, role="teacher")
AT: dict[str, Any] = {
    "teacher": ANA.teacher, "region": None, "role": "teacher", "locale": "es", "director_contact": TITLE,
}  # fmt: skip
CHANGED = TeacherSchoolChanged(**AT, country="FR", school=PARIS.school, left=ANA.school)
ADDED = TeacherSchoolAdded(**AT, country="FR", school=PARIS.school)
ADDED_AGAIN = TeacherSchoolAdded(**AT, country="ES", school=ANA.school)
CHOSEN = MainSchoolChosen(teacher=ANA.teacher, country="FR", region=None, school=PARIS.school)
LEFT = TeacherSchoolLeft(teacher=ANA.teacher, country="ES", school=ANA.school)
LEFT_PARIS = TeacherSchoolLeft(teacher=ANA.teacher, country="FR", school=PARIS.school)
REGISTERED = derived_id("registered")


def caused(one: Recorded[Event], cause: str) -> Recorded[Event]:
    return CODEC.decode(encode(one.envelope.model_copy(update={"causationid": cause})))


def profile(*events: Event) -> list[Recorded[Event]]:
    first, *rest = story(f"profile-{ANA.teacher}", *events)
    return [caused(first, REGISTERED), *rest]


def case(name: str, member: Member, cause: str, *, lapsed: bool = False) -> list[Recorded[Event]]:
    """A case that the event `cause` opened; validated."""
    of_case: dict[str, Any] = {
        "case": name, "teacher": member.teacher, "school": member.school, "country": member.country,
        "region": None, "locale": "es", "director_contact": TITLE,
    }  # fmt: skip
    ended = [ValidationLapsed(**of_case, again=True)] if lapsed else []
    first, *rest = story(name, ValidationOpened(**of_case), validated(member, name), *ended)
    return [caused(first, cause), *rest]


def test_who_changed_school_is_validated_there_by_the_new_case_only() -> None:
    moved = profile(OPENED, CHANGED)
    old = case("case-1", ANA, REGISTERED)
    new = case("case-2", PARIS, moved[1].id)
    assert current(*moved[:1], *old) == ANA.school
    assert current(*moved, *old) is None
    assert current(*moved, *old, new[0]) is None
    assert current(*moved, *old, *new) == PARIS.school
    assert current(*new, *old, *moved) == PARIS.school


def test_the_main_school_comes_first_and_another_one_until_it_is_validated() -> None:
    two = profile(OPENED, ADDED)
    old, new = case("case-1", ANA, REGISTERED), case("case-2", PARIS, two[1].id)
    assert current(*two, *old) == ANA.school
    assert current(*two, *old, *new) == ANA.school
    chosen = profile(OPENED, ADDED, CHOSEN)
    assert current(*chosen, *old, *new) == PARIS.school
    assert current(*chosen, *old) == ANA.school
    assert current(*profile(OPENED, ADDED, CHOSEN, LEFT), *old) is None


def test_who_comes_to_a_school_again_is_validated_anew() -> None:
    again = profile(OPENED, ADDED, CHOSEN, LEFT, ADDED_AGAIN)
    old = case("case-1", ANA, REGISTERED)
    assert current(*again, *old) is None
    assert current(*again, *old, *case("case-3", ANA, again[4].id)) == ANA.school


def test_a_validation_lapses_and_a_case_that_the_lapse_opened_belongs_to_the_same_stay() -> None:
    lapsed = case("case-1", ANA, REGISTERED, lapsed=True)
    assert current(*profile(OPENED), *lapsed) is None
    renewed = case("case-2", ANA, lapsed[-1].id)
    assert current(*profile(OPENED), *lapsed, *renewed) == ANA.school
    again = profile(OPENED, ADDED, CHOSEN, LEFT, ADDED_AGAIN)
    assert current(*again, *lapsed, *renewed) is None


def test_a_validation_that_goes_along_to_another_school_holds_there_for_that_stay() -> None:
    moved = profile(OPENED, CHANGED)
    old = case("case-1", ANA, REGISTERED)
    along = ValidationTransferred(
        case="case-2", teacher=ANA.teacher, school=PARIS.school, came_by=moved[1].id, country="FR", region=None,
        locale="fr", director_contact=TITLE, by="case-1", until=None,
    )  # fmt: skip
    transferred = recorded(along, "case-2", 2)
    for arrived in ([*moved, *old, transferred], [transferred, *old, *moved]):
        assert current(*arrived) == PARIS.school
    left = profile(OPENED, CHANGED, ADDED_AGAIN, CHOSEN.model_copy(update={"school": ANA.school}), LEFT_PARIS)
    assert current(*left, *old, transferred) is None


def test_a_school_that_turned_out_to_be_another_one_is_that_one_for_projects() -> None:
    """The profile calls it as it was; the validation names the school that it is."""
    kept = ANA.model_copy(update={"school": derived_id("the same school")})
    opening, _ = case("case-1", ANA, REGISTERED)
    decided = recorded(validated(kept, "case-1"), "case-1", 4)
    assert current(*profile(OPENED), opening, decided) == kept.school
    assert current(*profile(OPENED, ADDED), opening, decided, *case("case-2", PARIS, "added")) == kept.school
    assert current(*profile(OPENED, CHANGED), opening, decided) is None
    lapse = ValidationLapsed.model_validate(opening.event.model_dump() | {"school": kept.school, "again": True})
    lapsed = recorded(lapse, "case-1", 5)
    renewed = case("case-3", kept, lapsed.id)
    assert current(*profile(OPENED), opening, decided, lapsed) is None
    assert current(*profile(OPENED), opening, decided, lapsed, *renewed) == kept.school


def streams() -> list[list[Recorded[Event]]]:
    other = derived_id("other project")
    national = (proposed(EVA), accepted(EVA))
    return [
        story(f"project-{PROJECT_ID}", *RUNNING, invited(), joined()),
        story(f"project-{other}", *(event.model_copy(update={"project": other}) for event in national)),
        story("case-1", validated(ANA, "case-1")),
        story("case-2", validated(ANA, "case-2")),
        story("case-3", validated(LUC, "case-3")),
        profile(OPENED, ADDED, CHOSEN, LEFT, ADDED_AGAIN, CHANGED.model_copy(update={"left": PARIS.school})),
        case("case-4", PARIS, derived_id("some"), lapsed=True),
        case("case-5", PIA, derived_id("some")),
        story(f"teacher-{PIA.teacher}", PersonalDataErased(person=PIA.teacher, reason="requested")),
    ]


@every(interleaved(streams()))
def test_views_do_not_depend_on_the_order_of_streams(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())


def test_one_teacher_is_one_document() -> None:
    assert folded(TEACHERS, in_turn(streams())).keys() == {ANA.teacher, LUC.teacher, PIA.teacher}


def test_of_who_was_erased_nothing_is_known() -> None:
    document = orjson.loads(folded(TEACHERS, in_turn(streams()))[PIA.teacher])
    assert (document["cases"], document["profile"]) == ({}, None)
    assert current_validation(document) is None
