"""The queue by risk, and where a case stands for its teacher, on the real database."""

from datetime import timedelta
from typing import Any

import pytest

from services.validation.queries import Durations, durations_of
from tests.services.running import Running, problem
from tests.services.validation.acting import OFFICES, TEACHER, appointed, as_officer
from tests.services.validation.authority import HISTORIES
from tests.services.validation.stage import written


async def queue(service: Running, who: str = "spain", query: str = "country=ES") -> list[dict[str, Any]]:
    answer = await service.client.get(f"/validation/queue?{query}", headers=as_officer(service, who))
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_what_is_overdue_comes_first_then_what_is_in_danger(service: Running) -> None:
    await appointed(service, "spain")
    order = (
        ("asked", 40),
        ("contested", 2),
        ("refused", 3),
        ("approved", 28),
        ("approved", 4),
        ("opened", 1),
        ("asked", 5),
    )
    cases = {await written(service, HISTORIES[state], days_ago=days): (state, days) for state, days in reversed(order)}
    for state in ("validated", "rejected", "withdrawn"):
        await written(service, HISTORIES[state], days_ago=60)
    await service.fold_own()
    found = await queue(service)
    assert [cases[one["case"]] for one in found] == list(order)
    assert [one["band"] for one in found] == [0, 1, 2, 3, 3, 4, 5]
    assert [one["age_days"] for one in found] == [days for _, days in order]
    first, second, third, fourth, *_, last = found
    assert first["risk"] == ["overdue", "waits_for_others"]
    assert "contested" in second["risk"]
    assert third["risk"] == ["director_refused"]
    assert fourth["risk"] == ["due_soon", "only_the_decision_is_missing"]
    assert (last["owner"]["who"], last["next"]) == ("director", "director_answers")


async def test_pages_of_the_queue_follow_each_other(service: Running) -> None:
    await appointed(service, "spain")
    for days in (40, 35, 31, 9, 8, 2, 1):
        for state in ("approved", "opened"):
            await written(service, HISTORIES[state], days_ago=days)
    await service.fold_own()
    whole = [one["case"] for one in await queue(service)]
    seen: list[str] = []
    following: str | None = ""
    while following is not None:
        after = f"&after={following}" if following else ""
        url = f"/validation/queue?country=ES&limit=3{after}"
        page = (await service.client.get(url, headers=as_officer(service, "spain"))).json()
        seen += [one["case"] for one in page["items"]]
        following = page["next"]
    assert seen == whole
    assert len(set(seen)) == 14


@pytest.mark.parametrize("cursor", ["anything", "9~000000000000~x", "1~x", "~"])
async def test_a_cursor_that_is_none_gives_an_empty_page(service: Running, cursor: str) -> None:
    await appointed(service, "spain")
    await written(service, HISTORIES["approved"])
    await service.fold_own()
    assert await queue(service, query=f"country=ES&after={cursor}") == []


async def test_mine_are_those_that_wait_for_my_office(service: Running) -> None:
    await appointed(service, *OFFICES)
    states = ("opened", "asked", "approved", "escalated", "reported", "contested")
    cases = {await written(service, HISTORIES[state]): state for state in states}
    without = await written(service, HISTORIES["opened"], region=None)
    await service.fold_own()

    async def mine(who: str, region: str = "") -> set[str]:
        return {cases.get(one["case"], "none") for one in await queue(service, who, f"country=ES{region}&mine=true")}

    assert await mine("madrid", "&region=Madrid") == {"opened", "approved"}
    assert await mine("spain") == {"opened", "approved", "none"}
    assert await mine("nso") == {"escalated", "reported", "contested", "none"}
    assert await mine("central") == set()
    assert without in {one["case"] for one in await queue(service)}


async def test_the_queue_is_the_officers_place_only(service: Running) -> None:
    await appointed(service, *OFFICES)
    for who, place in (("madrid", "ES"), ("galicia", "ES&region=Madrid"), ("france", "ES"), ("assessor", "ES")):
        url = f"/validation/queue?country={place}"
        assert problem(await service.client.get(url, headers=as_officer(service, who))) == (403, "not-in-office")


async def test_the_teacher_sees_who_has_the_case_since_when_and_how_long_that_takes_there(service: Running) -> None:
    mine = await written(service, HISTORIES["asked"], days_ago=2, teacher=TEACHER)
    for took in [*[3] * 10, *[1] * 9, 11]:
        await decided(service, took)
    await decided(service, 30, region="Galicia")
    await service.fold_own()
    teacher = service.signed_in(TEACHER)
    one = (await service.client.get(f"/validation/cases/{mine}", headers=teacher)).json()
    since = (service.clock() - timedelta(days=2)).isoformat().replace("+00:00", "Z")
    assert one["owner"] == {"who": "director", "country": "ES", "region": "Madrid", "since": since}
    assert (one["status"], one["next"]) == ("director_asked", "director_answers")
    assert one["durations"] == {"cases": 20, "half_days": 3, "most_days": 3}
    listed = (await service.client.get("/validation/my-cases", headers=teacher)).json()
    assert listed == {"items": [one], "next": None}
    others = (await service.client.get("/validation/my-cases", headers=service.signed_in("somebody"))).json()
    assert others["items"] == []


async def test_two_dates_are_shown_the_policys_and_that_of_whoever_has_to_act(service: Running) -> None:
    """Of the case to its teacher, and in the queue: thirty days to decide, fourteen for the director to answer."""
    await appointed(service, "spain")
    asked = await written(service, HISTORIES["asked"], days_ago=2, teacher=TEACHER)
    answered = await written(service, HISTORIES["approved"], days_ago=2)
    ended = await written(service, HISTORIES["validated"], days_ago=2, teacher=TEACHER)
    await service.fold_own()
    began = service.clock() - timedelta(days=2)
    decision, answer = ((began + timedelta(days=days)).isoformat().replace("+00:00", "Z") for days in (30, 14))
    shown = {one["case"]: (one["due"], one["owner_due"]) for one in await queue(service)}
    assert shown == {asked: (decision, answer), answered: (decision, decision)}
    mine = await service.client.get("/validation/my-cases", headers=service.signed_in(TEACHER))
    told = {one["case"]: (one["due"], one["owner_due"]) for one in mine.json()["items"]}
    assert told == {asked: (decision, answer), ended: (decision, None)}


async def test_a_handful_of_cases_tells_nothing(service: Running) -> None:
    mine = await written(service, HISTORIES["opened"], teacher=TEACHER)
    for _ in range(19):
        await decided(service, 3)
    await service.fold_own()
    one = await service.client.get(f"/validation/cases/{mine}", headers=service.signed_in(TEACHER))
    assert one.json()["durations"] is None


async def decided(service: Running, days: int, region: str = "Madrid") -> None:
    """A case that was opened so many days ago and is decided now."""
    case = await written(service, HISTORIES["approved"], days_ago=days, region=region)
    who = {"Madrid": "madrid", "Galicia": "galicia"}[region]
    await appointed(service, who)
    headers = as_officer(service, who)
    assert (await service.client.post(f"/validation/cases/{case}/validate", headers=headers)).status_code == 200


def test_durations_are_nearest_ranks_and_none_of_too_few() -> None:
    assert durations_of([1] * 19) is None
    assert durations_of([*range(1, 21)]) == Durations(cases=20, half=10, most=18)
