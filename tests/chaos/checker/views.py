"""I7: a rebuilt view equals the live one, byte for byte (revisions apart)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from tests.chaos.checker.formats import Document
from tests.chaos.checker.violation import Violation

Dump = Mapping[str, Sequence[Document]]
"""Documents of each view."""

IGNORED = frozenset({"_rev"})


def canonical(document: Document) -> bytes:
    """The one encoding in which two documents are compared; the order of fields does not matter, that of items does."""
    kept = {name: value for name, value in document.items() if name not in IGNORED}
    return orjson.dumps(kept, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    return {f"${type(value).__name__}": str(value)}


def check_views(live: Dump, rebuilt: Dump) -> Iterator[Violation]:
    for view in sorted(set(live) | set(rebuilt)):
        was, now = (_by_id(dump.get(view, ())) for dump in (live, rebuilt))
        for key in sorted(set(was) | set(now)):
            place = f"{view}/{key}"
            if key not in now:
                yield Violation("I7", place, "is in the live view, the rebuilt one lacks it")
            elif key not in was:
                yield Violation("I7", place, "is in the rebuilt view, the live one lacks it")
            elif was[key] != now[key]:
                yield Violation("I7", place, _difference(was[key], now[key]))


def _by_id(documents: Sequence[Document]) -> dict[str, bytes]:
    return {str(document["_id"]): canonical(document) for document in documents}


def _difference(was: bytes, now: bytes) -> str:
    before, after = orjson.loads(was), orjson.loads(now)
    fields = [name for name in sorted(set(before) | set(after)) if before.get(name) != after.get(name)]
    return f"live and rebuilt differ in {', '.join(fields)}"
