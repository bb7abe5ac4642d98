"""What a consumer group does with a batch of one partition: drop repeats, close gaps, work, park, store positions.

Kafka is not known here: deliveries come in, and when `process` returns every one of them is handled or parked and the
positions say so, so that offsets may be committed. It raises what stops the shard; the caller backs off and repeats.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from shared.event_store.violations import Busy, NotYetKnown, OutcomeUnknown
from shared.messaging.delivery import Delivery, Place
from shared.messaging.parked import ParkedStreams, fault_of
from shared.messaging.positions import Positions, Reached, Standing
from shared.messaging.transient import Transient
from shared.mongo import Database, PyMongoError

log = structlog.get_logger()

TRANSIENT = (PyMongoError, NotYetKnown, Busy, OutcomeUnknown, Transient, TimeoutError, ConnectionError)
PATIENCE_S = 60.0
PARKED_WITHIN = timedelta(minutes=1)
MAX_PARKED = 20
REFILL = 5_000
FIRST_DELAY_S, LAST_DELAY_S = 0.05, 2.0

Refill = Callable[[Place, int, int], Awaitable[Sequence[Delivery]]]
"""Reads the feed: the deliveries of a place from one position to another, both included; fewer when it has fewer."""


class ShardStopped(Exception):
    """A gap in the positions of a shard that the feed could not close (yet)."""

    def __init__(self, place: Place, position: int) -> None:
        super().__init__(f"{'/'.join(map(str, place))} misses {position}")
        self.place, self.position = place, position


class GroupStopped(Exception):
    """Too many streams would have been parked at once: a bad release must not park the world. Ends the consumer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The first delivery of a stream that was not handled, and why; nothing after it was tried."""

    at: Delivery
    error: Exception


class Work(Protocol):
    """What a group does: reactions, or views."""

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        """Handles deliveries, those of one stream in order; a stream that is not in the answer is done."""


class GroupProcessor:
    """Positions, parked streams and the work of one group in one process."""

    def __init__(
        self,
        group: str,
        work: Work,
        source: Database,
        clock: Callable[[], datetime],
        *,
        refill: Refill | None = None,
        patience_s: float = PATIENCE_S,
        max_parked: int = MAX_PARKED,
    ) -> None:
        self.group = group
        self.work = work
        self.positions = Positions(source, group)
        self.parked = ParkedStreams(source, group, clock)
        self._clock = clock
        self._refill = refill
        self._patience_s = patience_s
        self._max_parked = max_parked

    def forget(self) -> None:
        """After an assignment: others may have moved on."""
        self.positions.forget()

    async def process(self, batch: Sequence[Delivery]) -> None:
        """Handles or parks every delivery of one partition, in order, and stores the positions reached.

        Raises:
            HistoryChanged, ShardStopped: the shard cannot go on; repeating it may help once somebody acted.
            GroupStopped: the group must not go on at all.
        """
        stretch = _Stretch()
        for delivered in batch:
            if delivered.place is None:
                stretch.fresh.append(delivered)
                continue
            reached = await self._reached(delivered.place, stretch)
            if reached.stands(delivered) is Standing.AHEAD:
                await self._finish(stretch)
                stretch = _Stretch()
                await self._close_gap(delivered.place, delivered.position)
                reached = await self._reached(delivered.place, stretch)
            if reached.stands(delivered) is Standing.NEXT:
                stretch.take(delivered, reached)
        await self._finish(stretch)

    async def _reached(self, place: Place, stretch: "_Stretch") -> Reached:
        """Where `stretch` has come; a position that had to be read asks for the parked streams to be read after it."""
        if place in stretch.ahead:
            return stretch.ahead[place]
        stretch.read_anew |= not self.positions.knows(place)
        return await self.positions.reached(place)

    async def _finish(self, stretch: "_Stretch") -> None:
        if stretch.read_anew:  # who parks a stream stores the position afterwards: so this order sees both or neither
            await self.parked.refresh()
        await self._work_off(stretch.fresh)
        await self.positions.store(stretch.ahead)

    async def _close_gap(self, place: Place, position: int) -> None:
        """Works off what lies between the position reached and `position`, out of the feed."""
        self.positions.forget()
        while True:
            stretch = _Stretch()
            reached = await self._reached(place, stretch)
            first, last = reached.position + 1, min(reached.position + REFILL, position - 1)
            if first > last:
                return
            where = {"topic": place.topic, "shard": place.shard, "first": first, "last": last}
            log.warning("positions_missing", group=self.group, **where)
            for found in await self._refill(place, first, last) if self._refill is not None else ():
                reached = stretch.ahead.get(place, reached)
                if found.place != place or reached.stands(found) is not Standing.NEXT:
                    raise ShardStopped(place, reached.position + 1)
                stretch.take(found, reached)
            if not stretch.fresh:
                raise ShardStopped(place, first)
            await self._finish(stretch)

    async def _work_off(self, deliveries: Sequence[Delivery]) -> None:
        waiting, patience, delay = list(deliveries), _Patience(self._patience_s), FIRST_DELAY_S
        while waiting:
            todo = await self._not_behind_parked(waiting)
            failures = await self.work.run(todo) if todo else {}
            again: set[int] = set()
            for stream, failure in failures.items():
                rest = _rest(todo, stream, failure)
                if patience.is_left(failure) or not await self._park(stream, rest, failure):
                    again.update(map(id, rest))
            waiting = [delivered for delivered in todo if id(delivered) in again]
            if waiting:
                errors = sorted({type(failure.error).__name__ for failure in failures.values()})
                log.info("retrying", group=self.group, deliveries=len(waiting), errors=errors)
                await asyncio.sleep(delay)
                delay = min(2 * delay, LAST_DELAY_S)

    async def _not_behind_parked(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Parks what belongs behind a parked stream; the rest is to be handled."""
        for stream in {delivered.stream for delivered in deliveries} & self.parked.streams:
            await self.parked.append(stream, [one for one in deliveries if one.stream == stream])
        return [delivered for delivered in deliveries if delivered.stream not in self.parked.streams]

    async def _park(self, stream: str, rest: Sequence[Delivery], failure: Failure) -> bool:
        recent = await self.parked.parked_since(self._clock() - PARKED_WITHIN)
        if recent >= self._max_parked:
            raise GroupStopped(f"{self.group}: {recent} streams were parked within a minute, {stream} would be next")
        fault = fault_of(failure.error)
        log.error("stream_parked", group=self.group, stream=stream, error=fault.error, delivery=rest[0].identity)
        return await self.parked.park(stream, rest, fault)


@dataclass(slots=True)
class _Stretch:
    """Deliveries to be handled together, and what is reached with them."""

    fresh: list[Delivery] = field(default_factory=list)
    ahead: dict[Place, Reached] = field(default_factory=dict)
    read_anew: bool = False

    def take(self, delivered: Delivery, reached: Reached) -> None:
        self.fresh.append(delivered)
        if delivered.place is not None:
            self.ahead[delivered.place] = reached.then(delivered)


class _Patience:
    """A fact that nobody ever tells is no outage: after the patience its stream is parked, and its neighbours go on."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[str, float] = {}

    def is_left(self, failure: Failure) -> bool:
        """Whether trying again may help."""
        if not isinstance(failure.error, NotYetKnown):
            return isinstance(failure.error, TRANSIENT)
        now = time.monotonic()
        return now - self._since.setdefault(failure.at.identity, now) < self._seconds


def _rest(deliveries: Sequence[Delivery], stream: str, failure: Failure) -> list[Delivery]:
    of_stream = [delivered for delivered in deliveries if delivered.stream == stream]
    start = next(index for index, delivered in enumerate(of_stream) if delivered is failure.at)
    return of_stream[start:]
