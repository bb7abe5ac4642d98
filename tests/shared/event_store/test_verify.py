"""Every kind of damage, planted and found; and a sound store of which nothing is said."""

from collections.abc import Awaitable, Callable

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.stack import LocalStack
from shared.event_store.commits import from_document
from shared.event_store.store import EventStore
from shared.event_store.verify import Report, verify_service
from shared.messaging.blocks import BLOCKS, Tip, block_from_document, next_block
from shared.messaging.topics import ensure_topics
from tests.shared.event_store.counting import SHARDS, counting, fill, following
from tests.shared.event_store.published import three_blocks
from tests.shared.messaging.relays import blocks_of, drained, new_topic, records, relay_of


@pytest.fixture
async def topic(stack: LocalStack, store: EventStore) -> str:
    return await three_blocks(store, stack.kafka, streams=12)


async def checked(store: EventStore, stack: LocalStack, topic: str) -> Report:
    return await verify_service(store.database, "registration", stack.kafka, topic=topic)


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


async def test_nothing_is_found_in_a_sound_store_and_progress_is_told(
    store: EventStore, stack: LocalStack, topic: str
) -> None:
    told: dict[str, int] = {}
    await fill(store, streams=2, versions=1, first=100)  # these wait for the relay, which is no fault
    report = await verify_service(
        store.database, "registration", stack.kafka, topic=topic, progress=lambda phase, n: told.update({phase: n})
    )
    assert report.findings == []
    assert (report.commits, report.blocks, report.records) == (74, 6, 144)
    assert told == {"commits": 74, "blocks": 6, "records": 144}


async def test_records_that_a_crash_repeated_are_no_finding(store: EventStore, stack: LocalStack, topic: str) -> None:
    last = (await blocks_of(store, 0))[-1]
    await store.database[BLOCKS].update_one({"_id": last.id}, {"$set": {"published": False}})
    relay = relay_of(store, stack.kafka, topic)
    await drained(relay, SHARDS)
    await relay.close()
    report = await checked(store, stack, topic)
    assert report.findings == []
    assert report.records == 144 + last.count


Damage = Callable[[EventStore, LocalStack, str], Awaitable[str]]


async def _some_key(store: EventStore) -> str:
    """A commit of version 1, in the middle block of a shard."""
    return (await blocks_of(store, 0))[1].commits[0].key


