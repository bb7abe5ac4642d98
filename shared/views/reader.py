"""Reads views: one document, a list by an index, and the wait for one's own write."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.mongo import Collection, Database
from shared.views.following import Kept, Source
from shared.views.live import Live, LiveVersions, ViewNotReady, refuse_unreadable, view_collection
from shared.views.view import Fields, View, visible

LIVE_FOR_S = 1.0
WAIT_S = 2.0
POLL_S = 0.02
MAX_LIMIT = 1000
_COMPARISONS = frozenset({"$eq", "$gt", "$gte", "$in", "$lt", "$lte"})


class UnindexedQuery(Exception):
    """A list filters by fields that are the first of no index of its view: it would read the whole collection."""

    def __init__(self, view: str, fields: list[str]) -> None:
        super().__init__(f"view {view} has no index that begins with {', '.join(fields) or 'nothing'}")


class ViewReader:
    """The views of one service, as pages and the API read them. A view that waits for its rebuild is not read: every
    method but `reached` raises `ViewNotReady` then."""

    def __init__(self, source: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds: which version is live is asked once a second."""
        self._source = source
        self._versions = LiveVersions(source)
        self._clock = clock
        self._live: dict[str, tuple[float, Live]] = {}

    async def get(self, view: View, key: str) -> Fields | None:
        """The document of that key, if there is one."""
        found = await self._stored(view, key)
        return visible(found) if found is not None else None

    async def many(self, view: View, keys: Sequence[str]) -> dict[str, Fields]:
        """The documents that there are of these keys."""
        collection = view_collection(self._source, view, await self._live_version(view))
        found = await collection.find({"_id": {"$in": list(keys)}}).to_list(None) if keys else []
        return {str(stored["_id"]): visible(stored) for stored in found}

    def source(self, view: View, fields: Sequence[str], put: Callable[[Kept, Mapping[str, Any]], None]) -> Source[Kept]:
        """The view, to be followed in memory: for lists that are small enough, in a shape that an index cannot give."""

        async def place() -> Collection:
            live = (await self._versions.read([view.name]))[view.name]
            refuse_unreadable(view, live)
            return view_collection(self._source, view, live)

        return Source(place, fields, put)

    async def find(self, view: View, filter: Mapping[str, Any], limit: int = 100) -> list[Fields]:  # noqa: A002
        """At most `limit` documents, in the order of their keys, by equality and ranges over indexed fields.

        The database reads every match before it sorts and stops at `limit`: filter so that few match.

        Raises:
            UnindexedQuery: no index of the view begins with the fields of the filter.
        """
        refuse_unindexed(view, filter)
        collection = view_collection(self._source, view, await self._live_version(view))
        found = await collection.find(dict(filter)).sort("_id", 1).limit(min(limit, MAX_LIMIT)).to_list(None)
        return [visible(stored) for stored in found]

    async def slice(self, view: View, filter: Mapping[str, Any], fields: Sequence[str]) -> list[Fields]:  # noqa: A002
        """Every match with its `_id` and those fields only, in no order: for filters that match little.

        Raises:
            UnindexedQuery: no index of the view begins with the fields of the filter.
        """
        refuse_unindexed(view, filter)
        collection = view_collection(self._source, view, await self._live_version(view))
        return await collection.find(dict(filter), dict.fromkeys(fields, 1)).to_list(None)

    async def reached(self, view: View, key: str, stream: str, version: int, within_s: float = WAIT_S) -> bool:
        """Waits until the document has folded that version of the stream; false when the time is over, or the view
        waits for its rebuild: what was done is done."""
        deadline = self._clock() + within_s
        while True:
            try:
                found = await self._stored(view, key)
            except ViewNotReady:
                return False
            if found is not None and any(one == stream and folded >= version for one, folded, _ in found["_seen"]):
                return True
            if self._clock() >= deadline:
                return False
            await asyncio.sleep(POLL_S)

    async def _stored(self, view: View, key: str) -> Mapping[str, Any] | None:
        return await view_collection(self._source, view, await self._live_version(view)).find_one({"_id": key})

    async def _live_version(self, view: View) -> Live:
        known = self._live.get(view.name)
        if known is None or self._clock() - known[0] > LIVE_FOR_S:
            known = (self._clock(), (await self._versions.read([view.name]))[view.name])
            self._live[view.name] = known
        refuse_unreadable(view, known[1])
        return known[1]


def refuse_unindexed(view: View, filter: Mapping[str, Any]) -> None:  # noqa: A002
    """Raises `UnindexedQuery`; pure."""
    fields = set(filter)
    served = any(set(index[: len(fields)]) == fields for index in view.indexes)
    compared = {sign for value in filter.values() if isinstance(value, Mapping) for sign in value}
    if not fields or not served or compared - _COMPARISONS:
        raise UnindexedQuery(view.name, sorted(fields))
