"""Whoever gives a reason chooses it from a list: a word of one's own could be a name, and an event is kept for ever."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from shared.contracts import reasons
from shared.contracts.base import SERVICES, Reason
from tests.architecture.tree import ROOT

LISTS = {name: get_args(one) for name, one in vars(reasons).items() if name.endswith("Reason")}


def asked(service: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every body that a route of the service takes, by the name of its schema."""
    document = json.loads((ROOT / f"docs/openapi/{service}.json").read_text(encoding="utf-8"))
    for path in document["paths"].values():
        for operation in path.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                if name:
                    yield name, document["components"]["schemas"][name]


def reasons_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What its field `reason` may be, beside absent."""
    field = body.get("properties", {}).get("reason")
    return [kind for kind in (field or {}).get("anyOf", [field]) if kind and kind.get("type") != "null"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_reason_that_a_route_takes_is_one_of_a_list(service: str) -> None:
    for name, body in asked(service):
        assert all("enum" in kind for kind in reasons_of(body)), f"{name}.reason takes any word"


def test_the_routes_use_every_list() -> None:
    taken = {tuple(kind["enum"]) for service in SERVICES for _, body in asked(service) for kind in reasons_of(body)}
    assert taken == set(LISTS.values())


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_code_fits_an_event(name: str) -> None:
    pattern = Reason.__metadata__[0].pattern  # type: ignore[attr-defined]
    assert all(re.match(pattern, code) for code in LISTS[name])
    assert "other" in LISTS[name]
