"""Each service's page says what its code says: commands, who asks them, what comes of them; routes, states, policies.

Nothing here is a list by hand. A name that is missing fails, and one that there is not: see `asking.py` for the code's
side, `pages.py` for the page's.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import CATALOGUE
from shared.nodes import Policy
from tests.docs.asking import Asked, commands, is_there, policies, sources_in, states, subcommands
from tests.docs.markdown import documents, named_in
from tests.docs.pages import Page, Row, diagram_of, page, page_of, spans

_OF_EVERY_SERVICE = {"IntentAbandoned", "ReactionDeclined", "ParkedStreamDiscarded"}


def command_faults(of: Page) -> Iterator[str]:
    """What the page's tables of commands say otherwise than the code."""
    known = commands(of.service)
    rows = of.tables("command", "asked by", "events", "source")
    told = [name for row in rows for name in spans(row["command"])]
    yield from (f"{name} is not told" for name in known.keys() - set(told))
    yield from (f"{name} is told twice" for name in {name for name in told if told.count(name) > 1})
    for row in rows:
        yield from (f"there is no {name}" for name in spans(row["command"]) if name not in known)
        yield from _row_faults(of, row, [known[name] for name in spans(row["command"]) if name in known])


def _row_faults(of: Page, row: Row, asked: list[Asked]) -> Iterator[str]:
    """Several commands in one row have what all of them have."""
    told = {
        "asked by": of.askers(row["asked by"]),
        "events": set(spans(row["events"])) - _OF_EVERY_SERVICE,
        "source": sources_in(row["source"]),
    }
    known = {
        "asked by": set().union(*(one.by for one in asked)),
        "events": set().union(*(one.events for one in asked)),
        "source": set().union(*(one.sources for one in asked)),
    }
    if not known["source"]:
        yield f"{row['command']}: nothing says where it comes from"
    for column, names in told.items():
        yield from (f"{row['command']}: {column} {name} is missing" for name in known[column] - names)
        yield from (f"{row['command']}: {column} {name} is not so" for name in names - known[column])


def route_faults(of: Page) -> Iterator[str]:
    """Routes of the OpenAPI document that no table names, and named ones that are not in it."""
    in_tables = {route for row in of.tables() for cell in row.values() for route in of.routes(cell)}
    yield from (f"{route} is missing" for route in of.known - in_tables)
    paths = {route.partition(" ")[2] for route in of.known}
    for route in {*in_tables, *of.routes(of.text)} - of.known:
        method, _, path = route.partition(" ")
        if method != "?" or (path not in paths and f"/{of.service}{path}" not in paths and _is_path(path)):
            yield f"there is no {route}"


def _is_path(text: str) -> bool:
    return re.fullmatch(r"/[\w/{}.-]+", text) is not None and text not in {"/live", "/ready", "/metrics"}


def state_faults(of: Page) -> Iterator[str]:
    """States that no diagram shows, shown ones that there are not, and arrows with events that there are not."""
    enumerated, known = states(of.service)
    shown = diagram_of(of.text)
    yield from (f"{state} is not shown" for state in enumerated - shown.states)
    yield from (f"there is no state {state}" for state in shown.states - enumerated - known)
    events = {event.__name__ for event in CATALOGUE[of.service]}
    yield from (f"there is no {event}" for event in shown.events - events)
    yield from (f"no arrow shows {event}" for event in events - _OF_EVERY_SERVICE - shown.events)


def policy_faults(of: Page) -> Iterator[str]:
    """Policies that the service looks up and its table does not name, with their sources; and others."""
    rows = {name: row for row in of.tables("policy", "source") for name in spans(row["policy"])}
    known = {policy.id: policy for policy in policies(of.service)}
    yield from (f"{name} is missing" for name in known.keys() - rows.keys())
    yield from (f"there is no {name}" for name in rows.keys() - known.keys())
    yield from (
        f"{name}: its source is not told" for name in known.keys() & rows.keys() if _hides(known[name], rows[name])
    )


def _hides(policy: Policy, row: Row) -> bool:
    """The source begins as in `nodes.toml`; what is assumed is called so."""
    source = row["source"].replace("–", "-")
    said = re.split("[:,;(]", policy.source)[0].strip() in source and sources_in(policy.source) <= sources_in(source)
    return not said or (policy.assumption is not None) != ("assumed" in source)


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_tells_every_command_who_asks_it_what_comes_of_it_and_why(service: Service) -> None:
    assert sorted(command_faults(page_of(service))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_every_event_of_its_service_in_a_table(service: Service) -> None:
    events = {event.__name__ for event in CATALOGUE[service]} - _OF_EVERY_SERVICE
    assert events - {name for row in page_of(service).tables("events") for name in spans(row["events"])} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_every_route_and_no_other(service: Service) -> None:
    assert sorted(route_faults(page_of(service))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_says_what_is_owned_and_shows_the_states(service: Service) -> None:
    assert re.search(r"\b[Oo]wns\b", page_of(service).text)
    assert sorted(state_faults(page_of(service))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_every_policy_with_its_source(service: Service) -> None:
    assert sorted(policy_faults(page_of(service))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_no_source_that_there_is_not(service: Service) -> None:
    assert [source for source in sources_in(page_of(service).text) if not is_there(source)] == []


def test_every_subcommand_is_named_on_some_page() -> None:
    pages = [path.read_text(encoding="utf-8") for path in documents() if path.name == "README.md"]
    told = {f"{span.removeprefix('etwinning ')} " for text in pages for span in named_in(text)}
    assert [name for name, _ in subcommands() if not any(one.startswith(f"{name} ") for one in told)] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("`InvitePartner`", "`InvitePartners`"),
        ("`POST /projects/{project}/partners`", "`POST /projects/{project}/guests`"),
        ("`/projects/{project}/decline`", "`/projects/{project}/refuse`"),
        ("`PartnerInvited`", "`PartnerAsked`"),
        (", L31", ", L30"),
        ("`POST /projects`", "who wants"),
    ],
)
def test_a_wrong_row_is_found(right: str, wrong: str) -> None:
    of = page_of("projects")
    assert right in of.text
    assert list(command_faults(replace(of, text=of.text.replace(right, wrong))))


def test_an_invented_route_is_found() -> None:
    text = "`POST /projects/{project}/party`, `/projects/{project}/feast`, `GET /projects/{id}`"
    found = {fault for fault in route_faults(page("projects", text)) if fault.startswith("there is no")}
    assert found == {"there is no POST /projects/{}/party", "there is no POST /projects/{}/feast"}


def test_a_missing_route_an_invented_state_and_another_source_are_found() -> None:
    of = page_of("projects")
    assert list(route_faults(replace(of, text=of.text.replace("`GET /projects/search`", "a search"))))
    assert list(state_faults(replace(of, text=of.text.replace("--> running", "--> dancing"))))
    assert list(policy_faults(replace(of, text=of.text.replace("Practice in Spain", "Practice"))))
