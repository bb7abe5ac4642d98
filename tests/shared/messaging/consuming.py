"""Deliveries to consume, and consumers of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.messaging.consumer import Consumers, Group
from shared.messaging.delivery import Delivery, Place, deliveries_of
from shared.messaging.processing import Failure, GroupProcessor, Work
from shared.messaging.reactions import ReactionsWork
from shared.mongo import Database
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.shared.event_store.counting import CODEC, COUNTER, NOW, Count, Counted, counting, following, prepared_store


def count_again(recorded: Recorded[Counted]) -> Sequence[Directed]:
    """Mirrors every count in a stream of this service."""
    return (Directed(f"mirror-{recorded.stream}", Count(at=recorded.time, by=recorded.event.by)),)


def clock() -> Any:
    return NOW


@dataclass
class Recording:
    """Work that keeps what it was given, and fails where it is told to."""

    fails: dict[str, Exception] = field(default_factory=dict)
    handled: list[Delivery] = field(default_factory=list)

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        failures: dict[str, Failure] = {}
        for delivered in deliveries:
            if delivered.stream in failures:
                continue
            if delivered.stream in self.fails:
                failures[delivered.stream] = Failure(delivered, self.fails[delivered.stream])
            else:
                self.handled.append(delivered)
        return failures

    def positions(self) -> list[int]:
        return [delivered.position for delivered in self.handled]


class Shard:
    """A shard of another service: commits in the order of their streams' turns, as Kafka would deliver them."""

    def __init__(self, handler: Handler, topic: str = "projects.events", shard: int = 0, epoch: str = "e1") -> None:
        self.place = Place("eu", epoch, topic, shard)
        self.commits: list[Commit] = []
        self._handler = handler
        self._streams: dict[str, tuple[Commit, ...]] = {}

    def add(self, *streams: str, times: int = 1) -> list[Delivery]:
        """The next commit of each stream; its deliveries."""
        start = len(self.deliveries())
        for stream in streams:
            before = self._streams.get(stream, ())
            commit = following(self._handler, stream, before, times)
            self._streams[stream] = (*before, commit)
            self.commits.append(commit)
        return self.deliveries()[start:]

    def deliveries(self) -> list[Delivery]:
        return list(deliveries_of(self.place, 1, self.commits))

    async def between(self, place: Place, first: int, last: int) -> Sequence[Delivery]:
        """What the feed of this shard has."""
        return [one for one in self.deliveries() if place == self.place and first <= one.position <= last]


def processor_of(source: Database, work: Work, **more: Any) -> GroupProcessor:
    return GroupProcessor("registration.reactions", work, source, clock, **more)


async def reactions_of(source: Database, **more: Any) -> ReactionsWork:
    store = await prepared_store(source)
    return ReactionsWork({Counted: [count_again]}, [COUNTER], counting(store), CODEC, clock, **more)


@asynccontextmanager
async def consuming(kafka: str, topic: str, processor: GroupProcessor, group: str) -> AsyncIterator[Consumers]:
    consumers = Consumers(kafka, [Group(group, (topic,), processor)], Metrics(), Heartbeats())
    await consumers.start()
    try:
        yield consumers
    finally:
        await consumers.stop()


async def publish(kafka: str, topic: str, deliveries: Sequence[Delivery]) -> None:
    """Publishes deliveries as they are, in order."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True, max_request_size=2**21)
    await producer.start()
    try:
        for one in deliveries:
            await producer.send(topic, value=one.value, key=one.key, partition=one.partition, headers=list(one.headers))
        await producer.flush()
    finally:
        await producer.stop()


def new_group(topic: str) -> str:
    """A group that nobody else has: one for each test's own topic."""
    return f"group-of.{topic}"
