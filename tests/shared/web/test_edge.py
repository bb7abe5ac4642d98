"""What the edge takes in: documented content types, bounded bodies, JSON that the database can hold."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter

from shared.web.app import RouteWithoutEdge, create_app
from tests.shared.web.application import make_edge

JSON = {"content-type": "application/json"}
LIMIT = 256 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "a", "country": "ES", "pupils": 9223372036854775808}',
        b'{"title": "a", "country": "ES", "pupils": -9223372036854775809}',
        b'{"title": "a", "country": "ES", "pupils": NaN}',
        b'{"title": "a", "country": "ES", "pupils": Infinity}',
        b'{"title": "a", "country": "ES", "pupils": 1e999}',
        b'{"title": "a\\u0000", "country": "ES"}',
        b'{"title": "\\ud800", "country": "ES"}',
        b'{"title": "a", "country": "ES", "a\\u0000": 1}',
        b'{"title": "\xff", "country": "ES"}',
        b'{"title":',
        b"1" * 5_000,
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"\x00",
        b"",
    ],
)
async def test_what_cannot_be_stored_is_refused_at_the_edge(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/projects/projects", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:etwinning:problem:validation-failed"


async def test_the_largest_storable_integer_is_no_edge_case(client: httpx.AsyncClient) -> None:
    answer = await client.post("/projects/projects", content=b'{"pupils": 9223372036854775807}', headers=JSON)
    assert "/pupils" in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "é"])
async def test_another_content_type_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    headers = [(b"content-type", media_type.encode())]
    answer = await client.post("/projects/projects", content=b'{"title":"a","country":"ES"}', headers=headers)
    assert (answer.status_code, answer.headers["accept"]) == (415, "application/json")


async def test_a_charset_is_no_other_content_type(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await client.post("/projects/projects", content=b'{"title":"a","country":"ES"}', headers=headers)
    assert answer.status_code == 201


async def test_a_body_that_declares_too_much_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/projects/projects", content=b"x" * (LIMIT + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:etwinning:problem:body-too-large"


async def test_a_body_that_grows_too_large_is_refused_whatever_it_declares(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"x" * 65_536

    answer = await client.post("/projects/projects", content=endless(), headers=JSON)
    assert answer.status_code == 413


async def test_a_route_that_takes_a_file_takes_two_mebibytes_and_no_more(client: httpx.AsyncClient) -> None:
    for size, status in ((2 * 1024 * 1024, 200), (2 * 1024 * 1024 + 64 * 1024, 413)):
        answer = await client.post("/projects/projects/p-1/plan", files={"file": ("plan.pdf", b"x" * size)})
        assert answer.status_code == status
    assert (await client.post("/projects/projects/p-1/plan", json={"file": "x"})).status_code == 415


async def test_a_path_with_nul_names_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/projects/projects/a%00b")).status_code == 404


async def test_a_query_with_nul_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/projects/projects/p-1?after=%00")).status_code == 422


async def test_a_repeated_key_reaches_the_command_and_a_missing_one_is_made(client: httpx.AsyncClient) -> None:
    body = {"title": "a", "country": "ES"}
    given = await client.post("/projects/projects", json=body, headers={"Idempotency-Key": "k-1", "If-Match": '"7"'})
    made = [(await client.post("/projects/projects", json=body)).json()["key"] for _ in range(2)]
    assert (given.json()["key"], given.json()["expected"], given.headers["etag"]) == ("k-1", 7, '"1"')
    assert len({"k-1", *made}) == 3


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", "a b"),
        ("Idempotency-Key", "x" * 256),
        ("Idempotency-Key", ""),
        ("If-Match", 'W/"1"'),
        ("If-Match", '"a"'),
        ("If-Match", "*"),
    ],
)
async def test_a_malformed_header_is_refused(client: httpx.AsyncClient, header: str, value: str) -> None:
    answer = await client.post("/projects/projects", json={"title": "a", "country": "ES"}, headers={header: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "header"


async def test_every_answer_carries_the_security_headers(anonymous: httpx.AsyncClient) -> None:
    for path in ("/nowhere", "/projects/crash", "/projects/live"):
        headers = (await anonymous.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


async def test_a_correlation_id_from_outside_counts_only_as_a_uuid(anonymous: httpx.AsyncClient) -> None:
    given = "0190b5a4-7e0b-7c7a-9d5e-2f6d3c1b0a99"
    kept = await anonymous.get("/nowhere", headers={"X-Correlation-ID": given})
    made = await anonymous.get("/nowhere", headers={"X-Correlation-ID": "ana.gil@school.example"})
    assert kept.headers["x-correlation-id"] == given
    assert "ana" not in made.headers["x-correlation-id"]


async def test_too_many_guesses_are_told_when_to_come_back(anonymous: httpx.AsyncClient) -> None:
    answers = [await anonymous.post("/projects/guesses") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["type"] == "urn:etwinning:problem:rate-limited"


def test_a_router_without_the_edge_is_refused() -> None:
    plain = APIRouter(prefix="/projects")
    plain.add_api_route("/leak", lambda: None)
    with pytest.raises(RouteWithoutEdge, match="/projects/leak"):
        create_app("projects", [plain], make_edge())
