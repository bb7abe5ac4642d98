"""What operators do with parked streams: list, show, retry in order, discard by a recorded decision."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from shared.messaging.parked import (
    PARKED,
    ROUNDS,
    Contended,
    Fault,
    ParkedStream,
    archived,
    fault_of,
    find_parked,
    from_document,
    shorten,
)
from shared.messaging.processing import Work
from shared.mongo import Database, durable

RecordDecision = Callable[[ParkedStream], Awaitable[None]]


class NotParked(Exception):
    """There is no such parked stream (any more)."""

    def __init__(self, group: str, stream: str) -> None:
        super().__init__(f"{stream} is not parked for {group}")
        self.group, self.stream = group, stream


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry did: deliveries handled, deliveries still parked, and why the first of those failed again."""

    handled: int
    left: int
    fault: Fault | None


class ParkedOperations:
    """Works on the parked streams of all groups of one service."""

    def __init__(self, source: Database, clock: Callable[[], datetime]) -> None:
        self._collection = durable(source, PARKED)
        self._clock = clock

    async def list(self, group: str, status: str = "parked") -> list[ParkedStream]:
        """The streams of a group that are `parked`, or that were `discarded`, the oldest first."""
        found = await self._collection.find({"group": group, "status": status}).to_list(None)
        return sorted(map(from_document, found), key=lambda there: (there.parked_at, there.stream))

    async def show(self, group: str, stream: str) -> ParkedStream:
        """One parked stream with its deliveries: what a retry would touch.

        Raises:
            NotParked: it is not parked.
        """
        there = await find_parked(self._collection, group, stream)
        if there is None:
            raise NotParked(group, stream)
        return there

    async def retry(self, group: str, stream: str, work: Work) -> Retried:
        """Handles what is parked, in order, until all of it is done or one fails again. Safe beside the running group:
        what arrives meanwhile is parked behind, or handled by the group once this document is gone.

        Raises:
            NotParked: it is not parked.
        """
        handled, there = 0, await self.show(group, stream)
        while True:
            first = there.deliveries[0]
            failure = (await work.run([first])).get(first.stream)
            if failure is not None:
                return Retried(handled, len(there.deliveries), fault_of(failure.error))
            handled += await shorten(self._collection, there, 1)
            found = await find_parked(self._collection, group, stream)
            if found is None:
                return Retried(handled, 0, None)
            there = found

    async def discard(self, group: str, stream: str, by: str, record: RecordDecision) -> ParkedStream:
        """Gives up what is parked now. `record` commits the decision first and must bear repeating; the document stays
        as `discarded` with who and when. What was parked behind it meanwhile stays parked.

        Raises:
            NotParked: it is not parked.
            Contended: somebody retries it at the same time.
        """
        there = await self.show(group, stream)
        await record(there)
        kept = archived(there, by, self._clock())
        await self._collection.replace_one({"_id": kept["_id"]}, kept, upsert=True)
        count, current = len(there.deliveries), there
        for _ in range(ROUNDS):
            if current.incarnation != there.incarnation or current.deliveries[:count] != there.deliveries:
                raise Contended(stream)
            if await shorten(self._collection, current, count):
                return from_document(kept)
            current = await self.show(group, stream)
        raise Contended(stream)
