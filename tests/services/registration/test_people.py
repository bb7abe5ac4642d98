"""People are found as they chose to be seen, by whom they chose, over HTTP on the real database (FAQ L26)."""

from typing import Any

import httpx
import pytest

from services.registration.queries import PEOPLE_NAMES, people_index, people_names
from shared.mongo import durable
from shared.search.facts import PARTS
from tests.services.registration.people import PASSWORD, People
from tests.services.registration.years import Years
from tests.services.running import problem

OLA = "ola@school.example"
MATHS = {"visibility": "everyone", "languages": ["pl", "en"], "subjects": ["mathematics"], "age_from": 12, "age_to": 16}


@pytest.fixture
async def crowd(people: People) -> "Crowd":
    """Ana Gil, whom members see, and Łucja Öberg, who described herself to everyone."""
    ana = await people.registered()
    assert (await people.start(OLA, given_name="Łucja", family_name="Öberg", country="PL")).status_code == 202
    confirmed = await people.post("/confirm", {"token": await people.mailed_link(OLA)})
    await people.school("2", "PL")
    completed = await people.complete(confirmed.json()["continuation"], school="PL-2")
    assert completed.status_code == 201
    await Years(people).react()
    crowd = Crowd(people, ana, str(completed.json()["teacher"]), await people.token(), await people.token(OLA))
    await crowd.describes(crowd.olas, MATHS)
    return crowd


class Crowd:
    def __init__(self, people: People, ana: str, ola: str, anas: str, olas: str) -> None:
        self.people, self.ana, self.ola, self.anas, self.olas = people, ana, ola, anas, olas

    async def describes(self, token: str, description: dict[str, Any]) -> None:
        assert (await self.people.post("/me/profile", description, token=token)).status_code == 200
        await self.people.service.fold_own()

    async def asks(self, token: str | None = None, **asked: Any) -> httpx.Response:
        self.people.http.cookies.clear()  # signing in has left one
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.people.http.get("/registration/people", params=asked, headers=headers)

    async def finds(self, token: str | None = None, **asked: Any) -> list[str]:
        answer = await self.asks(token, **asked)
        assert answer.status_code == 200
        return [item["person"] for item in answer.json()["items"]]


async def test_l26_a_person_is_shown_as_they_described_themselves(crowd: Crowd) -> None:
    answer = await crowd.asks(query="lucja")
    shown = MATHS | {"person": crowd.ola, "name": "Łucja Öberg", "country": "PL", "school": "PL-2"}
    del shown["visibility"]
    assert answer.json() == {"items": [shown], "more": False}


async def test_l26_members_are_seen_by_whoever_is_signed_in_and_nobody_by_none(crowd: Crowd) -> None:
    assert await crowd.finds(query="ana gil") == []
    assert await crowd.finds(crowd.olas, query="ana gil") == [crowd.ana]
    await crowd.describes(crowd.anas, {"visibility": "everyone"})
    assert await crowd.finds(query="ana gil") == [crowd.ana]
    await crowd.describes(crowd.anas, {"visibility": "nobody"})
    for token in (None, crowd.olas, crowd.anas):
        assert await crowd.finds(token, query="ana gil") == []
        assert await crowd.finds(token, country="ES") == []


async def test_people_are_found_by_parts_of_names_in_any_script(crowd: Crowd) -> None:
    for query in ("Łucja", "LUCJA", "ucj", "öberg", "obe lucj", "ö łucja", "Оберг"):
        assert await crowd.finds(query=query) == [crowd.ola], query
    assert await crowd.finds(query="lucja gil") == []


async def test_people_are_found_by_what_they_said_with_a_name_or_without(crowd: Crowd) -> None:
    fitting: tuple[dict[str, Any], ...] = (
        {"country": "PL"}, {"language": "pl"}, {"subject": "mathematics"}, {"country": "PL", "age": 12},
        {"language": "en", "age": 16},
    )  # fmt: skip
    for fits in fitting:
        assert await crowd.finds(**fits) == [crowd.ola], fits
        assert await crowd.finds(query="lucja", **fits) == [crowd.ola], fits
        assert await crowd.finds(query="lu", **fits) == [crowd.ola], fits
    others: tuple[dict[str, Any], ...] = (
        {"country": "ES"}, {"language": "es"}, {"subject": "art"}, {"country": "PL", "age": 11},
        {"country": "PL", "age": 17},
    )  # fmt: skip
    for other in others:
        assert await crowd.finds(**other) == [], other
        assert await crowd.finds(query="lucja", **other) == [], other


async def test_a_level_is_what_one_of_the_schools_is_known_to_teach_at(crowd: Crowd) -> None:
    assert await crowd.finds(query="lucja", level="primary") == []
    officer = await crowd.people.national("PL")
    await crowd.people.service.fold_own()
    described = await crowd.people.post("/schools/PL-2/describe", {"levels": ["primary"]}, token=officer)
    assert described.status_code == 200
    await crowd.people.service.fold_own()
    assert await crowd.finds(query="lucja", level="primary") == [crowd.ola]
    assert await crowd.finds(country="PL", level="primary") == [crowd.ola]
    assert await crowd.finds(query="lucja", level="secondary") == []


