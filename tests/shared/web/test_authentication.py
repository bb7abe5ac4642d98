"""Who asks: tokens in the header or the cookie, and no other site's forms."""

from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest
from joserfc.jwk import OKPKey

from shared.identity.tokens import issue_access_token
from tests.shared.web.application import (
    NOW,
    ORIGIN,
    bearer,
    client_of,
    make_app,
    make_edge,
    person_token,
    service_token,
)

ROUTE = "/projects/projects/p-1"
BODY = {"title": "a", "country": "ES"}


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"etwinning_token={token}"}


async def test_without_a_token_the_answer_is_401_with_a_challenge(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get(ROUTE)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="etwinning"')


@pytest.mark.parametrize("headers", [bearer(person_token()), cookie(person_token())])
async def test_header_and_cookie_name_the_same_person(anonymous: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await anonymous.get(ROUTE, headers=headers)
    assert (answer.status_code, answer.json()["key"]) == (200, "person-1")


@pytest.mark.parametrize(
    "headers",
    [
        bearer("nonsense"),
        cookie("nonsense"),
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        bearer(service_token()),
        bearer(
            issue_access_token(
                OKPKey.generate_key("Ed25519"), subject="person-1", offices=(), audience="etwinning", now=NOW
            )
        ),
        # A bad header is not made good by a cookie beside it.
        bearer("nonsense") | cookie(person_token()),
    ],
)
async def test_a_token_that_does_not_verify_is_refused(anonymous: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await anonymous.get(ROUTE, headers=headers)
    assert answer.status_code == 401
    assert "error=" in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("site", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": ORIGIN}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({}, 403),
    ],
)
async def test_an_unsafe_request_by_cookie_comes_from_the_site_itself(
    anonymous: httpx.AsyncClient, site: Mapping[str, str], status: int
) -> None:
    answer = await anonymous.post("/projects/projects", json=BODY, headers={**cookie(person_token()), **site})
    assert answer.status_code == status


async def test_a_bearer_token_needs_no_origin(anonymous: httpx.AsyncClient) -> None:
    headers = bearer(person_token()) | {"Sec-Fetch-Site": "cross-site"}
    assert (await anonymous.post("/projects/projects", json=BODY, headers=headers)).status_code == 201


async def test_a_form_of_another_site_is_refused_without_a_sign_in_too(anonymous: httpx.AsyncClient) -> None:
    own = await anonymous.post("/projects/form", data={"answer": "yes"}, headers={"Origin": ORIGIN})
    foreign = await anonymous.post("/projects/form", data={"answer": "yes"}, headers={"Origin": "https://a.example"})
    assert (own.status_code, foreign.status_code) == (200, 403)


async def test_a_page_sends_strangers_to_sign_in_and_back(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/projects/page")
    assert (answer.status_code, answer.headers["location"]) == (303, "/registration/sign-in?next=/projects/page")


async def test_a_page_shows_values_escaped_and_loads_nothing_foreign(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/projects/page", headers=cookie(person_token()))
    assert answer.status_code == 200
    assert "&lt;person-1&gt;" in answer.text
    assert "http" not in answer.text
    stylesheet = await anonymous.get("/projects/static/pico.min.css")
    assert (stylesheet.status_code, stylesheet.headers["cache-control"]) == (200, "public, max-age=3600")


async def test_a_service_is_known_by_its_key_and_its_audience(anonymous: httpx.AsyncClient) -> None:
    asked = await anonymous.post("/projects/private-records/fetch", headers=bearer(service_token()))
    assert asked.json() == {"service": "notifications"}
    for token in (service_token(audience="registration"), person_token(), "nonsense"):
        refused = await anonymous.post("/projects/private-records/fetch", headers=bearer(token))
        assert refused.status_code == 401


async def test_a_token_of_somebody_who_was_erased_since_counts_where_a_receipt_is_asked_for_only() -> None:
    async def forgotten(person: str, path: str) -> bool:
        return person == "person-1" and path != "/projects/page"

    edge = make_edge()
    app = make_app(replace(edge, access=replace(edge.access, forgotten=forgotten)))
    async with client_of(app) as client:
        for headers in (bearer(person_token()), cookie(person_token())):
            refused = await client.get(ROUTE, headers=headers)
            assert (refused.status_code, "error=" in refused.headers["www-authenticate"]) == (401, True)
            assert (await client.get(ROUTE, headers=bearer(person_token("person-2")))).status_code == 200
        assert (await client.get("/projects/page", headers=cookie(person_token()))).status_code == 200


async def test_a_page_sends_who_was_erased_since_to_sign_in() -> None:
    async def forgotten(_person: str, _path: str) -> bool:
        return True

    edge = make_edge()
    app = make_app(replace(edge, access=replace(edge.access, forgotten=forgotten)))
    async with client_of(app) as client:
        assert (await client.get("/projects/page", headers=cookie(person_token()))).status_code == 303
