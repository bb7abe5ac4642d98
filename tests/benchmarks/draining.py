"""The relay's drain of a backlog against bare find, produce and update with the same batches."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

from aiokafka import AIOKafkaProducer
from uuid_utils import uuid7

from shared.event_store.commits import from_document
from shared.event_store.store import EventStore
from shared.messaging.producer import BATCH_BYTES, end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.messaging.sealing import BATCH as UPDATE
from shared.messaging.sealing import MOST_COMMITS
from shared.messaging.topics import ensure_topics
from shared.mongo import Document
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.benchmarks.figures import Figure, Pairs, per_second
from tests.benchmarks.installation import SHARDS, first_commit, store

BACKLOG = 4_000
BATCH = 500
ROUNDS = 3

Drain = Callable[[EventStore, str, str], Awaitable[float]]


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """Events per second of each, every round over a backlog and a topic of its own."""
    pairs = Pairs()
    for _ in range(ROUNDS):
        ours = await _round(_drained, mongo_url, kafka)
        pairs.add(ours, await _round(_bare, mongo_url, kafka))
    return [pairs.figure("relay drain, events", per_second, 0.80)]


async def _round(drain: Drain, mongo_url: str, kafka: str) -> float:
    topic = f"bench-{uuid7().hex[-8:]}"
    await ensure_topics(kafka, [topic], SHARDS)
    async with store(mongo_url) as made:
        for _ in range(BACKLOG // BATCH):
            await made.commits.insert_many([first_commit(made).to_document() for _ in range(BATCH)], ordered=False)
        return await drain(made, kafka, topic)


async def _drained(made: EventStore, kafka: str, topic: str) -> float:
    relay = Relay(made, producer_factory(kafka), partial(end_offset, kafka), Metrics(), Heartbeats(), topic=topic)

    async def shard_drained(shard: int) -> int:
        events = 0
        while published := await relay.tick(shard):
            events += published
        return events

    try:
        return await _rate(shard_drained)
    finally:
        await relay.close()


async def _bare(made: EventStore, kafka: str, topic: str) -> float:
    """What any outbox does: find what waits, send it in order, wait for all acknowledgements, unset the flags."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
    )

    async def shard_drained(shard: int) -> int:
        events = 0
        while documents := await _waiting(made, shard):
            events += await _sent(producer, topic, shard, documents)
            keys = [document["_id"] for document in documents]
            for start in range(0, len(keys), UPDATE):
                part = {"_id": {"$in": keys[start : start + UPDATE]}}
                await made.commits.update_many(part, {"$unset": {"unsealed": ""}})
        return events

    await producer.start()
    try:
        return await _rate(shard_drained)
    finally:
        await producer.stop()


async def _waiting(made: EventStore, shard: int) -> list[Document]:
    return await made.commits.find({"shard": shard, "unsealed": True}, batch_size=BATCH).to_list(MOST_COMMITS)


async def _sent(producer: AIOKafkaProducer, topic: str, shard: int, documents: list[Document]) -> int:
    commits = map(from_document, documents)
    records = [(commit.stream.encode(), raw) for commit in commits for raw in commit.events]
    sends = [await producer.send(topic, value, key, partition=shard) for key, value in records]
    await asyncio.gather(*sends)
    return len(sends)


async def _rate(drain: Callable[[int], Awaitable[int]]) -> float:
    """Events per second of all shards at once."""
    started = time.perf_counter()
    events = sum(await asyncio.gather(*(drain(shard) for shard in range(SHARDS))))
    seconds = time.perf_counter() - started
    if events != BACKLOG:
        raise RuntimeError(f"{events} of {BACKLOG} were published")
    return events / seconds
