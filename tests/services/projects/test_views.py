"""What projects read, without I/O."""

from typing import Any

from hypothesis import given as every

from services.projects.views import TEACHERS, VIEWS, fold_project, fold_teacher, latest_validation
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.projects import Member
from shared.contracts.validation import TeacherValidated
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
from tests.services.recorded import recorded, story


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


def test_a_teacher_is_where_the_latest_validation_says() -> None:
    moved = ANA.model_copy(update={"school": derived_id("paris"), "country": "FR"})
    earlier = recorded(validated(ANA, "case-1"), "case-1", 4)
    later = recorded(validated(moved, "case-2"), "case-2", 9)
    for order in ((earlier, later), (later, earlier)):
        found: dict[str, Any] | None = None
        for one in order:
            found = fold_teacher(found, one)  # type: ignore[arg-type]
        assert found is not None
        assert latest_validation(found)["event"] == later.id
        assert latest_validation(found)["country"] == "FR"


def streams() -> list[list[Recorded[Event]]]:
    other = derived_id("other project")
    national = (proposed(EVA), accepted(EVA))
    return [
        story(f"project-{PROJECT_ID}", *RUNNING, invited(), joined()),
        story(f"project-{other}", *(event.model_copy(update={"project": other}) for event in national)),
        story("case-1", validated(ANA, "case-1")),
        story("case-2", validated(ANA, "case-2")),
        story("case-3", validated(LUC, "case-3")),
    ]


@every(interleaved(streams()))
def test_views_do_not_depend_on_the_order_of_streams(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())


def test_one_teacher_is_one_document() -> None:
    assert folded(TEACHERS, in_turn(streams())).keys() == {ANA.teacher, LUC.teacher}
