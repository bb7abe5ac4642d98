"""Relays, and what Kafka holds afterwards."""

from uuid import uuid4

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.event_store.store import EventStore
from shared.messaging.blocks import BLOCKS, Block, block_from_document
from shared.messaging.producer import ProducerFactory, end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics


def new_topic() -> str:
    return f"registration.events.{uuid4().hex}"


def relay_of(store: EventStore, kafka: str, topic: str, factory: ProducerFactory | None = None) -> Relay:
    async def ends(topic: str, shard: int) -> int:
        return await end_offset(kafka, topic, shard)

    return Relay(
        store, factory or producer_factory(kafka), ends, Metrics(), Heartbeats(), topic=topic, send_deadline_s=5
    )


async def drained(relay: Relay, shards: int) -> int:
    """Ticks every shard until nothing is left; the number of events published."""
    total = 0
    for shard in range(shards):
        while published := await relay.tick(shard):
            total += published
    return total


async def records(kafka: str, topic: str, shard: int) -> list[ConsumerRecord]:
    """Everything in one partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        place = TopicPartition(topic, shard)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        found: list[ConsumerRecord] = []
        while await consumer.position(place) < end:
            found += (await consumer.getmany(place, timeout_ms=500)).get(place, [])
        return found
    finally:
        await consumer.stop()


def header(record: ConsumerRecord, name: str) -> str:
    return str(next(value.decode() for key, value in record.headers if key == name))


def positions(found: list[ConsumerRecord]) -> list[int]:
    return [int(header(record, "position")) for record in found]


def first_occurrences(found: list[ConsumerRecord]) -> list[ConsumerRecord]:
    """The records as a consumer group takes them: what lies at or below its position is dropped."""
    taken: list[ConsumerRecord] = []
    for record in found:
        if int(header(record, "position")) > len(taken):
            assert int(header(record, "position")) == len(taken) + 1, "a gap in the positions"
            taken.append(record)
    return taken


async def blocks_of(store: EventStore, shard: int) -> list[Block]:
    documents = await store.database[BLOCKS].find({"shard": shard}).to_list(None)
    return sorted((block_from_document(document) for document in documents), key=lambda block: block.n)


async def assert_all_published(store: EventStore, kafka: str, topic: str, shards: int) -> None:
    """Every commit in exactly one block, nothing flagged, every event in Kafka, first occurrences in order."""
    assert await store.commits.count_documents({"unsealed": True}) == 0
    sealed: list[str] = []
    for shard in range(shards):
        blocks = await blocks_of(store, shard)
        assert all(block.published for block in blocks)
        keys = [each.key for block in blocks for each in block.commits]
        sealed += keys
        expected = [raw for key in keys for raw in await _events(store, key)]
        taken = first_occurrences(await records(kafka, topic, shard))
        assert [record.value for record in taken] == expected
    assert len(sealed) == len(set(sealed)) == await store.commits.count_documents({})


async def _events(store: EventStore, key: str) -> list[bytes]:
    document = await store.commits.find_one({"_id": key})
    assert document is not None
    return [bytes(raw) for raw in document["events"]]
