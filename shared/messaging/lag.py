"""Progress against end offsets: what a group has not handled yet, since when, and whether it gets anywhere.

A ping of the broker would keep a dead loop green; only work that gets done, or none to do, counts as progress.
"""

import asyncio
import time
from typing import TYPE_CHECKING

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.mongo import PyMongoError
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics

if TYPE_CHECKING:
    from shared.messaging.lanes import Lane, Lanes

log = structlog.get_logger()

INTERVAL_S = 2.0
ANSWER_DEADLINE_S = 10.0
LOOK_BACK_EVERY_S = 60.0


class Watch:
    """Measures one group's lag every two seconds, exports it, and beats while there is progress."""

    def __init__(self, lanes: "Lanes", metrics: Metrics, heartbeats: Heartbeats) -> None:
        self._lanes = lanes
        self._metrics = metrics
        self._heartbeats = heartbeats
        self._seen: dict[TopicPartition, int] = {}
        self._behind_since: dict[TopicPartition, float] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            try:
                async with asyncio.timeout(ANSWER_DEADLINE_S):
                    await self._turn()
            except (KafkaError, PyMongoError, TimeoutError) as error:
                log.warning("lag_unknown", group=self._lanes.group, error=type(error).__name__)

    async def _turn(self) -> None:
        consumer = self._lanes.consumer()
        if consumer is None or not self._lanes.joined or self._lanes.halted:
            return
        lanes = list(self._lanes.lanes.values())
        ends = await consumer.end_offsets([lane.tp for lane in lanes]) if lanes else {}
        moved = [await self._measure(consumer, lane, ends[lane.tp]) for lane in lanes]
        if all(moved):
            self._heartbeats.beat(self._lanes.group)
        await self._lanes.processor.parked.refresh()
        self._metrics.parked_streams.labels(self._lanes.group).set(len(self._lanes.processor.parked.streams))

    async def _measure(self, consumer: AIOKafkaConsumer, lane: "Lane", end: int) -> bool:
        """Exports the lag of one partition; whether it has none, or moved since the last look."""
        if lane.offset is None:
            committed = await consumer.committed(lane.tp)
            lane.begin_at(committed or 0)
        handled = lane.offset or 0
        lag = max(0, end - handled)
        labels = (self._lanes.group, lane.tp.topic, str(lane.tp.partition))
        self._metrics.consumer_lag_events.labels(*labels).set(lag)
        self._metrics.consumer_lag_seconds.labels(*labels).set(self._age(lane, lag))
        before, self._seen[lane.tp] = self._seen.get(lane.tp), handled
        if end and not lag:
            self._look_back(lane, end)
        return lag == 0 or before != handled

    def _look_back(self, lane: "Lane", end: int) -> None:
        """After an assignment and once a minute: no lag says that all offsets are behind, not that all events are."""
        now = time.monotonic()
        if lane.looked_back_at is None or now - lane.looked_back_at >= LOOK_BACK_EVERY_S:
            lane.looked_back_at = now
            self._lanes.look_back(lane, end)

    def _age(self, lane: "Lane", lag: int) -> float:
        if not lag:
            self._behind_since.pop(lane.tp, None)
            return 0.0
        since = self._behind_since.setdefault(lane.tp, time.time())
        started = lane.working_since_ms
        return max(0.0, time.time() - (min(since, started / 1000) if started else since))
