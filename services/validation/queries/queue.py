"""The open cases of a place by risk: what is overdue, then what is in danger, then what takes its course."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.validation.views import CASES, oldest_first
from shared.views.reader import MAX_LIMIT, ViewReader

OVERDUE, BANDS = 0, (1, 2, 3, 4, 5)
"""The bands of the view (its `risk`), and one before them: time alone brings a case there."""
_DIGITS = 12
_DAY_S = 86_400
_FEW_EXPECTED_S = 128 * _DAY_S
_BEGINNING = oldest_first(datetime(2005, 1, 1, tzinfo=UTC))
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose cases: a country's, or one of its regions'; `max_days` to decide under its policy of the day."""

    country: str
    region: str | None
    max_days: int

    @property
    def filter(self) -> Document:
        return {"country": self.country} | ({} if self.region is None else {"region": self.region})


@dataclass(frozen=True, slots=True)
class Queued:
    """A case in the queue; `key` orders it and names the place to go on from."""

    key: str
    band: int
    document: Document


@dataclass(frozen=True, slots=True)
class _Walk:
    """One band's way through time, from the key `start` to the key `end`."""

    place: Place
    band: int
    start: str
    end: str


class QueueQueries:
    """Reads the queue in windows of time, for the database reads every match of a query, even with a limit."""

    def __init__(self, views: ViewReader) -> None:
        self._views = views

    async def queue(
        self, place: Place, now: datetime, after: str | None, limit: int, wanted: Callable[[Document], bool]
    ) -> Sequence[Queued]:
        """The first `limit` wanted cases behind the key `after`: by band, then by due date."""
        first, begun = _cursor(after)
        overdue = oldest_first(now - timedelta(days=place.max_days))
        found: list[Queued] = []
        for band in (OVERDUE, *BANDS):
            if band < first or len(found) >= limit:
                continue
            # A day ahead, for clocks differ.
            start, end = (_BEGINNING, overdue) if band == OVERDUE else (overdue, oldest_first(now + timedelta(days=1)))
            walk = _Walk(place, band, max(start, begun) if band == first else start, end)
            found += await self._walked(walk, limit - len(found), wanted)
        return found

    async def _walked(self, walk: _Walk, limit: int, wanted: Callable[[Document], bool]) -> list[Queued]:
        """Each window twice as wide as the one before, half as wide when that held too many."""
        found: list[Queued] = []
        start, width = walk.start, _FEW_EXPECTED_S if walk.band == OVERDUE else _DAY_S
        while len(found) < limit and start < walk.end:
            end = min(f"{int(start[:_DIGITS]) + width:0{_DIGITS}d}", walk.end)
            part = await self._window(walk, start, end)
            if part is None and width > 1:
                width //= 2
                continue
            ordered = sorted(filter(wanted, part or ()), key=lambda document: str(document["age"]))
            found += [Queued(f"{walk.band}~{document['age']}", walk.band, document) for document in ordered]
            start, width = end, width * 2
        return found[:limit]

    async def _window(self, walk: _Walk, start: str, end: str) -> list[Document] | None:
        """Those behind `start` and before `end`; nothing where one question cannot answer that."""
        found: list[Document] = []
        for risk in BANDS if walk.band == OVERDUE else (walk.band,):
            between = {"queue": {"$gt": f"{risk}~{start}", "$lt": f"{risk}~{end}"}}
            part = await self._views.find(CASES, walk.place.filter | between, MAX_LIMIT)
            if len(part) == MAX_LIMIT:
                return None
            found += part
        return found


def _cursor(after: str | None) -> tuple[int, str]:
    """Band and key to go on from; behind everything for what is no cursor of ours."""
    if after is None:
        return OVERDUE, ""
    band, _, key = after.partition("~")
    digits = key.partition("~")[0]
    known = len(band) == 1 and (band + digits).isascii() and (band + digits).isdigit() and len(digits) == _DIGITS
    return (int(band), key) if known else (BANDS[-1] + 1, "")
