"""Each service's page: what it owns, its commands, all its events, its states; and no route that there is not."""

import re

import orjson
import pytest

from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import CATALOGUE
from tests.architecture.tree import ROOT

_ROUTE = re.compile(r"`(?:GET|POST|DELETE)(?:`, `(?:GET|POST))? ([/…][^\s`?]*)")
_OF_EVERY_SERVICE = {"IntentAbandoned", "ReactionDeclined", "ParkedStreamDiscarded"}


def page(service: Service) -> str:
    return (ROOT / f"services/{service}/README.md").read_text(encoding="utf-8")


def unknown_routes(service: Service, text: str) -> list[str]:
    """Routes that the page names and the OpenAPI document does not; `…` stands for any beginning."""
    document = orjson.loads((ROOT / f"docs/openapi/{service}.json").read_bytes())
    known = [re.sub(r"{\w+}", "{}", path) for path in document["paths"]]
    return [
        named
        for named in _ROUTE.findall(text)
        if not any(_is(re.sub(r"{\w+}", "{}", named), path, service) for path in known)
    ]


def _is(named: str, path: str, service: str) -> bool:
    return path.endswith(named.removeprefix("…")) if named.startswith("…") else path in (named, f"/{service}{named}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_every_event_of_its_service(service: Service) -> None:
    events = {event.__name__ for event in CATALOGUE[service]} - _OF_EVERY_SERVICE
    assert {name for name in events if not re.search(rf"\b{name}\b", page(service))} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_says_what_is_owned_and_shows_the_states(service: Service) -> None:
    text = page(service)
    assert re.search(r"\b[Oo]wns\b", text)
    assert "stateDiagram-v2" in text


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_no_route_that_there_is_not(service: Service) -> None:
    assert unknown_routes(service, page(service)) == []


def test_an_invented_route_is_found() -> None:
    text = "`POST /projects/{project}/party`, `POST …/party`, `GET /projects/{id}`"
    assert unknown_routes("projects", text) == ["/projects/{project}/party", "…/party"]
