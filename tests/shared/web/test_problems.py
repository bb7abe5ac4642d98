"""Refusals: one shape, a stable type per rule, and never a word of what was typed."""

import httpx
import pytest

from shared.event_store.violations import NotYetKnown, RuleViolation
from shared.web.field_errors import field_errors
from shared.web.problem import MEDIA_TYPE, kebab_case
from shared.web.violations import responses_for, status_of
from tests.shared.web.application import AlreadyFounded, OutsideJurisdiction

CANARY = "ana.gil@school.example"


@pytest.mark.parametrize(
    ("rule", "status", "name"),
    [
        ("AlreadyFounded", 409, "already-founded"),
        ("NotYetKnown", 409, "not-yet-known"),
        ("OutsideJurisdiction", 403, "outside-jurisdiction"),
    ],
)
async def test_a_broken_rule_answers_with_its_own_type(
    client: httpx.AsyncClient, rule: str, status: int, name: str
) -> None:
    answer = await client.post(f"/projects/rules/{rule}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["type"] == f"urn:etwinning:problem:{name}"
    assert answer.json()["data"] == {"project": "p-1", "seen": 2}
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]


async def test_what_is_not_yet_known_says_when_to_ask_again(client: httpx.AsyncClient) -> None:
    assert (await client.post("/projects/rules/NotYetKnown")).headers["retry-after"] == "1"
    assert "retry-after" not in (await client.post("/projects/rules/AlreadyFounded")).headers


async def test_what_is_hidden_cannot_be_told_from_what_is_missing(client: httpx.AsyncClient) -> None:
    hidden, missing = await client.post("/projects/rules/HiddenProject"), await client.post("/projects/nowhere")
    for answer in (hidden, missing):
        assert answer.json() == {
            "type": "urn:etwinning:problem:not-found",
            "title": "Not found",
            "status": 404,
            "correlation_id": answer.headers["x-correlation-id"],
        }


async def test_a_busy_store_answers_503_with_retry_after(client: httpx.AsyncClient) -> None:
    answer = await client.get("/projects/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:etwinning:problem:busy"


@pytest.mark.parametrize(("method", "name"), [("GET", "busy"), ("POST", "outcome-unknown")])
async def test_a_database_that_does_not_answer_is_503_and_tells_nothing(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], method: str, name: str
) -> None:
    """Nothing was done where somebody only asked; whether anything was, nobody can say of a command."""
    answer = await client.request(method, "/projects/unanswered")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["type"] == f"urn:etwinning:problem:{name}"
    written = capsys.readouterr()
    assert "PyMongoError" in written.out + written.err
    assert CANARY not in answer.text + written.out + written.err


async def test_a_defect_answers_500_and_tells_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/projects/crash")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:etwinning:problem:internal-error"
    assert "ZeroDivision" not in answer.text
    assert CANARY not in answer.text


async def test_a_defect_leaves_a_log_of_places_without_the_message(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/projects/crash")
    written = capsys.readouterr()
    assert "ZeroDivisionError" in written.out + written.err
    assert CANARY not in written.out + written.err


@pytest.mark.parametrize(
    "body",
    [
        {"title": "a", "country": CANARY},
        {"title": "a", "country": "ES", CANARY: 1},
        {"title": "a", "country": "ES", "pupils": CANARY},
        {"title": "a", "country": "ES", "from_day": CANARY},
        {"title": "a", "country": "ES", "until": CANARY},
        {"title": "a", "country": "ES", "public": CANARY},
        {"title": CANARY * 50, "country": "ES"},
    ],
)
async def test_a_refused_field_is_named_and_its_value_is_not(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    answer = await client.post("/projects/projects", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert CANARY not in answer.text


async def test_the_field_at_fault_is_a_pointer(client: httpx.AsyncClient) -> None:
    answer = await client.post("/projects/projects", json={"title": "a", "country": "Spain"})
    assert answer.json()["errors"] == [
        {"in": "body", "pointer": "/country", "detail": "String should match pattern '^[A-Z]{2}$'"}
    ]


def test_a_text_that_quotes_the_input_is_replaced() -> None:
    error = {"loc": ("path", "id"), "type": "uuid_parsing", "ctx": {"error": f"invalid character in {CANARY}"}}
    assert [found.detail for found in field_errors([error])] == ["Uuid parsing"]


def test_a_key_that_somebody_made_up_is_not_repeated() -> None:
    error = {"loc": ("body", CANARY, 3), "type": "missing"}
    assert [found.pointer for found in field_errors([error])] == ["/…/3"]


@pytest.mark.parametrize(
    ("class_name", "name"),
    [("AlreadyFounded", "already-founded"), ("NQSNotAssessed", "nqs-not-assessed"), ("NotFound", "not-found")],
)
def test_a_class_name_becomes_a_type(class_name: str, name: str) -> None:
    assert kebab_case(class_name) == name


def test_documented_rules_are_grouped_by_status() -> None:
    responses = responses_for(AlreadyFounded, NotYetKnown, OutsideJurisdiction)
    assert sorted(responses) == [403, 409]
    assert "urn:etwinning:problem:not-yet-known" in responses[409]["description"]


def test_a_rule_without_a_place_in_the_table_is_a_conflict() -> None:
    class Unheard(RuleViolation): ...

    assert status_of(Unheard) == 409


async def test_what_is_not_there_answers_as_a_problem(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA_TYPE)


async def test_a_method_that_is_not_there_names_those_that_are(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.put("/projects/projects/p-1")
    assert (answer.status_code, answer.headers["content-type"]) == (405, MEDIA_TYPE)
    assert answer.headers["allow"] == "DELETE, GET"


async def test_a_browser_gets_a_page_where_no_api_is(anonymous: httpx.AsyncClient) -> None:
    browser = {"accept": "text/html,*/*;q=0.8"}
    assert (await anonymous.get("/nowhere", headers=browser)).headers["content-type"].startswith("text/html")
    assert (await anonymous.get("/projects/projects/p-1", headers=browser)).headers["content-type"] == MEDIA_TYPE
