"""The gate: a published version of an event accepts for ever what it accepted, no more and no less.

Events are kept for ever, so what was written must stay readable; and a reader of an older release refuses a field that
it does not know, so even an optional one is a new version with its upcaster, never a change of the old one.
Texts that explain (`title`, `description`) and the way a schema is put together may change.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from jsoncompat import check_compat

from shared.contracts.json_schemas import Schema

# What jsoncompat does not look at.
_UNSEEN = ("pattern", "format", "contentEncoding", "contentMediaType")
_CHOICES = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True, slots=True)
class Incompatible:
    """A change that the gate refuses, in a sentence."""

    type_name: str
    why: str

    def __str__(self) -> str:
        return f"{self.type_name}: {self.why}"


def incompatibilities(
    published: Mapping[str, Schema], current: Mapping[str, Schema], readable: Callable[[str], bool]
) -> list[Incompatible]:
    """What `current` breaks of `published`; `readable(type)`: is an old type still upcast to a current one?"""
    return list(_incompatibilities(published, current, readable))


def _incompatibilities(
    published: Mapping[str, Schema], current: Mapping[str, Schema], readable: Callable[[str], bool]
) -> Iterator[Incompatible]:
    for type_name, before in published.items():
        now = current.get(type_name)
        if now is None:
            if not readable(type_name):
                yield Incompatible(type_name, "removed, and nothing upcasts it: its events could not be read any more")
        elif not accepts_the_same(before, now):
            yield Incompatible(type_name, "changed: publish it as a new version with an upcaster from this one")


def accepts_the_same(before: Schema, now: Schema) -> bool:
    """True when both schemas accept the same data."""
    same = check_compat(_anonymous(before), _anonymous(now), "both")
    return same and _texts(before) == _texts(now)


def _anonymous(schema: Schema) -> str:
    """jsoncompat takes `$id` for a reference that it cannot follow."""
    return orjson.dumps({word: value for word, value in schema.items() if word not in ("$id", "$schema")}).decode()


def _texts(schema: Schema) -> Mapping[str, set[tuple[str, str]]]:
    """Path of the data -> what is demanded of the text there."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path, node in _nodes(schema, schema.get("$defs", {}), ""):
        found[path] |= {(word, node[word]) for word in _UNSEEN if word in node}
    return {path: demands for path, demands in found.items() if demands}


def _nodes(node: Any, defs: Mapping[str, Any], path: str) -> Iterator[tuple[str, Schema]]:
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        yield from _nodes(defs[node["$ref"].rsplit("/", 1)[-1]], defs, path)
        return
    yield path, node
    for name, inner in node.get("properties", {}).items():
        yield from _nodes(inner, defs, f"{path}/{name}")
    for word in ("items", "additionalProperties", "propertyNames"):
        yield from _nodes(node.get(word), defs, f"{path}/{word}*")
    for position, inner in enumerate(node.get("prefixItems", ())):
        yield from _nodes(inner, defs, f"{path}/{position}")
    for word in _CHOICES:
        for inner in node.get(word, ()):
            yield from _nodes(inner, defs, path)
