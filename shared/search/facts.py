"""A search for what is called by a private text, a name or a title: the half of it that a view holds. Pure.

Facts are public, texts are private records (design §2): so the view says where and by which facets something is
found, and a plain collection of the same database what it is called (`private_texts`). Whoever searches joins the two
in memory (`joined`).
"""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

PARTS = 1024
NO_PART = -1
INDEXES = (("part",),)
"""The indexes of such a view."""


def fact_fields(
    identifier: str, record: str | None, scope: Sequence[str] | None, facets: Sequence[str]
) -> dict[str, Any]:
    """`{record, scope, part, facets}`: found in this scope (`names`), without one nowhere.

    `record`: the private record of its text. `part`: which of the `PARTS` it is in when texts are looked after, the
    same for ever; `NO_PART` where there is nothing to find.
    """
    found = scope is not None and record is not None
    return {
        "record": record,
        "scope": None if scope is None else list(scope),
        "part": crc32(identifier.encode()) % PARTS if found else NO_PART,
        "facets": sorted(set(facets)),
    }
