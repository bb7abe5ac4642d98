"""From a command to the durable reaction in another service, against two durable inserts and one hop."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from uuid_utils import uuid7

from services.notifications.message import MESSAGE
from services.notifications.reactions.recognition import ask_assessors
from shared.contracts.recognition import NQSApplied
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.event_store.store import EventStore
from shared.messaging.consumer import Consumers, Group
from shared.messaging.ownership import Ownership
from shared.messaging.processing import GroupProcessor
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.reactions import ReactionsWork
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.benchmarks.figures import Figure, milliseconds, quantile
from tests.benchmarks.installation import AGGREGATE, SHARDS, application_commands, context, first_commit, store

RATE = 30
SECONDS = 12
ROUNDS = 3
WARM_UP = 60
LATEST_S = 30.0

Once = Callable[[], Coroutine[Any, Any, None]]


class Stopwatch:
    """When each command began, and the seconds until its effect was durable."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.took: list[float] = []
        self.idle = asyncio.Event()

    def begin(self, correlation: str) -> None:
        self.idle.clear()
        self.began[correlation] = time.perf_counter()

    def end(self, correlation: str) -> None:
        started = self.began.pop(correlation, None)
        if started is not None:
            self.took.append(time.perf_counter() - started)
        if not self.began:
            self.idle.set()


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """30 commands a second for 12 s after a warm-up, three times in turn; everything in one process on either side.

    Quantiles are of all rounds together: of 360 commands a p99 would be the fourth worst.
    """
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        for measured, seconds in ((_ours, ours), (_bare, bare)):
            topic = f"bench-{uuid7().hex[-8:]}"
            await ensure_topics(kafka, [topic], SHARDS)
            async with store(mongo_url) as asked, store(mongo_url, "notifications") as answered:
                seconds.extend(await measured(asked, answered, kafka, topic))
    name = "command to durable reaction elsewhere"
    return [
        _figure(f"{name}, p50", quantile(ours, 0.5), quantile(bare, 0.5), 2.0),
        _figure(f"{name}, p99", quantile(ours, 0.99), quantile(bare, 0.99), 3.0),
    ]


def _figure(what: str, ours: float, bare: float, aim: float) -> Figure:
    return Figure(what, milliseconds(ours), milliseconds(bare), ours / bare, aim, at_least=False)


async def _ours(asked: EventStore, answered: EventStore, kafka: str, topic: str) -> list[float]:
    watch, metrics, beats, stop = Stopwatch(), Metrics(), Heartbeats(), asyncio.Event()

    def committed(commit: Commit) -> None:
        watch.end(answered.codec.open(commit.events[0]).correlationid)

    relay = Relay(asked, producer_factory(kafka), partial(end_offset, kafka), metrics, beats, topic=topic)
    work = ReactionsWork(
        {NQSApplied: (ask_assessors,)}, (MESSAGE,), Handler(answered, metrics, committed), answered.codec, _now
    )
    processor = GroupProcessor(f"bench-{topic}", work, answered.database, _now)
    consumers = Consumers(kafka, [Group(f"bench-{topic}", (topic,), processor)], metrics, beats)
    handling = Handler(asked, metrics, lambda commit: relay.wake(commit.shard))
    relaying = asyncio.create_task(relay.run(stop, Ownership(asked.database, "relay", "bench", SHARDS)))
    await consumers.start()

    async def once() -> None:
        asking, identifier = context(), str(uuid7())
        watch.begin(asking.correlation_id)
        await handling.handle(AGGREGATE, identifier, application_commands(identifier)[0], asking)

    try:
        return await _paced(once, watch)
    finally:
        await consumers.stop()
        stop.set()
        await relaying


async def _bare(asked: EventStore, answered: EventStore, kafka: str, topic: str) -> list[float]:
    """Insert, send, receive, insert: the least that any such system does, with the same documents and durability."""
    watch = Stopwatch()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=f"bare-{topic}", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await producer.start()
    await consumer.start()

    async def react() -> None:
        async for record in consumer:
            await answered.commits.insert_one(first_commit(answered).to_document())
            watch.end(record.key.decode())

    async def once() -> None:
        commit = first_commit(asked)
        watch.begin(commit.stream)
        await asked.commits.insert_one(commit.to_document())
        await producer.send_and_wait(topic, commit.events[0], commit.stream.encode(), partition=commit.shard)

    reacting = asyncio.create_task(react())
    try:
        return await _paced(once, watch)
    finally:
        reacting.cancel()
        await consumer.stop()
        await producer.stop()


async def _paced(once: Once, watch: Stopwatch) -> list[float]:
    """Open load: a command every 1/RATE s whatever became of the one before."""
    tasks, start = list[asyncio.Task[None]](), time.perf_counter()
    for number in range(WARM_UP + RATE * SECONDS):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(once()))
    await asyncio.gather(*tasks)
    async with asyncio.timeout(LATEST_S):
        await watch.idle.wait()
    return watch.took[WARM_UP:]


def _now() -> datetime:
    return datetime.now(UTC)
