"""The published language as JSON Schema 2020-12: one committed file for each version of an event."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from shared.contracts.base import Event
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.envelope import Envelope

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS = Path(__file__).parent / "schemas"
ENVELOPE = "eu.etwinning.envelope.v1"

Schema = dict[str, Any]


def schema_id(type_name: str) -> str:
    """What an event's `dataschema` says."""
    return f"urn:etwinning:schema:{type_name}"


def schema_of(event: type[Event]) -> Schema:
    """The schema of an event's `data`."""
    return _identified(event.type_name(), event.model_json_schema())


def current_schemas() -> Mapping[str, Schema]:
    """Type name to schema, as the code has them now; the envelope among them."""
    events = {event.type_name(): schema_of(event) for events in CATALOGUE.values() for event in events}
    return {ENVELOPE: _identified(ENVELOPE, Envelope.model_json_schema())} | events


def committed_schemas(folder: Path = SCHEMAS) -> Mapping[str, Schema]:
    """Type name to schema, as published."""
    return {type_of(path, folder): orjson.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))}


def path_of(type_name: str, folder: Path = SCHEMAS) -> Path:
    """`eu.etwinning.registration.TeacherRegistered.v1` -> `registration/TeacherRegistered.v1.json`."""
    name = type_name.removeprefix("eu.etwinning.")
    return folder / f"{name if type_name == ENVELOPE else name.replace('.', '/', 1)}.json"


def type_of(path: Path, folder: Path = SCHEMAS) -> str:
    """The type whose schema is in this file."""
    return "eu.etwinning." + ".".join(path.relative_to(folder).parts).removesuffix(".json")


def _identified(type_name: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "$id": schema_id(type_name)} | schema
