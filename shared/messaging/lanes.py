"""The partitions that a member of a consumer group holds: who works on what, what is paused, what may be committed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.messaging.delivery import Delivery, Record, delivery
from shared.messaging.failpoints import Reach
from shared.messaging.lag import Watch
from shared.messaging.processing import GroupProcessor, GroupStopped
from shared.observability.health import Heartbeats
from shared.observability.logs import described
from shared.observability.metrics import Metrics

log = structlog.get_logger()

PAUSE_AFTER_S = 0.05  # neighbours' p99: 38 ms instead of the 760 of waiting for the slowest
COMMIT_DEADLINE_S = 5.0
CLOSE_GRACE_S = 2.0
FIRST_DELAY_S, LAST_DELAY_S = 0.1, 5.0
LOOK_BACK = 10


@dataclass(eq=False, slots=True)
class Lane:
    """One assigned partition. `offset` is the next one to handle, once that is known; `again` are offsets that are read
    once more only to compare positions; `looked_back_at` is when that was done last (monotonic seconds)."""

    tp: TopicPartition
    offset: int | None = None
    again: range = range(0)
    looked_back_at: float | None = None
    working_since_ms: int | None = None
    task: asyncio.Task[int] | None = None
    finisher: asyncio.Task[None] | None = None

    def begin_at(self, offset: int) -> None:
        """What Kafka says that the group had committed, unless something was handled since."""
        if self.offset is None:
            self.offset = offset


class Lanes(ConsumerRebalanceListener):  # type: ignore[misc]
    """Works off batches partition by partition; the rebalance listener of its consumer."""

    def __init__(
        self, group: str, processor: GroupProcessor, metrics: Metrics, heartbeats: Heartbeats, reach: Reach
    ) -> None:
        self.group = group
        self.halted: GroupStopped | None = None
        self.joined = False
        self.consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.leave: Callable[[], Awaitable[None]] | None = None
        self.lanes: dict[TopicPartition, Lane] = {}
        self.processor = processor
        self._watch = Watch(self, metrics, heartbeats)
        self._reach = reach
        self._closing = False
        self._background: set[asyncio.Task[Any]] = set()

    def watch(self) -> None:
        """Starts to measure the lag, and to beat while there is progress."""
        self._spawn(self._watch.run())

    async def work_off(self, records: Sequence[Record]) -> None:
        """Hands each partition's records to a task, waits a moment for all, and lets the late ones go on alone.

        Nothing may escape from here: FastStream would go on behind the batch as if it had been handled.
        """
        try:
            started = [lane for lane, some in self._by_lane(records) if self._begin(lane, some)]
            if started:
                await asyncio.wait([lane.task for lane in started if lane.task], timeout=PAUSE_AFTER_S)
                await self._commit([lane for lane in started if lane.task and lane.task.done()])
                for lane in started:
                    if lane.task is not None:
                        self._go_on_alone(lane)
        except Exception as error:  # noqa: BLE001 see above: the group ends instead
            self._halt(GroupStopped(f"{self.group}: {type(error).__name__}"), error)

    def _by_lane(self, records: Iterable[Record]) -> Iterable[tuple[Lane, list[Record]]]:
        """Batches keep each partition's records together; those of a partition that was revoked are someone else's."""
        if self._closing or self.halted:
            return
        for tp, some in groupby(records, lambda record: TopicPartition(record.topic, record.partition)):
            lane = self.lanes.get(tp)
            if lane is not None:
                yield lane, list(some)

    def _begin(self, lane: Lane, records: Sequence[Record]) -> bool:
        if lane.task is not None:  # came in spite of the pause: to be fetched again afterwards
            self._unless_revoked(lambda consumer: consumer.seek(lane.tp, records[0].offset))
            return False
        lane.working_since_ms = records[0].timestamp
        lane.task = asyncio.create_task(self._handle(_deliveries(lane, records), records[-1].offset + 1))
        return True

    def look_back(self, lane: Lane, end: int) -> None:
        """Reads the last records of a partition without lag again. A topic that was wiped and published again may have
        other events below the committed offset: the position of the last ones then shows a gap, which is closed."""
        start = max(0, end - LOOK_BACK)
        if lane.task is None and self._unless_revoked(lambda consumer: consumer.seek(lane.tp, start)):
            lane.again = range(start, end)

    async def _handle(self, deliveries: Sequence[Delivery], behind: int) -> int:
        """Repeats a batch until all of it is handled or parked; answers `behind`, the offset behind it."""
        delay = FIRST_DELAY_S
        while True:
            try:
                await self.processor.process(deliveries)
            except GroupStopped as stopped:
                self._halt(stopped)
                raise
            except Exception as error:  # noqa: BLE001 the shard waits for whoever can help, its neighbours go on
                first = deliveries[0]
                where = {"topic": first.topic, "shard": first.partition, "offset": first.offset}
                log.error("batch_not_handled", group=self.group, **where, **described(error))  # noqa: TRY400 never its message
                await asyncio.sleep(delay)
                delay = min(2 * delay, LAST_DELAY_S)
            else:
                self._reach("after_work_before_offset")
                return behind

    def _go_on_alone(self, lane: Lane) -> None:
        held = self.lanes.get(lane.tp) is lane
        if held and self._unless_revoked(lambda consumer: consumer.pause(lane.tp)):
            lane.finisher = asyncio.create_task(self._finish(lane))

    async def _finish(self, lane: Lane) -> None:
        if lane.task is None:
            return
        await asyncio.wait([lane.task])
        await self._commit([lane])
        if self.lanes.get(lane.tp) is lane:
            self._unless_revoked(lambda consumer: consumer.resume(lane.tp))
        lane.finisher = None  # else `close` would take it for the one to wait for

    async def _commit(self, done: Sequence[Lane]) -> None:
        """Commits what was handled, `{partition: last + 1}` and nothing else; a lost commit only repeats work."""
        offsets: dict[TopicPartition, int] = {}
        for lane in done:
            task, lane.task, lane.working_since_ms = lane.task, None, None
            if task is None or task.cancelled() or task.exception() or self.lanes.get(lane.tp) is not lane:
                continue
            lane.offset = offsets[lane.tp] = task.result()
        consumer = self.consumer()
        if not offsets or consumer is None:
            return
        try:
            async with asyncio.timeout(COMMIT_DEADLINE_S):  # commit() retries for ever by itself
                await consumer.commit(offsets)
        except (IllegalStateError, CommitFailedError):
            log.info("revoked_before_commit", group=self.group)
        except (TimeoutError, KafkaError) as error:
            log.warning("offsets_not_committed", group=self.group, error=type(error).__name__)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Cancels what works on these partitions; the stream's version, not ownership, guards what it still does."""
        self.joined = False
        await self._cancel([lane for tp in revoked if (lane := self.lanes.pop(tp, None)) is not None])

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Starts afresh: an assignment has cleared every pause, and nobody works on anything."""
        await self._cancel(list(self.lanes.values()))
        self.lanes = {tp: Lane(tp) for tp in assigned}
        self.processor.forget()
        self.joined = True

    async def close(self) -> None:
        """Takes no more work, gives what is under way a moment, and cancels the rest."""
        self._closing = True
        busy = [task for lane in self.lanes.values() if (task := lane.finisher or lane.task) is not None]
        if busy:
            await asyncio.wait(busy, timeout=CLOSE_GRACE_S)
        await self._cancel(list(self.lanes.values()))
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _cancel(self, lanes: Sequence[Lane]) -> None:
        tasks = [task for lane in lanes for task in (lane.task, lane.finisher) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=CLOSE_GRACE_S)
            await asyncio.gather(*done, return_exceptions=True)

    def _halt(self, stopped: GroupStopped, cause: Exception | None = None) -> None:
        if self.halted is None:
            self.halted = stopped
            log.critical("group_stopped", group=self.group, reason=str(stopped), **(described(cause) if cause else {}))
            self._spawn(self._end())

    async def _end(self) -> None:
        await self._cancel(list(self.lanes.values()))
        if self.leave is not None:
            await self.leave()

    def _unless_revoked(self, act: Callable[[AIOKafkaConsumer], Any]) -> bool:
        consumer = self.consumer()
        try:
            if consumer is not None:
                act(consumer)
                return True
        except IllegalStateError:  # revoked in this very moment
            pass
        return False

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _deliveries(lane: Lane, records: Sequence[Record]) -> list[Delivery]:
    """What is to be handled: records without a position that were only read again have been handled or parked."""
    found = [delivery(record) for record in records]
    again, lane.again = lane.again, lane.again if records[-1].offset + 1 < lane.again.stop else range(0)
    return [one for one in found if one.place is not None or one.offset not in again]
