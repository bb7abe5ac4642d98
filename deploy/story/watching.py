"""What the story's facts became in Kafka: every event of one correlation, in the order in which it arrived."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.errors import Unable
from deploy.story.calls import DEADLINE_S, StepOverdue
from shared.contracts.base import SERVICES, Event
from shared.contracts.catalogue import codec, topic_of
from shared.contracts.envelope import Recorded, Undecodable


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event as it arrived: milliseconds since the command that it goes back to."""

    recorded: Recorded[Event]
    service: str
    ms: float

    @property
    def what(self) -> str:
        return type(self.recorded.event).__name__


class Watcher:
    """Follows all topics from now on and keeps what belongs to one correlation, each event once."""

    def __init__(self, consumer: AIOKafkaConsumer, correlation: str) -> None:
        self.seen: list[Sighting] = []
        self._consumer = consumer
        self._correlation = correlation
        self._codec = codec()
        self._began: dict[str, datetime] = {}
        self._changed = asyncio.Event()

    async def follow(self) -> None:
        """Until cancelled."""
        async for record in self._consumer:
            try:
                envelope = self._codec.open(record.value)
                if envelope.correlationid != self._correlation or envelope.id in self._began:
                    continue
                recorded = self._codec.decode(record.value)
            except Undecodable:
                continue
            # A reaction counts from the command that it goes back to, through the events between.
            self._began[recorded.id] = self._began.get(envelope.causationid or "", recorded.time)
            ms = (datetime.now(UTC) - self._began[recorded.id]).total_seconds() * 1000
            self.seen.append(Sighting(recorded, record.topic.partition(".")[0], ms))
            self._changed.set()

    async def until(self, service: str, step: str, holds: Callable[[list[Sighting]], bool]) -> None:
        """Waits for something to be true of what was seen.

        Raises:
            StepOverdue: it did not become true in time; `service` owes it.
        """
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds(self.seen):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise StepOverdue(service, step, "no such event came") from None


@asynccontextmanager
async def watching(bootstrap: str, shards: int, correlation: str) -> AsyncIterator[Watcher]:
    """A watcher that follows while the block runs."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_wait_ms=20)
    try:
        await consumer.start()
    except KafkaError:
        await consumer.stop()
        raise Unable(f"Kafka at {bootstrap} does not answer: is the stack up? Start it with `make up`.") from None
    try:
        places = [TopicPartition(topic_of(service), shard) for service in SERVICES for shard in range(shards)]
        consumer.assign(places)
        await consumer.seek_to_end()
        watcher = Watcher(consumer, correlation)
        following = asyncio.create_task(watcher.follow())
        try:
            yield watcher
        finally:
            following.cancel()
    finally:
        await consumer.stop()