async def a_flipped_byte_of_an_event(store: EventStore, stack: LocalStack, topic: str) -> str:
    key = await _some_key(store)
    document = await store.commits.find_one({"_id": key})
    assert document is not None
    raw = bytearray(document["events"][0])
    raw[len(raw) // 2] ^= 1
    await store.commits.update_one({"_id": key}, {"$set": {"events.0": bytes(raw)}})
    return key


async def a_flipped_byte_of_a_head(store: EventStore, stack: LocalStack, topic: str) -> str:
    key = await _some_key(store)
    document = await store.commits.find_one({"_id": key})
    assert document is not None
    await store.commits.update_one({"_id": key}, {"$set": {"head": bytes(document["head"])[:-1] + b"]"}})
    return key


async def a_deleted_tail_of_a_stream(store: EventStore, stack: LocalStack, topic: str) -> str:
    key = next(each.key for each in (await blocks_of(store, 0))[1].commits if each.key.endswith("@2"))
    await store.commits.delete_one({"_id": key})
    return key


async def a_deleted_first_commit(store: EventStore, stack: LocalStack, topic: str) -> str:
    key = await _some_key(store)
    await store.commits.delete_one({"_id": key})
    return key.replace("@1", "@2")


async def a_commit_replaced_with_its_own_hashes(store: EventStore, stack: LocalStack, topic: str) -> str:
    """Somebody rewrote the last commit of a stream and computed its hash: only the block still knows."""
    key = next(each.key for each in (await blocks_of(store, 0))[1].commits if each.key.endswith("@2"))
    document = await store.commits.find_one({"_id": key})
    assert document is not None
    old = from_document(document)
    first = await store.get(old.stream, 1)
    assert first is not None
    forged = following(counting(store), old.stream, (first,), times=2)
    await store.commits.replace_one({"_id": key}, {k: v for k, v in forged.to_document().items() if k != "unsealed"})
    return key


async def a_flipped_block(store: EventStore, stack: LocalStack, topic: str) -> str:
    block = (await blocks_of(store, 1))[1]
    await store.database[BLOCKS].update_one({"_id": block.id}, {"$inc": {"first": 1}})
    return block.id


async def a_deleted_block(store: EventStore, stack: LocalStack, topic: str) -> str:
    block = (await blocks_of(store, 1))[1]
    await store.database[BLOCKS].delete_one({"_id": block.id})
    return (await blocks_of(store, 1))[1].id


async def a_deleted_last_block(store: EventStore, stack: LocalStack, topic: str) -> str:
    block = (await blocks_of(store, 1))[-1]
    await store.database[BLOCKS].delete_one({"_id": block.id})
    return block.commits[0].key


async def a_block_of_another_streams_commits(store: EventStore, stack: LocalStack, topic: str) -> str:
    """The last block of shard 0, made again with correct hashes but with the commits of shard 1."""
    mine, other = (await blocks_of(store, 0))[-2:], (await blocks_of(store, 1))[-1]
    documents = await store.commits.find({"_id": {"$in": [each.key for each in other.commits]}}).to_list(None)
    tip = Tip(mine[0].n, mine[0].first + mine[0].count, mine[0].hash)
    forged = next_block(store.installation, 0, tip, [from_document(document) for document in documents])
    await store.database[BLOCKS].replace_one({"_id": forged.id}, forged.to_document() | {"published": True})
    return other.commits[0].key


async def a_published_commit_that_is_still_flagged(store: EventStore, stack: LocalStack, topic: str) -> str:
    key = await _some_key(store)
    await store.commits.update_one({"_id": key}, {"$set": {"unsealed": True}})
    return key


async def a_commit_that_nobody_published(store: EventStore, stack: LocalStack, topic: str) -> str:
    await fill(store, streams=1, versions=1, first=100)
    await store.commits.update_one({"_id": "counter-100@1"}, {"$unset": {"unsealed": ""}})
    return "counter-100@1"


async def a_record_of_nobody(store: EventStore, stack: LocalStack, topic: str) -> str:
    await _send(stack, topic, b"{}", [("origin", b"test")])
    return f"{topic}/0/{await _last(stack, topic)}"


async def a_record_with_other_bytes(store: EventStore, stack: LocalStack, topic: str) -> str:
    record = (await records(stack.kafka, topic, 0))[-1]
    await _send(stack, topic, bytes(record.value) + b" ", list(record.headers), record.key)
    return f"{topic}/0/{await _last(stack, topic)}"


async def a_record_at_a_position_of_no_block(store: EventStore, stack: LocalStack, topic: str) -> str:
    record = (await records(stack.kafka, topic, 0))[-1]
    position = int(dict(record.headers)["position"]) + 1
    headers = [(name, str(position).encode() if name == "position" else value) for name, value in record.headers]
    await _send(stack, topic, record.value, headers, record.key)
    return f"{topic}/0/{await _last(stack, topic)}"


async def _send(
    stack: LocalStack, topic: str, value: bytes, headers: list[tuple[str, bytes]], key: bytes = b"counter-1"
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all")
    await producer.start()
    await producer.send_and_wait(topic, value, key, partition=0, headers=headers)
    await producer.stop()


async def _last(stack: LocalStack, topic: str) -> int:
    return int((await records(stack.kafka, topic, 0))[-1].offset)


async def a_block_that_counts_wrongly(store: EventStore, stack: LocalStack, topic: str) -> str:
    """The relay goes on from the count, which stands outside the block's hash."""
    block = (await blocks_of(store, 0))[1]
    await store.database.get_collection("blocks").update_one({"_id": block.id}, {"$inc": {"count": 1}})
    return block.id


PLANTED: list[tuple[Damage, str]] = [
    (a_flipped_byte_of_an_event, "corrupt_commit"),
    (a_flipped_byte_of_a_head, "corrupt_commit"),
    (a_deleted_tail_of_a_stream, "missing_commit"),
    (a_deleted_first_commit, "gap"),
    (a_commit_replaced_with_its_own_hashes, "changed_commit"),
    (a_flipped_block, "corrupt_block"),
    (a_deleted_block, "corrupt_block"),
    (a_block_that_counts_wrongly, "corrupt_block"),
    (a_deleted_last_block, "unpublished_commit"),
    (a_block_of_another_streams_commits, "foreign_commit"),
    (a_published_commit_that_is_still_flagged, "still_flagged"),
    (a_commit_that_nobody_published, "unpublished_commit"),
    (a_record_of_nobody, "foreign_record"),
    (a_record_with_other_bytes, "changed_record"),
    (a_record_at_a_position_of_no_block, "foreign_record"),
]


@pytest.mark.parametrize(("damage", "kind"), PLANTED, ids=[damage.__name__ for damage, _ in PLANTED])
async def test_damage_is_found_and_named(
    store: EventStore, stack: LocalStack, topic: str, damage: Damage, kind: str
) -> None:
    place = await damage(store, stack, topic)
    report = await checked(store, stack, topic)
    assert place in {finding.place for finding in report.findings if finding.kind == kind}


async def test_a_block_of_another_streams_commits_is_found_in_kafka_too(
    store: EventStore, stack: LocalStack, topic: str
) -> None:
    await a_block_of_another_streams_commits(store, stack, topic)
    assert kinds(await checked(store, stack, topic)) >= {"sealed_twice", "unpublished_commit", "changed_record"}


async def test_what_kafka_lost_is_found(store: EventStore, stack: LocalStack, topic: str) -> None:
    emptied = new_topic()
    await ensure_topics(stack.kafka, [emptied], SHARDS)
    report = await checked(store, stack, emptied)
    assert kinds(report) == {"missing_record"}
    assert report.found == 144


async def test_a_gap_in_kafka_is_found(store: EventStore, stack: LocalStack, topic: str) -> None:
    """The first block of a shard never reached Kafka, the others did."""
    holed = new_topic()
    await ensure_topics(stack.kafka, [holed], SHARDS)
    later = [block.id for shard in range(SHARDS) for block in (await blocks_of(store, shard))[1:]]
    for number in later:
        await _publish(store, stack, holed, number)
    report = await checked(store, stack, holed)
    assert kinds(report) == {"gap", "missing_record"}


async def _publish(store: EventStore, stack: LocalStack, topic: str, block_id: str) -> None:
    relay = relay_of(store, stack.kafka, topic)
    document = await store.database[BLOCKS].find_one({"_id": block_id})
    assert document is not None
    block = block_from_document(document)
    async with relay._sealing.session() as session:
        await relay._finish(block, await relay._sealing.commits_of(block, session), None, session)
    await relay.close()
