"""The gate bites: each planted change of a published schema is refused, and what only reads differently passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import orjson
import pytest

from shared.contracts.base import ProtocolEvent
from shared.contracts.catalogue import CATALOGUE, UPCASTERS, codec
from shared.contracts.compatibility import Incompatible, accepts_the_same, incompatibilities
from shared.contracts.json_schemas import ENVELOPE, Schema, committed_schemas, current_schemas

PUBLISHED = committed_schemas()
OFFER = "eu.etwinning.registration.OfficeOffered.v1"
QUEUED = "eu.etwinning.notifications.NotificationQueued.v2"


def gate(current: dict[str, Schema]) -> list[Incompatible]:
    return incompatibilities(PUBLISHED, current, lambda type_name: UPCASTERS.current(type_name) in current)


def changed(type_name: str, change: Callable[[Schema], Any]) -> dict[str, Schema]:
    current = deepcopy(dict(current_schemas()))
    change(current[type_name])
    return current


def remove_a_field(schema: Schema) -> None:
    del schema["properties"]["officer"]
    schema["required"].remove("officer")


def require_a_new_field(schema: Schema) -> None:
    schema["properties"]["salary"] = {"type": "integer"}
    schema["required"].append("salary")


def rename_a_field(schema: Schema) -> None:
    schema["properties"]["holder"] = schema["properties"].pop("officer")
    schema["required"][schema["required"].index("officer")] = "holder"


CHANGES: dict[str, tuple[str, Callable[[Schema], Any]]] = {
    "a field is removed": (OFFER, remove_a_field),
    "a field is renamed": (OFFER, rename_a_field),
    "a new field is required": (OFFER, require_a_new_field),
    "a new field is optional": (OFFER, lambda schema: schema["properties"].update(salary={"type": "integer"})),
    "a type changes": (OFFER, lambda schema: schema["properties"].update(officer={"type": "integer"})),
    "null is no longer accepted": (OFFER, lambda schema: schema["properties"].update(region={"type": "string"})),
    "a code is removed": (OFFER, lambda schema: schema["properties"]["kind"]["enum"].pop()),
    "a code is added": (OFFER, lambda schema: schema["properties"]["kind"]["enum"].append("minister")),
    "a field may be missing": (OFFER, lambda schema: schema["required"].remove("locale")),
    "a pattern narrows": (OFFER, lambda schema: schema["properties"]["officer"].update(pattern="^[a-z]+$")),
    "a pattern is new": (OFFER, lambda schema: schema["properties"]["locale"].update(pattern="^[a-z]{2}$")),
    "a pattern goes": (OFFER, lambda schema: schema["properties"]["officer"].pop("pattern")),
    "a format is new": (OFFER, lambda schema: schema["properties"]["attempt"].update(format="uuid")),
    "a length is limited": (OFFER, lambda schema: schema["properties"]["locale"].update(maxLength=2)),
    "a shared value changes": (
        OFFER,
        lambda schema: schema["$defs"]["RecordRef"]["properties"]["commitment"].update(pattern="^[0-9a-f]{128}$"),
    ),
    "a variant is removed": (QUEUED, lambda schema: schema["properties"]["recipient"]["oneOf"].pop()),
    "the values of a map narrow": (
        QUEUED,
        lambda schema: schema["properties"]["params"]["additionalProperties"].update(pattern="^a$"),
    ),
    "the envelope loses an attribute": (ENVELOPE, lambda schema: schema["properties"].pop("causationid")),
}


def inline_a_shared_value(schema: Schema) -> None:
    schema["properties"]["email"] = schema.pop("$defs")["RecordRef"]


REWORDINGS: dict[str, Callable[[Schema], Any]] = {
    "another description": lambda schema: schema.update(description="Said otherwise."),
    "another title": lambda schema: schema["properties"]["officer"].update(title="Holder"),
    "a shared value is written out": inline_a_shared_value,
    "fields in another order": lambda schema: schema.update(properties=dict(reversed(schema["properties"].items()))),
}


def test_the_code_breaks_no_promise() -> None:
    assert incompatibilities(PUBLISHED, current_schemas(), codec().knows) == []


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_refused(what: str) -> None:
    type_name, change = CHANGES[what]
    assert [found.type_name for found in gate(changed(type_name, change))] == [type_name]


@pytest.mark.parametrize("what", REWORDINGS)
def test_what_accepts_the_same_may_read_differently(what: str) -> None:
    current = changed(OFFER, REWORDINGS[what])
    assert orjson.dumps(current[OFFER]) != orjson.dumps(PUBLISHED[OFFER])
    assert gate(current) == []


def test_a_removed_event_is_refused() -> None:
    current = {name: schema for name, schema in current_schemas().items() if name != OFFER}
    refused = gate(current)
    assert [found.type_name for found in refused] == [OFFER]
    assert "removed" in str(refused[0])


def test_a_new_event_and_a_new_version_beside_the_old_pass() -> None:
    new = {
        OFFER.replace("v1", "v2"): {"type": "object"},
        "eu.etwinning.registration.TeacherSang.v1": {"type": "object"},
    }
    assert gate({**current_schemas(), **new}) == []


@pytest.mark.parametrize("type_name", PUBLISHED)
def test_every_published_schema_is_guarded(type_name: str) -> None:
    """No schema is so written that the gate cannot look into it."""
    schema = PUBLISHED[type_name]
    for name in schema["properties"]:
        without = deepcopy(schema)
        del without["properties"][name]
        assert not accepts_the_same(schema, without), name


def test_every_protocol_event_is_published_for_every_service() -> None:
    protocol = {
        event.type_name() for events in CATALOGUE.values() for event in events if issubclass(event, ProtocolEvent)
    }
    kinds = len(ProtocolEvent.__subclasses__())
    assert kinds >= 3
    assert len(protocol) == kinds * len(CATALOGUE)
    assert protocol <= set(PUBLISHED)
