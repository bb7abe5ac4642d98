"""Consumer groups on Kafka: FastStream batch subscribers, committed by hand, one member a group and process (§7).

Every batch is split by partition, and each partition worked off by a task of its own. A task that is not done after
50 ms goes on by itself while its partition is paused, so that a slow or failing shard holds up nobody else; it commits
when it is done. Tasks are cancelled on revocation and shutdown: what they did not commit comes again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, Topic
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.messaging.failpoints import FAILPOINTS, Reach
from shared.messaging.lanes import Lanes
from shared.messaging.processing import GroupProcessor
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics

log = structlog.get_logger()

MAX_RECORDS = 500
BATCH_TIMEOUT_MS = 500  # how long a poll waits at most; records end it at once (see `_Polling`)
FETCH_WAIT_MS = 100  # a resumed partition waits for the fetch that is under way: by default up to 500 ms
SESSION_TIMEOUT_MS = 6_000
STOP_DEADLINE_S = 10.0
FIRST_DELAY_S, LAST_DELAY_S = 0.5, 5.0
STALLED_AFTER_S = 120.0

Records = tuple[ConsumerRecord[Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group: `<service>.reactions` or `<service>.views`, the topics it reads, and what it does with them."""

    name: str
    topics: tuple[str, ...]
    processor: GroupProcessor


class Consumers:
    """All consumer groups of one process."""

    def __init__(
        self,
        bootstrap: str,
        groups: Sequence[Group],
        metrics: Metrics,
        heartbeats: Heartbeats,
        *,
        reach: Reach = FAILPOINTS.reach,
    ) -> None:
        self._broker = KafkaBroker(
            bootstrap,
            apply_types=False,
            consumer_only=True,
            allow_auto_create_topics=False,
            logger=_quiet_logger(),
            log_level=logging.DEBUG,
        )
        self._heartbeats = heartbeats
        self.lanes: Mapping[str, Lanes] = {
            group.name: self._subscribe(group, Lanes(group.name, group.processor, metrics, heartbeats, reach))
            for group in groups
        }

    def _subscribe(self, group: Group, lanes: Lanes) -> Lanes:
        subscriber = self._broker.subscriber(
            *(Topic(topic, declare=False) for topic in group.topics),
            group_id=group.name,
            batch=True,
            max_records=MAX_RECORDS,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 4,
            listener=lanes,
            parser=_unparsed,
            decoder=_raw,
            no_reply=True,
        )
        lanes.consumer = lambda: subscriber.consumer
        lanes.leave = subscriber.stop
        subscriber(_handler(lanes))
        return lanes

    async def start(self) -> None:
        """Joins all groups; waits for as long as no broker answers: the other roles of the process do without one.
        May be cancelled, and `stop` ends what had begun. Liveness tells of a wait that lasts.
        """
        for name in self.lanes:
            self._heartbeats.register(name, within_seconds=STALLED_AFTER_S)
        delay = FIRST_DELAY_S
        while not await self._started():
            await asyncio.sleep(delay)
            delay = min(2 * delay, LAST_DELAY_S)
        for lanes in self.lanes.values():
            lanes.watch()

    async def _started(self) -> bool:
        try:
            await self._broker.connect()
            config = self._broker.config.broker_config
            config.builder = partial(_Polling, **config.builder.keywords)  # type: ignore[attr-defined]
            await self._broker.start()
        except KafkaError as error:
            log.warning("broker_unreachable", error=type(error).__name__)
            await self._broker.stop()
            return False
        return True

    async def stop(self, deadline_s: float = STOP_DEADLINE_S) -> None:
        """Lets what is being handled finish for a moment, cancels the rest, and leaves all groups."""
        await asyncio.gather(*(lanes.close() for lanes in self.lanes.values()))
        try:
            async with asyncio.timeout(deadline_s):
                await self._broker.stop()
        except TimeoutError:
            log.warning("consumers_left_late")
        for name in self.lanes:
            self._heartbeats.unregister(name)


class _Polling(AIOKafkaConsumer):  # type: ignore[misc]
    """FastStream sleeps after an empty poll for as long as it waited: ten milliseconds each wake a group fifty times a
    second for nothing, longer ones make records late. This poll ends with records, with an error, or cancelled."""

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord[Any, Any]]]:
        while True:
            found: dict[TopicPartition, list[ConsumerRecord[Any, Any]]] = await super().getmany(
                *partitions, timeout_ms=timeout_ms, max_records=max_records
            )
            if found:
                return found


async def _unparsed(records: Records) -> KafkaMessage:
    """The stock parser decodes every header: one null header would drop the batch before the handler saw it."""
    return KafkaMessage(body=b"", raw_message=records, headers={}, consumer=FAKE_CONSUMER)


async def _raw(message: KafkaMessage) -> Records:
    records = message.raw_message
    return records if isinstance(records, tuple) else (records,)


def _quiet_logger() -> logging.Logger:
    """FastStream's own lines: two a record cost a third of the throughput; only its errors say something new."""
    logger = logging.getLogger("shared.messaging.faststream")
    logger.setLevel(logging.ERROR)
    return logger


def _handler(lanes: Lanes) -> Callable[[Records], Any]:
    async def work_off(records: Records) -> None:
        await lanes.work_off(records)

    return work_off
