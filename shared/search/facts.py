"""A search for what is called by a private text, a name or a title: the half of it that a view holds. Pure.

Facts are public, texts are private records (design §2): so the view has the facets, and a plain collection of the same
database what the text is found by (`private_texts`). Whoever searches joins the two (`joined`).
"""

from collections.abc import Sequence
from typing import Any

from shared.search.entries import INDEX, entry_fields

PARTS = 1024
NO_PART = -1
INDEXES = (INDEX, ("part",))
"""The indexes of such a view."""


def fact_fields(identifier: str, record: str | None, scopes: Sequence[str], facets: Sequence[str]) -> dict[str, Any]:
    """`{record, scopes, part, keys, rank, facets}`: found in these scopes, in none of them not at all.

    `record`: the private record of its text. `part`: which of the `PARTS` it is in when texts are looked after;
    `NO_PART` where there is nothing to find.
    """
    found_by = entry_fields(identifier, "", scopes, facets)
    part = found_by["rank"] % PARTS if scopes and record is not None else NO_PART
    return {name: found_by[name] for name in ("keys", "rank", "facets")} | {
        "record": record,
        "scopes": sorted(scopes),
        "part": part,
    }
