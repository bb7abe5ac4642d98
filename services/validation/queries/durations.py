"""How long cases really took in a region: told to teachers who wait, and never from a handful of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from services.validation.views import CASES, newest_first
from shared.views.reader import MAX_LIMIT, ViewReader

LATEST, FEWEST = 200, 20
"""The figure is that of the latest 200 decided cases; fewer than 20 would tell of persons, so there is none."""
_BACK, _FIRST = timedelta(days=365), timedelta(days=7)
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Durations:
    """Of `cases` decided cases half took at most `half` days from opening to decision, nine in ten at most `most`."""

    cases: int
    half: int
    most: int


async def latest_durations(views: ViewReader, country: str, region: str | None, now: datetime) -> Durations | None:
    """Of the region's latest decisions of the past year; nothing where there are too few.

    The database reads every match of a query, so each asks for a window of time: a week, then twice as much.
    """
    found: list[dict[str, Any]] = []
    start, back, width = newest_first(now + timedelta(days=1)), timedelta(0), _FIRST
    while len(found) < LATEST and back < _BACK:
        back, width = min(back + width, _BACK), width * 2
        end = newest_first(now - back)
        window = {"country": country, "region": region, "decided": {"$gt": start, "$lt": end}}
        found += sorted(await views.find(CASES, window, MAX_LIMIT), key=lambda document: str(document["decided"]))
        start = end
    return durations_of([max(1, ceil(document["took_s"] / _DAY_S)) for document in found[:LATEST]])


def durations_of(days: Sequence[int]) -> Durations | None:
    """The nearest ranks of these durations, in begun days; nothing for fewer than `FEWEST`."""
    if len(days) < FEWEST:
        return None
    ordered = sorted(days)
    half, most = (ordered[ceil(len(ordered) * share) - 1] for share in (0.5, 0.9))
    return Durations(len(ordered), half, most)
