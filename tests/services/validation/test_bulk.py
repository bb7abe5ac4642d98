"""Bulk decisions on the real database: shown first, each case its own commit, nothing doubled, whatever happens."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect
from uuid_utils import uuid7

from services.validation.case import CASE
from tests.services.running import Running, problem
from tests.services.validation.acting import OFFICES, appointed, as_officer
from tests.services.validation.authority import HISTORIES
from tests.services.validation.stage import written

BULK = "/validation/bulk-decisions"
REJECT = {"decision": "reject", "reason": "no_such_teacher"}
VALIDATE = {"decision": "validate"}


async def ask(service: Running, path: str, body: dict[str, Any], key: str = "k", who: str = "madrid") -> httpx.Response:
    headers = as_officer(service, who) | {"Idempotency-Key": key}
    return await service.client.post(path, json=body, headers=headers, timeout=60)


async def versions(service: Running, cases: list[str]) -> Counter[int]:
    """How many cases have how many commits."""
    return Counter([(await service.host.handler.load(CASE.stream(case))).version for case in cases])


def outcomes(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200
    return {one["case"]: one["outcome"] for one in answer.json()["cases"]}


async def test_a_preview_shows_each_case_and_decides_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    ready, too_early, done = [await written(service, HISTORIES[state]) for state in ("approved", "asked", "validated")]
    elsewhere = await written(service, HISTORIES["approved"], region="Galicia")
    cases = [ready, too_early, done, elsewhere]
    shown = await ask(service, f"{BULK}/preview", VALIDATE | {"cases": cases})
    assert outcomes(shown) == dict(zip(cases, ("decided", "refused", "already", "refused"), strict=True))
    types = [one["problem"] and one["problem"]["type"].rpartition(":")[2] for one in shown.json()["cases"]]
    assert types == [None, "director-has-not-approved", None, "not-found"]
    assert await versions(service, cases) == {1: 4}
    run = await ask(service, BULK, VALIDATE | {"cases": cases})
    assert outcomes(run) == outcomes(shown)
    assert {name: run.json()[name] for name in ("decided", "waiting", "already", "refused")} == {
        "decided": 1, "waiting": 0, "already": 1, "refused": 2,
    }  # fmt: skip
    assert await versions(service, cases) == {1: 3, 2: 1}


async def test_five_hundred_cases_are_each_decided_once(service: Running) -> None:
    await appointed(service, "madrid")
    cases = [await written(service, HISTORIES["approved"]) for _ in range(500)]
    first = await ask(service, BULK, VALIDATE | {"cases": cases})
    assert Counter(outcomes(first).values()) == {"decided": 500}
    again = await ask(service, BULK, VALIDATE | {"cases": cases})
    assert again.json() == first.json()
    assert await versions(service, cases) == {2: 500}


async def test_a_run_that_dies_in_the_middle_goes_on_where_it_stopped(service: Running) -> None:
    await appointed(service, "madrid")
    cases = [await written(service, HISTORIES["opened"]) for _ in range(40)]
    seen = 0
    half = asyncio.Event()
    committed = service.host.handler.committed

    def count(commit: Any) -> None:
        nonlocal seen
        seen += 1
        committed(commit)
        if seen == 15:
            half.set()

    service.host.handler.committed = count
    request = asyncio.create_task(ask(service, BULK, REJECT | {"cases": cases}))
    await half.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    between = await versions(service, cases)
    assert between[2] >= 15
    assert between[1] > 0, "nothing was left to go on with"
    resumed = await ask(service, BULK, REJECT | {"cases": cases})
    assert Counter(outcomes(resumed).values()) == {"decided": 40}
    assert await versions(service, cases) == {2: 40}


async def test_two_runs_at_once_under_one_key_double_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    cases = [await written(service, HISTORIES["approved"]) for _ in range(20)]
    answers = await asyncio.gather(*(ask(service, BULK, VALIDATE | {"cases": cases}) for _ in range(3)))
    assert [outcomes(answer) for answer in answers] == [dict.fromkeys(cases, "decided")] * 3
    assert await versions(service, cases) == {2: 20}


async def test_opposite_runs_at_once_leave_each_case_one_decision(service: Running) -> None:
    await appointed(service, "madrid", "spain")
    cases = [await written(service, HISTORIES["approved"]) for _ in range(20)]
    validated, rejected = await asyncio.gather(
        ask(service, BULK, VALIDATE | {"cases": cases}),
        ask(service, BULK, REJECT | {"cases": cases}, who="spain"),
    )
    for case in cases:
        assert {outcomes(validated)[case], outcomes(rejected)[case]} == {"decided", "refused"}
    assert await versions(service, cases) == {2: 20}


async def test_the_same_key_does_not_turn_a_decision_round(service: Running) -> None:
    await appointed(service, "madrid")
    case = await written(service, HISTORIES["approved"])
    await ask(service, BULK, VALIDATE | {"cases": [case]})
    turned = await ask(service, BULK, REJECT | {"cases": [case]})
    (one,) = turned.json()["cases"]
    assert (one["outcome"], one["problem"]["type"]) == ("refused", "urn:etwinning:problem:idempotency-key-reused")


@pytest.mark.parametrize(("path", "told"), [(f"{BULK}/preview", "busy"), (BULK, "outcome-unknown")])
async def test_what_the_database_does_not_answer_for_one_case_is_that_cases_problem(
    service: Running, monkeypatch: pytest.MonkeyPatch, path: str, told: str
) -> None:
    await appointed(service, "madrid")
    cases = [await written(service, HISTORIES["approved"]) for _ in range(3)]
    load = service.host.store.load

    async def gone(stream: str) -> Any:
        if stream == f"case-{cases[1]}":
            raise AutoReconnect("connection closed")
        return await load(stream)

    with monkeypatch.context() as broken:
        broken.setattr(service.host.store, "load", gone)
        answer = await ask(service, path, VALIDATE | {"cases": cases})
    assert outcomes(answer) == dict(zip(cases, ("decided", "refused", "decided"), strict=True))
    fault = answer.json()["cases"][1]["problem"]
    assert (fault["type"], fault["status"]) == (f"urn:etwinning:problem:{told}", 503)
    assert fault["retry_after"] == 1
    resumed = await ask(service, BULK, VALIDATE | {"cases": cases})
    assert outcomes(resumed) == dict.fromkeys(cases, "decided")


@pytest.mark.parametrize("who", ["galicia", "central", "assessor"])
async def test_who_is_not_in_charge_decides_nothing_many_at_a_time_either(service: Running, who: str) -> None:
    await appointed(service, *OFFICES)
    cases = [await written(service, HISTORIES["approved"]) for _ in range(2)]
    for path in (f"{BULK}/preview", BULK):
        assert set(outcomes(await ask(service, path, VALIDATE | {"cases": cases}, who=who)).values()) == {"refused"}
    assert await versions(service, cases) == {1: 2}


@pytest.mark.parametrize(
    "body",
    [
        VALIDATE | {"cases": []},
        VALIDATE | {"cases": [str(uuid7())] * 501},
        VALIDATE | {"cases": ["x"]},
        VALIDATE | {"reason": "because", "cases": [str(uuid7())]},
        {"decision": "reject", "cases": [str(uuid7())]},
        {"decision": "reject", "reason": "ana_lopez", "cases": [str(uuid7())]},
    ],
)
async def test_what_is_no_bulk_decision_is_refused_whole(service: Running, body: dict[str, Any]) -> None:
    await appointed(service, "madrid")
    assert problem(await ask(service, BULK, body)) == (422, "validation-failed")
