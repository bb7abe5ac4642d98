"""What a block bars and a change of school leaves alone, over HTTP on the real database (FAQ L24, rules §4.1)."""

from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from services.recognition.application import APPLICATION
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.projects import ProjectStarted
from shared.contracts.recognition import NQSApplied, NQSGranted
from shared.contracts.registration import (
    ProfileBlocked,
    ProfileOpened,
    ProfileRemoved,
    ProfileUnblocked,
    TeacherSchoolChanged,
)
from shared.identity.offices import OfficeClaim, OfficeKind
from tests.services.recognition.happened import ANA, CRITERIA, GOOD, LUC, NOW, PROJECT, application_id
from tests.services.recorded import recorded, story
from tests.services.running import Running, problem

BLOCKED = ProfileBlocked(teacher=ANA.teacher, country="ES", reason="misuse", statement=None)
UNBLOCKED = ProfileUnblocked(teacher=ANA.teacher, country="ES", reason="settled")
REMOVED = ProfileRemoved(teacher=ANA.teacher, last_access=NOW)
MOVED = TeacherSchoolChanged(
    teacher=ANA.teacher, country="FR", region=None, school=derived_id("paris"), left=ANA.school, role="teacher",
    locale="fr", director_contact=RecordRef(id="director", commitment="0" * 64),
)  # fmt: skip
OFFICES = {
    "assessor": OfficeClaim(office_id="o-assessor", kind=OfficeKind.ASSESSOR, country="ES"),
    "spain": OfficeClaim(office_id="o-spain", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="ES"),
}


@pytest.fixture(autouse=True)
async def _running_project(service: Running) -> None:
    started = ProjectStarted(project=PROJECT, founders=(ANA, LUC), founding_countries=("ES", "FR"))
    await service.fold(recorded(started, f"project-{PROJECT}", 4))
    for name, office in OFFICES.items():
        await service.appoint(name, office)


async def standing(service: Running, *events: Event) -> None:
    opened = ProfileOpened(teacher=ANA.teacher, country="ES", region=None, school=ANA.school, role="teacher")
    await service.fold(*story(f"profile-{ANA.teacher}", opened, *events))


async def post(service: Running, path: str, who: dict[str, str], body: Any = None) -> httpx.Response:
    headers = who | {"Idempotency-Key": str(uuid7())}
    return await service.client.post(f"/recognition/applications{path}", json=body, headers=headers)


async def apply(service: Running) -> httpx.Response:
    return await post(service, "", service.signed_in(ANA.teacher), {"project": PROJECT})


async def grant(service: Running) -> None:
    one = f"/{application_id(ANA)}"
    scores = [{"criterion": name, "points": points} for name, points in zip(CRITERIA, GOOD, strict=True)]
    assessor, officer = (service.signed_in(name, office) for name, office in OFFICES.items())
    assert (await post(service, f"{one}/assessment", assessor, {"scores": scores})).status_code == 200
    assert (await post(service, f"{one}/grant", officer)).status_code == 200
    await service.fold_own()


async def seals(service: Running) -> list[tuple[str, str]]:
    answer = await service.client.get("/recognition/seals", headers=service.signed_in(ANA.teacher))
    assert answer.status_code == 200
    return [(seal["kind"], seal["country"]) for seal in answer.json()["items"]]


@pytest.mark.parametrize(("event", "standing_is"), [(BLOCKED, "blocked"), (REMOVED, "removed")])
async def test_l24_a_blocked_teacher_does_not_apply(service: Running, event: Event, standing_is: str) -> None:
    await standing(service, event)
    refused = await apply(service)
    assert (problem(refused), refused.json()["data"]["standing"]) == ((403, "barred"), standing_is)
    assert not (await service.host.handler.load(APPLICATION.stream(application_id(ANA)))).version


async def test_l24_who_is_unblocked_applies(service: Running) -> None:
    await standing(service, BLOCKED, UNBLOCKED)
    assert (await apply(service)).status_code == 201


async def test_l24_a_block_leaves_the_seals(service: Running) -> None:
    assert (await apply(service)).status_code == 201
    await grant(service)
    await standing(service, BLOCKED)
    assert await seals(service) == [("nqs", "ES")]


async def test_4_1_a_seal_keeps_the_school_and_country_where_it_was_earned(service: Running) -> None:
    assert (await apply(service)).status_code == 201
    await standing(service, MOVED)
    await grant(service)
    assert await seals(service) == [("nqs", "ES")]
    history = await service.host.handler.load(APPLICATION.stream(application_id(ANA)))
    places = [
        (one.event.school, one.event.country)
        for one in history.recorded
        if isinstance(one.event, NQSApplied | NQSGranted)
    ]
    assert places == [(ANA.school, "ES")] * 2


async def test_nobody_waits_for_the_application_of_who_was_erased(service: Running) -> None:
    luc = service.signed_in(LUC.teacher)
    for who in (service.signed_in(ANA.teacher), luc):
        assert (await post(service, "", who, {"project": PROJECT})).status_code == 201
    await service.fold_own()
    assert await waiting(service) == {ANA.teacher}
    await service.erase(ANA.teacher)
    assert await waiting(service) == set()
    assert problem(await apply(service)) == (401, "not-signed-in")
    assert problem(await service.client.get("/recognition/seals", headers=service.signed_in(ANA.teacher)))[0] == 401


async def waiting(service: Running) -> set[str]:
    """Whose applications the assessors of Spain see."""
    assessor = service.signed_in("assessor", OFFICES["assessor"])
    answer = await service.client.get("/recognition/applications?country=ES", headers=assessor)
    return {str(one["teacher"]) for one in answer.json()["items"]}
