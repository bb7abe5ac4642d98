"""Each shipped way of validating, adopted by a node at a date and looked up as the product does, over HTTP."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tests.services.running import Running, problem
from tests.services.validation.acting import OFFICES, TEACHER, act, appointed, as_officer
from tests.services.validation.adopting import adopting
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import OTHER_NSO
from tests.services.validation.stage import written

SECOND = "nso-2"


@pytest.fixture(autouse=True)
async def _offices(service: Running) -> None:
    await appointed(service, "madrid", "spain", "galicia", "nso")
    await service.appoint(SECOND, OFFICES["nso"].model_copy(update={"office_id": OTHER_NSO.office}))


def second_nso(service: Running) -> dict[str, str]:
    return service.signed_in(SECOND, OFFICES["nso"].model_copy(update={"office_id": OTHER_NSO.office}))


async def report(service: Running, case: str, who: str, recommendation: str) -> httpx.Response:
    body = {"recommendation": recommendation} | ({"reason": "not_on_staff"} if recommendation == "reject" else {})
    url = f"/validation/cases/{case}/report"
    return await service.client.post(url, json=body, headers=as_officer(service, who))


async def test_where_the_policy_says_so_representatives_report_and_the_support_service_decides(
    service: Running,
) -> None:
    service.host.nodes = adopting("ES", "validation.report")
    case = await written(service, HISTORIES["approved"])
    madrid, nso = as_officer(service, "madrid"), as_officer(service, "nso")
    for decision in ("validate", "reject"):
        assert problem(await act(service, case, decision, madrid)) == (403, "not-in-charge")
    told = await report(service, case, "madrid", "validate")
    assert (told.status_code, told.json()["status"]) == (200, "reported")
    assert told.json()["owner"]["who"] == "national_support"
    done = await act(service, case, "validate", nso)
    assert (done.status_code, done.json()["status"]) == (200, "validated")
    commit = await service.host.store.get(f"case-{case}", 3)
    assert commit is not None
    assert commit.decoded(service.host.store.codec)[0].envelope.policyversion == "validation.report@1"


async def test_before_its_day_a_policy_does_not_count(service: Running) -> None:
    tomorrow = service.clock.now.date() + timedelta(days=1)
    service.host.nodes = adopting("ES", "validation.report", tomorrow)
    case = await written(service, HISTORIES["approved"])
    assert problem(await report(service, case, "madrid", "validate")) == (403, "not-in-charge")
    service.clock.now += timedelta(days=1)
    assert (await report(service, case, "madrid", "validate")).status_code == 200


async def test_where_two_have_to_approve_one_twice_is_not_two(service: Running) -> None:
    service.host.nodes = adopting("ES", "validation.two_approvals")
    case = await written(service, HISTORIES["approved"])
    for _ in range(2):
        first = await act(service, case, "validate", as_officer(service, "madrid"))
        assert (first.status_code, first.json()["status"]) == (200, "director_approved")
    second = await act(service, case, "validate", as_officer(service, "spain"))
    assert (second.status_code, second.json()["status"]) == (200, "validated")


async def test_two_who_approve_at_once_are_two(service: Running) -> None:
    service.host.nodes = adopting("ES", "validation.two_approvals")
    case = await written(service, HISTORIES["approved"])
    answers = await asyncio.gather(
        *(act(service, case, "validate", as_officer(service, who)) for who in ("madrid", "spain"))
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(answer.json()["status"] for answer in answers) == ["director_approved", "validated"]


async def test_where_a_validation_holds_two_years_it_ends_as_that_day_begins(service: Running) -> None:
    service.host.nodes = adopting("ES", "validation.two_years")
    case = await written(service, HISTORIES["approved"])
    done = await act(service, case, "validate", as_officer(service, "madrid"))
    assert (done.status_code, done.json()["valid_until"]) == (200, "2028-11-24T00:00:00Z")


async def test_of_two_opposite_reports_at_once_one_stands(service: Running) -> None:
    service.host.nodes = adopting("ES", "validation.report")
    case = await written(service, HISTORIES["approved"])
    answers = await asyncio.gather(
        report(service, case, "madrid", "validate"), report(service, case, "spain", "reject")
    )
    (stands,) = [answer for answer in answers if answer.status_code == 200]
    (refused,) = [answer for answer in answers if answer.status_code != 200]
    assert problem(refused) == (409, "reported-otherwise")
    assert refused.json()["data"]["recommendation"] == stands.json()["recommendation"]


async def test_of_two_second_looks_at_once_one_decides(service: Running) -> None:
    case = await written(service, HISTORIES["contested"], teacher=TEACHER)
    upheld, validated = await asyncio.gather(
        act(service, case, "uphold", as_officer(service, "nso")), act(service, case, "validate", second_nso(service))
    )
    assert sorted(answer.status_code for answer in (upheld, validated)) == [200, 409]
    refused = upheld if upheld.status_code == 409 else validated
    assert problem(refused) == (409, "case-decided-otherwise")
    headers = service.signed_in(TEACHER)
    now = (await service.client.get(f"/validation/cases/{case}", headers=headers)).json()["status"]
    assert (now, refused.json()["data"]["decision"]) in {("upheld", "upheld"), ("validated", "validated")}
