"""The routes of validation on the real database: who may see what, who may do what, and what a repeat answers."""

import asyncio

import pytest
from uuid_utils import uuid7

from shared.contracts.base import derived_id
from shared.mongo import PyMongoError
from tests.services.running import Running, problem
from tests.services.validation.acting import (
    ACTS,
    OFFICES,
    TEACHER,
    act,
    appointed,
    as_officer,
    director_token,
    open_case,
)
from tests.services.validation.authority import HISTORIES
from tests.services.validation.stage import written


async def test_a_teacher_is_validated_after_the_director_approved(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), as_officer(service, "madrid")
    assert problem(await act(service, case, "validate", who)) == (409, "director-has-not-approved")
    token = await director_token(service, case)
    page = await service.client.get("/validation/director", params={"token": token})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in page.text
    assert "<script" not in page.text
    form = {"token": token, "answer": "approve"}
    for _ in range(2):
        answered = await service.client.post("/validation/director", data=form)
        assert answered.status_code == 200
        assert "<form" not in answered.text
    opposite = {"token": token, "answer": "not_on_staff"}
    assert (await service.client.post("/validation/director", data=opposite)).status_code == 409
    done = await act(service, case, "validate", who)
    assert (done.status_code, done.json()["status"], done.headers["etag"]) == (200, "validated", '"4"')


async def test_a_decision_records_office_policy_and_basis(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), as_officer(service, "madrid")
    await act(service, case, "director-approval", who)
    await act(service, case, "validate", who)
    commit = await service.host.store.get(f"case-{case}", 3)
    assert commit is not None
    (event,) = commit.decoded(service.host.store.codec)
    assert (event.envelope.actor, event.envelope.capacity) == ("madrid", "representative:ES:Madrid")
    assert (event.envelope.node, event.envelope.policyversion) == ("es", "validation.default@1")
    assert commit.facts["basis"] == [derived_id("officer-madrid-o-madrid", "2", "0")]


async def test_a_repeat_answers_the_first_decision_and_the_opposite_conflicts(service: Running) -> None:
    await appointed(service, "madrid", "spain")
    case, who = await open_case(service), as_officer(service, "madrid")
    await act(service, case, "director-approval", who)
    first = await act(service, case, "validate", who, key="k")
    again = await act(service, case, "validate", who, key="k")
    other = await act(service, case, "validate", as_officer(service, "spain"))
    assert first.json() == again.json() == other.json()
    assert first.headers["etag"] == again.headers["etag"] == other.headers["etag"]
    opposite = await act(service, case, "reject", as_officer(service, "spain"))
    assert problem(opposite) == (409, "case-decided-otherwise")
    assert opposite.json()["data"]["decision"] == "validated"


