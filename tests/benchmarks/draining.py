"""The relay's drain of a backlog against bare find, produce and update with the same batches."""

import asyncio
import time
from functools import partial

from aiokafka import AIOKafkaProducer
from uuid_utils import uuid7

from shared.event_store.commits import from_document
from shared.event_store.store import EventStore
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.benchmarks.figures import Figure, median, per_second
from tests.benchmarks.installation import SHARDS, first_commit, store

BACKLOG = 4_000
BATCH = 500
UPDATE = 100
ROUNDS = 3


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """Events per second of each; the ratio is the median of the rounds' ratios."""
    ratios, ours, bare = [], 0.0, 0.0
    for _ in range(ROUNDS):
        topic = f"bench-{uuid7().hex[-8:]}"
        await ensure_topics(kafka, [topic], SHARDS)
        async with store(mongo_url) as made:
            await _backlog(made)
            ours = await _drained(made, kafka, topic)
        async with store(mongo_url) as made:
            await _backlog(made)
            bare = await _bare(made, kafka, topic)
        ratios.append(ours / bare)
    return [Figure("relay drain, events", per_second(ours), per_second(bare), median(ratios), 0.80)]


async def _backlog(made: EventStore) -> None:
    for _ in range(BACKLOG // BATCH):
        await made.commits.insert_many([first_commit(made).to_document() for _ in range(BATCH)], ordered=False)


async def _drained(made: EventStore, kafka: str, topic: str) -> float:
    relay = Relay(made, producer_factory(kafka), partial(end_offset, kafka), Metrics(), Heartbeats(), topic=topic)
    started = time.perf_counter()

    async def drain(shard: int) -> int:
        events = 0
        while published := await relay.tick(shard):
            events += published
        return events

    events = sum(await asyncio.gather(*(drain(shard) for shard in range(SHARDS))))
    seconds = time.perf_counter() - started
    await relay.close()
    if events != BACKLOG:
        raise RuntimeError(f"{events} of {BACKLOG} were published")
    return events / seconds


async def _bare(made: EventStore, kafka: str, topic: str) -> float:
    """What any outbox does: find what waits, send it in order, wait for all acknowledgements, unset the flags."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    await producer.start()
    started = time.perf_counter()

    async def drain(shard: int) -> int:
        events = 0
        while documents := await made.commits.find({"shard": shard, "unsealed": True}).limit(BATCH).to_list(None):
            sends = []
            for commit in map(from_document, documents):
                for raw in commit.events:
                    sends.append(await producer.send(topic, raw, commit.stream.encode(), partition=shard))
            await asyncio.gather(*sends)
            events += len(sends)
            keys = [document["_id"] for document in documents]
            for start in range(0, len(keys), UPDATE):
                part = {"_id": {"$in": keys[start : start + UPDATE]}}
                await made.commits.update_many(part, {"$unset": {"unsealed": ""}})
        return events

    events = sum(await asyncio.gather(*(drain(shard) for shard in range(SHARDS))))
    seconds = time.perf_counter() - started
    await producer.stop()
    return events / seconds
