"""Collections kept in memory, views for the most part: every document once, then each change, in the database's order.

For what no index answers well. The change stream is opened before the documents are read, so that no change falls
between; what is told twice is put twice, and the last one stands.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.mongo import ChangeStream, Collection, PyMongoError, is_alive

BATCH = 5_000
MOST_CHANGES = 2_000
"""Changes taken at once, 0.3 ms each: whoever waits for an answer does not wait for a whole import."""
_CHANGES: Sequence[Mapping[str, Any]] = [
    {"$match": {"operationType": {"$in": ["insert", "replace", "delete"]}}},
    {"$project": {"operationType": 1, "documentKey": 1, "fullDocument": 1}},
]

Kept = TypeVar("Kept")


def keeps(_kept: Any, _identifier: str) -> None:
    """For collections of which nothing is ever deleted: views."""


@dataclass(frozen=True, slots=True)
class Source(Generic[Kept]):
    """`place()` is the collection as it is now: one of another name is read anew. `put(kept, document)` takes in a
    document with its `_id` and those fields, `drop(kept, identifier)` takes note that it is gone."""

    place: Callable[[], Awaitable[Collection]]
    fields: Sequence[str]
    put: Callable[[Kept, Mapping[str, Any]], None]
    drop: Callable[[Kept, str], None] = keeps


@dataclass(slots=True)
class _Following(Generic[Kept]):
    source: Source[Kept]
    collection: Collection
    changes: ChangeStream

    async def read(self, kept: Kept) -> AsyncIterator[None]:
        """Everything; a pause after each batch, and one at the end."""
        fields, read = dict.fromkeys(self.source.fields, 1), 0
        async for document in self.collection.find({}, fields, batch_size=BATCH):
            self.source.put(kept, document)
            read += 1
            if read % BATCH == 0:
                yield
        yield

    async def take(self, kept: Kept) -> None:
        for _ in range(MOST_CHANGES):
            change = await self.changes.try_next()
            if change is None:
                return
            if change["operationType"] == "delete":
                self.source.drop(kept, change["documentKey"]["_id"])
            else:
                self.source.put(kept, change["fullDocument"])


class Followed(Generic[Kept]):
    """`make()` is the empty thing that is kept, which all sources fill. `progress` is called now and then while
    everything is read, whoever asked for it: that may take longer than a loop may be silent."""

    def __init__(self, make: Callable[[], Kept], *sources: Source[Kept]) -> None:
        self._make, self._sources = make, sources
        self.progress: Callable[[], None] = lambda: None
        self._turn = asyncio.Lock()
        self._begun, self._reading = 0, False
        self._kept: Kept | None = None
        self._following: Sequence[_Following[Kept]] = ()

    async def current(self) -> Kept:
        """As the database tells it now; while everything is read anew, as it was told before.

        Raises:
            PyMongoError: the database did not answer.
            ViewNotReady: the view waits for its rebuild.
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
        """Ends the change streams; the next refresh reads everything again."""
        following, self._following = self._following, ()
        for one in following:
            with suppress(PyMongoError):
                await one.changes.close()

    async def _look(self) -> None:
        places = await asyncio.gather(*(source.place() for source in self._sources))
        following = self._following
        same = [one.collection.name for one in following] == [place.name for place in places]
        if self._kept is None or not same or not all(is_alive(one.changes) for one in following):
            self._reading = True
            try:
                await self._begin(places)
            finally:
                self._reading = False
        else:
            await self._take(self._kept)

    async def _begin(self, places: Sequence[Collection]) -> None:
        await self.close()
        self._following = [
            _Following(source, place, place.watch(_CHANGES, max_await_time_ms=1, batch_size=BATCH))
            for source, place in zip(self._sources, places, strict=True)
        ]
        kept = self._make()
        await self._take(kept)  # opens the streams, before anything is read
        for one in self._following:
            async for _ in one.read(kept):
                self.progress()
        await self._take(kept)
        self._kept = kept

    async def _take(self, kept: Kept) -> None:
        await asyncio.gather(*(one.take(kept) for one in self._following))
