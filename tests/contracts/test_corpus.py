"""Every build reads, and folds, everything that was ever published."""

from collections import defaultdict
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

import services
from shared.contracts.base import SERVICES, ProtocolEvent
from shared.contracts.catalogue import CATALOGUE, codec
from shared.contracts.envelope import encode
from shared.contracts.json_schemas import ENVELOPE, committed_schemas, schema_id
from shared.event_store.aggregate import Aggregate
from tests.contracts.corpus import CORPUS, Line

CODEC = codec()
SCHEMAS = committed_schemas()


# What an operator gives up is recorded in streams that are no aggregate's.
PARKED = Aggregate("parked", None, lambda state, _: state, {})


def aggregates() -> dict[str, Aggregate[Any]]:
    """Every aggregate of every service, by the name that its streams begin with."""
    found: dict[str, Aggregate[Any]] = {PARKED.name: PARKED}
    for service in iter_modules(services.__path__):
        package = import_module(f"services.{service.name}")
        for module in iter_modules(package.__path__):
            for value in vars(import_module(f"services.{service.name}.{module.name}")).values():
                if isinstance(value, Aggregate):
                    assert found.setdefault(value.name, value) is value, f"two aggregates are called {value.name}"
    return found


def streams() -> list[tuple[str, list[Line]]]:
    by_stream: dict[str, list[Line]] = defaultdict(list)
    for line in CORPUS:
        by_stream[line.attributes["subject"]].append(line)
    return list(by_stream.items())


@pytest.mark.parametrize("service", SERVICES)
def test_every_version_ever_published_is_in_the_corpus(service: str) -> None:
    published = {type_name for type_name in SCHEMAS if type_name.startswith(f"eu.etwinning.{service}.")}
    assert published >= {event.type_name() for event in CATALOGUE[service]}  # type: ignore[index]
    assert published == {line.type_name for line in CORPUS if line.type_name in published}


@pytest.mark.parametrize("line", CORPUS, ids=str)
def test_it_is_read(line: Line) -> None:
    recorded = CODEC.decode(line.raw)
    assert recorded.raw == line.raw
    assert recorded.envelope.data == line.attributes["data"]


@pytest.mark.parametrize("line", CORPUS, ids=str)
def test_encoding_it_again_gives_the_same_bytes(line: Line) -> None:
    recorded = CODEC.decode(line.raw)
    assert encode(recorded.envelope) == line.raw
    if recorded.event.type_name() == line.type_name:
        as_it_is = recorded.envelope.model_copy(update={"data": recorded.event.model_dump(mode="json")})
        assert encode(as_it_is) == line.raw


@pytest.mark.parametrize("line", CORPUS, ids=str)
def test_it_is_what_its_schemas_promise(line: Line) -> None:
    Draft202012Validator(SCHEMAS[ENVELOPE], validate_formats=True).validate(line.attributes)
    Draft202012Validator(SCHEMAS[line.type_name], validate_formats=True).validate(line.attributes["data"])
    assert line.attributes["dataschema"] == schema_id(line.type_name) == SCHEMAS[line.type_name]["$id"]


@pytest.mark.parametrize(("stream", "lines"), streams(), ids=[stream for stream, _ in streams()])
def test_its_stream_folds(stream: str, lines: list[Line]) -> None:
    history = [CODEC.decode(line.raw) for line in lines]
    assert [(one.version, one.index) for one in history] == sorted({(one.version, one.index) for one in history})
    aggregate = aggregates()[stream.partition("-")[0]]
    folded = aggregate.fold(recorded.event for recorded in history)
    domain = [recorded for recorded in history if not isinstance(recorded.event, ProtocolEvent)]
    assert (folded != aggregate.initial) is bool(domain)


def test_folding_bit_by_bit_gives_the_same_state() -> None:
    for stream, lines in streams():
        aggregate = aggregates()[stream.partition("-")[0]]
        events = [CODEC.decode(line.raw).event for line in lines]
        state = aggregate.initial
        for event in events:
            state = aggregate.fold([event], state)
        assert state == aggregate.fold(events)
