"""The blocked, inactive and gone change nothing in projects; who changed school is validated anew (FAQ L24-25)."""

import pytest

from shared.contracts.base import Event, derived_id
from shared.contracts.projects import Member
from shared.contracts.registration import (
    ProfileBlocked,
    ProfileInactivated,
    ProfileOpened,
    ProfileRemoved,
    ProfileUnblocked,
    TeacherSchoolChanged,
)
from tests.services.projects.happened import ANA, LUC, NOW, PIA, TITLE
from tests.services.projects.test_routes import as_teacher, know, post, propose, started
from tests.services.projects.test_views import validated
from tests.services.recorded import recorded, story
from tests.services.running import Running, problem


async def standing(service: Running, member: Member, *events: Event) -> None:
    opened = ProfileOpened(
        teacher=member.teacher, country=member.country, region=None, school=member.school, role="teacher"
    )
    await service.fold(*story(f"profile-{member.teacher}", opened, *events))


BLOCKED = ProfileBlocked(teacher=ANA.teacher, country="ES", reason="misuse", statement=None)
UNBLOCKED = ProfileUnblocked(teacher=ANA.teacher, country="ES", reason="settled")
INACTIVE = ProfileInactivated(teacher=ANA.teacher, last_access=NOW)
REMOVED = ProfileRemoved(teacher=ANA.teacher, last_access=NOW)


@pytest.mark.parametrize("event", [BLOCKED, REMOVED])
async def test_l24_a_blocked_teacher_reads_and_changes_nothing(service: Running, event: Event) -> None:
    project = await started(service)
    await know(service, ANA, LUC, PIA)
    await standing(service, ANA, event)
    ana = as_teacher(service, ANA)
    assert (await service.client.get(f"/projects/{project}", headers=ana)).status_code == 200
    assert problem(await propose(service)) == (403, "barred")
    assert problem(await post(service, f"/{project}/partners", ana, {"teacher": PIA.teacher})) == (403, "barred")
    for act in ("accept", "decline", "partners/accept"):
        assert problem(await post(service, f"/{project}/{act}", ana)) == (403, "barred")


async def test_a_block_ends(service: Running) -> None:
    await know(service, ANA, LUC)
    await standing(service, ANA, BLOCKED, UNBLOCKED)
    assert (await propose(service)).status_code == 201


async def test_who_was_inactive_and_signed_in_is_asked_to_wait_for_the_news(service: Running) -> None:
    await know(service, ANA, LUC)
    await standing(service, ANA, INACTIVE)
    answer = await propose(service)
    assert (problem(answer), answer.headers["retry-after"]) == ((409, "return-not-yet-known"), "1")


@pytest.mark.parametrize("event", [BLOCKED, INACTIVE, REMOVED])
async def test_nobody_learns_why_a_teacher_cannot_be_invited(service: Running, event: Event) -> None:
    project = await started(service)
    await know(service, PIA)
    changed = event.model_copy(update={"teacher": PIA.teacher})
    await standing(service, PIA, changed)
    answer = await post(service, f"/{project}/partners", as_teacher(service, ANA), {"teacher": PIA.teacher})
    assert problem(answer) == (409, "not-yet-known")


async def test_who_changed_school_founds_nothing_until_validated_there(service: Running) -> None:
    await know(service, ANA, LUC)
    moved = TeacherSchoolChanged(
        teacher=ANA.teacher, country="ES", region=None, school=derived_id("vigo"), left=ANA.school, role="teacher",
        locale="es", director_contact=TITLE,
    )  # fmt: skip
    await standing(service, ANA, moved)
    assert problem(await propose(service)) == (409, "not-yet-known")
    there = ANA.model_copy(update={"school": derived_id("vigo")})
    await service.fold(recorded(validated(there, "case-vigo"), "case-vigo", 4))
    answer = await propose(service)
    assert (answer.status_code, answer.json()["founders"][0]["school"]) == (201, there.school)


async def test_the_projects_of_before_a_change_of_school_go_on(service: Running) -> None:
    project = await started(service)
    moved = TeacherSchoolChanged(
        teacher=ANA.teacher, country="FR", region=None, school=derived_id("paris"), left=ANA.school, role="teacher",
        locale="fr", director_contact=TITLE,
    )  # fmt: skip
    await standing(service, ANA, moved)
    answer = await post(service, f"/{project}/partners", as_teacher(service, ANA), {"teacher": PIA.teacher})
    assert answer.status_code == 200
    assert answer.json()["members"][0] == ANA.model_dump() | {"erased": False}


async def test_nobody_acts_with_a_token_that_was_issued_before_the_erasure(service: Running) -> None:
    project = await started(service)
    ana = as_teacher(service, ANA)
    await service.erase(ANA.teacher)
    for path in (f"/projects/{project}", "/projects"):
        assert problem(await service.client.get(path, headers=ana)) == (401, "not-signed-in")
    assert problem(await propose(service)) == (401, "not-signed-in")


async def test_whoever_was_erased_is_asked_into_nothing_any_more(service: Running) -> None:
    project = await started(service)
    await know(service, ANA, LUC, PIA)
    await standing(service, PIA)
    await service.erase(PIA.teacher)
    luc = as_teacher(service, LUC)
    asked = await post(service, f"/{project}/partners", luc, {"teacher": PIA.teacher})
    assert problem(asked) == (409, "not-yet-known")
    assert problem(await propose(service, PIA)) == (409, "not-yet-known")


async def test_a_former_member_is_a_pseudonym_without_a_school(service: Running) -> None:
    project = await started(service)
    await service.erase(ANA.teacher)
    shown = (await service.client.get(f"/projects/{project}", headers=as_teacher(service, LUC))).json()
    gone = {"teacher": ANA.teacher, "school": None, "country": ANA.country, "erased": True}
    stays = {"teacher": LUC.teacher, "school": LUC.school, "country": LUC.country, "erased": False}
    assert (shown["founders"], shown["members"], shown["title"]) == ([gone, stays], [gone, stays], None)
    await service.fold_own()
    listed = (await service.client.get("/projects", headers=as_teacher(service, LUC))).json()
    assert listed["items"] == [shown]
