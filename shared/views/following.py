"""A view kept in memory: every document once, then each change, in the database's order.

For what no index answers well. The change stream is opened before the documents are read, so that no change falls
between; what is told twice is put twice, and the last one stands.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from shared.mongo import ChangeStream, Collection, Database, PyMongoError, is_alive
from shared.views.live import Live, LiveVersions, view_collection
from shared.views.view import View

BATCH = 5_000
MOST_CHANGES = 2_000
"""Changes taken at once, 0.3 ms each: whoever waits for an answer does not wait for a whole import."""
_CHANGES: Sequence[Mapping[str, Any]] = [
    {"$match": {"operationType": {"$in": ["insert", "replace"]}}},
    {"$project": {"fullDocument": 1}},
]

Kept = TypeVar("Kept")


class Followed(Generic[Kept]):
    """`make()` is the empty thing that is kept, `put(kept, document)` takes in a document with its `_id`."""

    def __init__(
        self,
        source: Database,
        view: View,
        fields: Sequence[str],
        make: Callable[[], Kept],
        put: Callable[[Kept, Mapping[str, Any]], None],
    ) -> None:
        self._source, self._view, self._fields = source, view, fields
        self._make, self._put = make, put
        self._versions, self._turn = LiveVersions(source), asyncio.Lock()
        self._begun, self._reading = 0, False
        self._version: int | None = None
        self._kept: Kept | None = None
        self._changes: ChangeStream | None = None

    async def current(self) -> Kept:
        """As the database tells it now; while everything is read anew, as it was told before.

        Raises:
            PyMongoError: the database did not answer.
        """
        if self._kept is None or not self._reading:
            await self.refresh()
        if self._kept is None:
            raise AssertionError("refreshed and yet not there")
        return self._kept

    async def refresh(self) -> None:
        """Takes in what changed; reads everything where another version is live, or the changes were lost."""
        asked = self._begun
        async with self._turn:
            if self._begun > asked:  # somebody else's, begun after this was asked for
                return
            self._begun += 1
            try:
                await self._look()
            except PyMongoError:
                await self.close()
                raise

    async def close(self) -> None:
        """Ends the change stream; the next refresh reads everything again."""
        changes, self._changes = self._changes, None
        if changes is not None:
            with suppress(PyMongoError):
                await changes.close()

    async def _look(self) -> None:
        live = (await self._versions.read([self._view.name]))[self._view.name]
        changes, same = self._changes, live.version == self._version
        if self._kept is None or changes is None or not is_alive(changes) or not same:
            self._reading = True
            try:
                await self._begin(live)
            finally:
                self._reading = False
        else:
            await self._take(self._kept, changes)

    async def _begin(self, live: Live) -> None:
        await self.close()
        collection = view_collection(self._source, self._view, live)
        self._changes = changes = collection.watch(_CHANGES, max_await_time_ms=1, batch_size=BATCH)
        kept = self._make()
        await self._take(kept, changes)  # opens the stream, before anything is read
        await self._read(kept, collection)
        await self._take(kept, changes)
        self._kept, self._version = kept, live.version

    async def _read(self, kept: Kept, collection: Collection) -> None:
        async for document in collection.find({}, dict.fromkeys(self._fields, 1), batch_size=BATCH):
            self._put(kept, document)

    async def _take(self, kept: Kept, changes: ChangeStream) -> None:
        for _ in range(MOST_CHANGES):
            change = await changes.try_next()
            if change is None:
                return
            self._put(kept, change["fullDocument"])
