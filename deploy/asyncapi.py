"""The published language as an AsyncAPI 3.0 document: a channel for each topic, a message for every event."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from shared.contracts.base import Event, ProtocolEvent, Service
from shared.contracts.catalogue import CATALOGUE, topic_of
from shared.contracts.envelope import Envelope
from shared.contracts.json_schemas import committed_schemas, schema_id

VERSION = "1.0.0"
CONTENT_TYPE = "application/cloudevents+json"
_REFERENCES = "#/components/schemas/{model}"

Json = dict[str, Any]

_DESCRIPTION = """\
Every fact of the programme, published by the service that decided it.

Envelope: CloudEvents 1.0, JSON, structured mode. Key: the stream (`subject`), so one stream stays in order on one
partition. Kept for ever, never compacted, never re-partitioned. A message may come more than once; first occurrences
come in order; `position` (header) numbers the events of (`origin`, `epoch`, partition) without a gap, so that whoever
remembers the last one knows what is new and whether something is missing. No event carries a name, an address, or
anything that somebody typed.
"""

_HEADERS = {
    "content-type": {"type": "string", "const": "application/cloudevents+json; charset=utf-8"},
    "origin": {"type": "string", "description": "The installation that wrote the event."},
    "epoch": {"type": "string", "description": "The incarnation of its database."},
    "position": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Decimal, from 1, without a gap."},
    "commit_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The commit that holds the event."},
    "traceparent": {"type": "string", "description": "W3C trace context of the command, if there was one."},
}


def asyncapi() -> Json:
    """The whole document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "eTwinning events",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic_of(service): _channel(service) for service in CATALOGUE},
        "operations": {f"{service}.publishes": _publishes(service) for service in CATALOGUE},
        "components": {
            "schemas": _schemas(),
            "messages": {key: message for service in CATALOGUE for key, message in _messages(service)},
        },
    }


def _channel(service: Service) -> Json:
    topic = topic_of(service)
    configuration = {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1}
    return {
        "address": topic,
        "title": f"What {service} decided",
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key, _ in _messages(service)},
        "bindings": {"kafka": {"topic": topic, "topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _publishes(service: Service) -> Json:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic_of(service)}"},
        "summary": f"The relay of {service} publishes its commits; nothing else does.",
    }


def _messages(service: Service) -> Iterator[tuple[str, Json]]:
    """What the code publishes, and the older versions that stay on the topic for ever."""
    for event in CATALOGUE[service]:
        yield _key(event.type_name()), _message(event.type_name(), event.__name__, _summary(event))
    for type_name, schema in _superseded().items():
        if type_name.startswith(f"eu.etwinning.{service}."):
            title = str(schema["title"])
            yield _key(type_name), _message(type_name, title, f"An older version. {schema['description']}")


def _superseded() -> Mapping[str, Json]:
    """Published types that the code reads, and writes no more."""
    current = {event.type_name() for events in CATALOGUE.values() for event in events}
    return {
        name: schema
        for name, schema in committed_schemas().items()
        if "data" not in schema["properties"] and name not in current
    }


def _message(type_name: str, title: str, summary: str) -> Json:
    fixed = {
        "type": {"const": type_name},
        "dataschema": {"const": schema_id(type_name)},
        "data": {"$ref": f"#/components/schemas/{_key(type_name)}"},
    }
    return {
        "name": type_name,
        "title": title,
        "summary": summary,
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, {"properties": fixed}]},
        "correlationId": {"location": "$message.payload#/correlationid"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The stream."}, "bindingVersion": "0.5.0"}},
    }


def _schemas() -> Json:
    """Envelope, headers and every event's data; the values that events share stand beside them, once each."""
    required = [name for name in _HEADERS if name != "traceparent"]
    schemas: Json = {
        "Envelope": Envelope.model_json_schema(),
        "Headers": {"type": "object", "properties": _HEADERS, "required": required},
    }
    for name, schema in _event_schemas():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two values are called {name}")
    return dict(sorted(schemas.items()))


def _event_schemas() -> Iterator[tuple[str, Json]]:
    for events in CATALOGUE.values():
        for event in events:
            schema = event.model_json_schema(ref_template=_REFERENCES)
            shared: Mapping[str, Json] = schema.pop("$defs", {})
            yield from shared.items()
            yield _key(event.type_name()), schema
    for type_name, schema in _superseded().items():
        yield from _with_names_of_its_own(_key(type_name), schema)


def _with_names_of_its_own(key: str, schema: Json) -> Iterator[tuple[str, Json]]:
    """An older version's values may be called like today's and be others: `<key>.<Value>`."""
    text = orjson.dumps({word: part for word, part in schema.items() if word not in ("$id", "$schema")}).decode()
    for name in schema.get("$defs", {}):
        text = text.replace(f'"#/$defs/{name}"', f'"#/components/schemas/{key}.{name}"')
    own: Json = orjson.loads(text)
    for name, value in own.pop("$defs", {}).items():
        yield f"{key}.{name}", value
    yield key, own


def _key(type_name: str) -> str:
    """`registration.TeacherRegistered.v1`."""
    return type_name.removeprefix("eu.etwinning.")


def _summary(event: type[Event]) -> str:
    """The class's own words; an event of the protocol means the same in every service."""
    text = event.__mro__[2].__doc__ if issubclass(event, ProtocolEvent) else event.__doc__
    return inspect.cleandoc(text or "")