async def test_a_search_without_anything_to_look_by_is_refused(crowd: Crowd) -> None:
    nothing: tuple[dict[str, Any], ...] = ({}, {"query": "lu"}, {"level": "primary"}, {"age": 12})
    for asked in nothing:
        assert problem(await crowd.asks(**asked)) == (409, "query-too-broad")
    unknown: tuple[dict[str, Any], ...] = (
        {"age": 2}, {"age": 20}, {"language": "qq"}, {"subject": "gossip"}, {"country": "spain"},
    )  # fmt: skip
    for asked in unknown:
        assert (await crowd.asks(**asked)).status_code == 422


async def test_an_address_finds_nobody(crowd: Crowd) -> None:
    for address in (OLA, "lucja@", "nobody@school.example"):
        answer = await crowd.asks(crowd.anas, query=address)
        assert (answer.status_code, answer.json()) == (200, {"items": [], "more": False})


async def test_a_hidden_person_is_answered_as_nobody_is(crowd: Crowd) -> None:
    await crowd.describes(crowd.olas, MATHS | {"visibility": "nobody"})
    for token in (None, crowd.anas):
        hidden, nobody = await crowd.asks(token, query="lucja"), await crowd.asks(token, query="nobody")
        assert (hidden.status_code, hidden.content) == (nobody.status_code, nobody.content)
        assert without_trace(hidden) == without_trace(nobody)


def without_trace(answer: httpx.Response) -> list[tuple[str, str]]:
    """The headers but those that number requests."""
    return [(name, value) for name, value in answer.headers.multi_items() if name != "x-correlation-id"]


async def test_l24_the_blocked_are_not_found_until_the_block_ends(crowd: Crowd) -> None:
    centre = await crowd.people.centre()
    for act, because, found in (("block", "misuse", []), ("unblock", "cleared_up", [crowd.ola])):
        decided = await crowd.people.post(f"/people/{crowd.ola}/{act}", {"reason": because}, token=centre)
        assert decided.status_code == 200
        await crowd.people.service.fold_own()
        assert await crowd.finds(crowd.anas, query="lucja") == found
        assert await crowd.finds(crowd.anas, country="PL") == found


async def test_l26_a_teacher_is_found_where_the_schools_are(crowd: Crowd) -> None:
    await crowd.people.school("3", "FR")
    body = {"school": "FR-3", "role": "teacher", "director": {"name": "R", "email": "r@s.example"}, "locale": "fr"}
    assert (await crowd.people.post("/me/schools", body, token=crowd.olas)).status_code == 200
    await crowd.people.service.fold_own()
    assert await crowd.finds(country="FR") == await crowd.finds(country="PL") == [crowd.ola]


async def test_erasure_forgets_the_name_at_once_and_for_good(crowd: Crowd) -> None:
    people = crowd.people
    names = durable(people.service.host.database, PEOPLE_NAMES)
    assert await names.count_documents({"subject": crowd.ola}) == 1
    index = people_index(people.service.host)
    record = (await names.find_one({"_id": crowd.ola}) or {})["record"]
    erased = await people.post("/me/erasure", {"password": PASSWORD}, token=crowd.olas)
    assert erased.status_code == 200
    assert await names.count_documents({"subject": crowd.ola}) == 0
    assert await crowd.finds(crowd.anas, query="lucja") == []  # before any view has heard of it
    assert await crowd.finds(crowd.anas, country="PL") == []
    await index.write(crowd.ola, record)
    await people_names(people.service.host).write(crowd.ola, crowd.ola, record, "Łucja Öberg")
    assert await names.count_documents({"subject": crowd.ola}) == 0


async def test_lost_names_are_written_again(crowd: Crowd) -> None:
    host = crowd.people.service.host
    await durable(host.database, PEOPLE_NAMES).delete_many({})
    assert await crowd.finds(query="lucja") == []
    index = people_index(host)
    for part in range(PARTS):
        await index.look_after(part)
    assert await crowd.finds(query="lucja") == [crowd.ola]
    assert await crowd.finds(crowd.olas, query="ana") == [crowd.ana]


async def test_a_name_that_another_record_replaced_finds_nobody_until_it_is_written_anew(crowd: Crowd) -> None:
    host = crowd.people.service.host
    await people_names(host).write(crowd.ola, crowd.ola, "another-record", "Mallory")
    assert await crowd.finds(query="mallory") == await crowd.finds(query="lucja") == []
    index = people_index(host)
    for part in range(PARTS):
        await index.look_after(part)
    assert await crowd.finds(query="lucja") == [crowd.ola]
