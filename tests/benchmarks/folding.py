"""The view consumer against a bare batch consumer that makes the same bulk writes."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from aiokafka import AIOKafkaConsumer, TopicPartition
from uuid_utils import uuid7

from services.recognition.views import APPLICATIONS
from shared.event_store.store import EventStore
from shared.messaging.consumer import Consumers, Group
from shared.messaging.processing import GroupProcessor
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.mongo import InsertOne, durable
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from shared.views.live import create_indexes, prepare_views
from shared.views.runner import ViewsWork
from tests.benchmarks.figures import Figure, Pairs, per_second
from tests.benchmarks.installation import SHARDS, first_commit, store

EVENTS = 6_000
BATCH = 500
ROUNDS = 3
POLL_S = 0.02


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """Events per second of each, each with a group of its own over the same topic."""
    topic = f"bench-{uuid7().hex[-8:]}"
    await ensure_topics(kafka, [topic], SHARDS)
    async with store(mongo_url) as made:
        await _published(made, kafka, topic)
        pairs = Pairs()
        for number in range(ROUNDS):
            ours = await _ours(made, kafka, topic, f"bench-{number}-{topic}")
            documents = await _documents(made)
            pairs.add(ours, await _bare(made, kafka, topic, f"bare-{number}-{topic}", documents))
    return [pairs.figure("view consumer, events", per_second, 0.70)]


async def _published(made: EventStore, kafka: str, topic: str) -> None:
    relay = Relay(made, producer_factory(kafka), partial(end_offset, kafka), Metrics(), Heartbeats(), topic=topic)
    for _ in range(EVENTS // BATCH):
        await made.commits.insert_many([first_commit(made).to_document() for _ in range(BATCH)], ordered=False)
        for shard in range(SHARDS):
            await relay.tick(shard)
    await relay.close()


async def _ours(made: EventStore, kafka: str, topic: str, group: str) -> float:
    collection = made.database.get_collection(f"view_{APPLICATIONS.name}_v{APPLICATIONS.version}")
    await collection.drop()
    await made.database.get_collection("meta").drop()
    await prepare_views(made.database, group, [APPLICATIONS])
    work = ViewsWork([APPLICATIONS], made.database, made.codec)
    processor = GroupProcessor(group, work, made.database, lambda: datetime.now(UTC))
    consumers = Consumers(kafka, [Group(group, (topic,), processor)], Metrics(), Heartbeats())
    await consumers.start()
    try:
        return await _rate(collection.estimated_document_count)
    finally:
        await consumers.stop()


async def _documents(made: EventStore) -> dict[str, dict[str, object]]:
    found = (
        await made.database.get_collection(f"view_{APPLICATIONS.name}_v{APPLICATIONS.version}").find({}).to_list(None)
    )
    return {document["_id"]: document for document in found}


async def _bare(made: EventStore, kafka: str, topic: str, group: str, documents: dict[str, dict[str, object]]) -> float:
    """getmany, one bulk write of ready documents, commit; nothing is decoded, checked or remembered."""
    collection = durable(made.database, f"bare_{group}".replace("-", "_"))
    await create_indexes(APPLICATIONS, collection)  # the same writes: an index costs the database as much as a document
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    done = asyncio.create_task(_rate(collection.estimated_document_count))
    while not done.done():
        batch = await consumer.getmany(timeout_ms=10, max_records=BATCH)
        records = [record for found in batch.values() for record in found]
        if not records:
            continue
        writes = [InsertOne(documents[record.key.decode().partition("-")[2]]) for record in records]
        await collection.bulk_write(writes, ordered=False)
        await consumer.commit({TopicPartition(tp.topic, tp.partition): r[-1].offset + 1 for tp, r in batch.items()})
    await consumer.stop()
    await collection.drop()
    return done.result()


async def _rate(count: Callable[[], object]) -> float:
    """Events per second from the first document on to the last."""
    started, first = 0.0, 0
    while True:
        there: int = await count()  # type: ignore[misc]
        now = time.perf_counter()
        if there and not started:
            started, first = now, there
        if there >= EVENTS:
            return (there - first) / (now - started)
        await asyncio.sleep(POLL_S)