async def test_of_two_representatives_at_once_one_decides(service: Running) -> None:
    await appointed(service, "madrid", "spain")
    case = await open_case(service)
    await act(service, case, "director-approval", as_officer(service, "madrid"))
    answers = await asyncio.gather(
        act(service, case, "validate", as_officer(service, "madrid")),
        act(service, case, "reject", as_officer(service, "spain")),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_decision_on_an_older_version_is_refused(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), as_officer(service, "madrid")
    stale = await act(service, case, "reject", who | {"If-Match": '"7"'})
    assert problem(stale) == (412, "precondition-failed")


@pytest.mark.parametrize(
    ("who", "seen", "done"),
    [
        ("madrid", 200, 200),
        ("spain", 200, 200),
        ("nso", 200, 403),
        ("central", 200, 403),
        ("galicia", 404, 404),
        ("france", 404, 404),
        ("assessor", 404, 404),
    ],
)
async def test_who_sees_a_case_and_who_acts_on_it(service: Running, who: str, seen: int, done: int) -> None:
    await appointed(service, *OFFICES)
    case, officer = await open_case(service), as_officer(service, who)
    assert (await service.client.get(f"/validation/cases/{case}", headers=officer)).status_code == seen
    for path in ("director-contact/confirm", "director-approval", "validate"):
        assert (await act(service, case, path, officer)).status_code == done
    assert (await act(service, case, "reject", officer)).status_code in {done, 409}


async def test_the_teacher_sees_the_case_and_decides_nothing(service: Running) -> None:
    case, teacher = await open_case(service), service.signed_in(TEACHER)
    assert (await service.client.get(f"/validation/cases/{case}", headers=teacher)).json()["status"] == "opened"
    for path in ACTS.keys() - {"contest"}:
        assert problem(await act(service, case, path, teacher)) == (403, "not-in-office")
    assert problem(await act(service, case, "contest", teacher)) == (409, "nothing-to-contest")


async def test_what_is_not_yours_answers_as_what_does_not_exist(service: Running) -> None:
    case, stranger = await open_case(service), service.signed_in("somebody")
    for method, path, body in (("GET", "", None), *(("POST", f"/{path}", body) for path, body in ACTS.items())):
        hidden, absent = [
            await service.client.request(method, f"/validation/cases/{one}{path}", headers=stranger, json=body)
            for one in (case, uuid7())
        ]
        assert problem(hidden) == problem(absent) == (404, "not-found")
        assert hidden.json().keys() == absent.json().keys()


async def test_nobody_signed_out_sees_anything(service: Running) -> None:
    case = await open_case(service)
    for path in ("/validation/cases?country=ES", f"/validation/cases/{case}"):
        assert (await service.client.get(path)).status_code == 401
    for path in ACTS:
        assert (await act(service, case, path, {})).status_code == 401


async def test_an_office_counts_only_in_the_token_and_live_in_the_view(service: Running) -> None:
    case, who = await open_case(service), as_officer(service, "madrid")
    assert problem(await act(service, case, "reject", who)) == (404, "not-found")
    await appointed(service, "madrid")
    without = service.signed_in("madrid")
    assert problem(await act(service, case, "reject", without)) == (404, "not-found")
    somebody_elses = service.signed_in("another", OFFICES["madrid"])
    assert problem(await act(service, case, "reject", somebody_elses)) == (404, "not-found")
    await service.revoke("madrid", OFFICES["madrid"])
    assert problem(await act(service, case, "reject", who)) == (404, "not-found")


async def test_the_list_is_the_officers_place_only(service: Running) -> None:
    await appointed(service, *OFFICES)
    cases = [await open_case(service, f"t-{number}") for number in range(3)]
    for who, place in (("madrid", "ES&region=Madrid"), ("spain", "ES"), ("nso", "ES"), ("central", "ES")):
        found = await service.client.get(f"/validation/cases?country={place}", headers=as_officer(service, who))
        assert {item["case"] for item in found.json()["items"]} == set(cases)
    for who, place in (("madrid", "ES"), ("galicia", "ES&region=Madrid"), ("france", "ES"), ("assessor", "ES")):
        refused = await service.client.get(f"/validation/cases?country={place}", headers=as_officer(service, who))
        assert problem(refused) == (403, "not-in-office")
    elsewhere = await service.client.get("/validation/cases?country=FR", headers=as_officer(service, "france"))
    assert elsewhere.json() == {"items": [], "next": None, "behind": False}


async def test_pages_of_the_list_follow_each_other(service: Running) -> None:
    await appointed(service, "spain")
    cases = {await open_case(service, f"t-{number}") for number in range(5)}
    seen: list[str] = []
    following: str | None = ""
    while following is not None:
        after = f"&after={following}" if following else ""
        url = f"/validation/cases?country=ES&limit=2{after}"
        page = (await service.client.get(url, headers=as_officer(service, "spain"))).json()
        seen += [item["case"] for item in page["items"]]
        following = page["next"]
    assert len(seen) == 5
    assert set(seen) == cases


async def test_a_cursor_that_is_none_gives_an_empty_page(service: Running) -> None:
    await appointed(service, "spain")
    await open_case(service)
    found = await service.client.get(
        "/validation/cases?country=ES&after=anything", headers=as_officer(service, "spain")
    )
    assert (found.status_code, found.json()["items"]) == (200, [])


async def test_the_list_waits_for_ones_own_change_and_says_when_it_is_behind(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), as_officer(service, "madrid")
    changed = await act(service, case, "reject", who)
    expected = f"{case}@{changed.headers['etag'].strip(chr(34))}"
    url = f"/validation/cases?country=ES&region=Madrid&status=rejected&expect={expected}"
    behind = await service.client.get(url, headers=who)
    assert (behind.json()["behind"], behind.json()["items"]) == (True, [])
    current, _ = await asyncio.gather(service.client.get(url, headers=who), service.fold_own())
    assert current.json()["behind"] is False
    assert [item["case"] for item in current.json()["items"]] == [case]


async def test_the_list_tells_all_that_are_open_whatever_their_status(service: Running) -> None:
    await appointed(service, "madrid", "spain")
    is_open = ("opened", "asked", "form", "approved", "refused", "escalated", "reported", "contested")
    cases = {await written(service, HISTORIES[state], days_ago=n): state for n, state in enumerate(is_open)}
    elsewhere = await written(service, HISTORIES["opened"], region="Galicia", days_ago=20)
    for state in ("validated", "rejected", "upheld", "withdrawn"):
        await written(service, HISTORIES[state])
    await service.fold_own()
    for who, place, found in (("madrid", "&region=Madrid", [*cases]), ("spain", "", [*cases, elsewhere])):
        url = f"/validation/cases?country=ES{place}&status=open"
        page = (await service.client.get(url, headers=as_officer(service, who))).json()
        assert [one["case"] for one in page["items"]] == found
    url = "/validation/cases?country=ES&status=open"
    first = (await service.client.get(f"{url}&limit=3", headers=as_officer(service, who))).json()
    rest = await service.client.get(f"{url}&limit=9&after={first['next']}", headers=as_officer(service, who))
    assert [one["case"] for one in first["items"] + rest.json()["items"]] == [*cases, elsewhere]
    unknown = await service.client.get("/validation/cases?country=ES&status=any", headers=as_officer(service, who))
    assert unknown.status_code == 422


async def test_a_database_that_does_not_answer_a_route_is_503_with_a_problem(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), as_officer(service, "madrid")
    token = await director_token(service, case)

    async def unanswered(*_: object, **__: object) -> None:
        raise PyMongoError("no server")

    for reads in ("find", "get", "many"):
        monkeypatch.setattr(service.host.views, reads, unanswered)
    monkeypatch.setattr(service.host.store, "load", unanswered)
    get, post = service.client.get, service.client.post
    answers = [
        await get("/validation/queue?country=ES&region=Madrid", headers=who),
        await get(f"/validation/cases/{case}", headers=who),
        await get("/validation/director", params={"token": token}),
        await act(service, case, "report", who),
        await post("/validation/director", data={"token": token, "answer": "approve"}),
    ]
    assert [problem(one) for one in answers] == [(503, "busy")] * 3 + [(503, "outcome-unknown")] * 2
