"""What a view is, and how events are folded into its documents. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded, canonical_json

Fields = dict[str, Any]
Stored = Mapping[str, Any]

_LARGEST_INTEGER = 2**63 - 1


class UnfitDocument(Exception):
    """A fold made something that would not be the same once it was stored and read again."""


@dataclass(frozen=True)
class View:
    """`keys(recorded)` names the documents that an event concerns, `fold(document or nothing, recorded)` the next one.

    `version` is that of the fold: a changed fold is a new version and needs a rebuild. A document holds JSON values
    only, no field that starts with `_`, and keeps each stream's part apart when several feed it, for they arrive in any
    order. `indexes`: the fields of each index, in order; lists and searches filter by these.
    """

    name: str
    version: int
    keys: Callable[[Recorded[Any]], Sequence[str]]
    fold: Callable[[Fields | None, Recorded[Any]], Fields]
    events: tuple[type[Event], ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    def concerns(self, recorded: Recorded[Event]) -> Sequence[str]:
        """The keys of the documents that `recorded` changes, each once."""
        return tuple(dict.fromkeys(self.keys(recorded))) if isinstance(recorded.event, self.events) else ()


@dataclass(slots=True)
class Document:
    """A document in memory: its fields, its revision in the database (0: not there), and what it has folded.

    `seen` holds for each stream that feeds it the version and event index folded last; an event is skipped by that
    alone, for a parked stream delivers late what its position passed long ago.
    """

    key: str
    fields: Fields | None = None
    revision: int = 0
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    changed: bool = False

    def fold(self, view: View, recorded: Recorded[Event]) -> None:
        """Folds one event, unless it was folded before.

        Raises:
            UnfitDocument: the fold's answer cannot be stored as it is.
        """
        place = (recorded.version, recorded.index)
        if place <= self.seen.get(recorded.stream, (0, 0)):
            return
        fields = view.fold(self.fields, recorded)
        refuse_unfit(fields)
        self.fields, self.seen[recorded.stream], self.changed = fields, place, True

    def to_stored(self) -> dict[str, Any]:
        """The document as it is written, one revision further."""
        seen = [[stream, version, index] for stream, (version, index) in sorted(self.seen.items())]
        return {**(self.fields or {}), "_id": self.key, "_rev": self.revision + 1, "_seen": seen}


def from_stored(stored: Stored) -> Document:
    seen = {stream: (version, index) for stream, version, index in stored["_seen"]}
    return Document(stored["_id"], visible(stored), stored["_rev"], seen)


def visible(stored: Stored) -> Fields:
    """The fields that the fold made."""
    return {name: value for name, value in stored.items() if not name.startswith("_")}


def canonical_document(stored: Stored) -> bytes:
    """The document as bytes, its revision aside: equal for the live view and a rebuilt one."""
    return canonical_json({name: value for name, value in stored.items() if name != "_rev"})


def refuse_unfit(fields: Fields) -> None:
    """Raises `UnfitDocument`: a moment, say, would lose its microseconds in the database, and the fold its sameness."""
    reserved = [name for name in fields if name.startswith("_")]
    if reserved:
        raise UnfitDocument(f"{len(reserved)} fields start with _")
    for value in _leaves(fields):
        if not isinstance(value, str | bool | int | float | None):
            raise UnfitDocument(f"{type(value).__name__} is no JSON value")
        if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            raise UnfitDocument("a whole number needs more than 64 bits")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or name.startswith("$") or "\0" in name or "." in name:
                raise UnfitDocument("a field's name is text without a point, a NUL or a leading $")
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
