"""Forged topics and committed offsets: what is lost, reordered, changed or skipped in Kafka is reported."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.stack import LocalStack
from tests.chaos.checker.formats import KafkaRecord
from tests.chaos.checker.reading import read_offsets, read_records
from tests.chaos.checker.world import GroupPartition
from tests.chaos.forge import SHARDS, Forge
from tests.chaos.forged_programme import forged_programme
from tests.chaos.worlds import reports, violations, world_of

TOPIC = "notifications.events"
GROUP = "etwinning.notifications.reactions"
Topic = list[KafkaRecord]


def partition_of(topic: Topic) -> Topic:
    """The fullest partition, in order."""
    numbers = {record.partition for record in topic}
    return max(([r for r in topic if r.partition == number] for number in numbers), key=len)


def renumbered(topic: Topic, changed: Topic) -> Topic:
    """The topic with one partition's records exchanged for others, at offsets from 0."""
    partition = changed[0].partition
    others = [record for record in topic if record.partition != partition]
    return others + [replace(record, offset=offset) for offset, record in enumerate(changed)]


def lost(topic: Topic) -> Topic:
    records = partition_of(topic)
    return renumbered(topic, records[:2] + records[3:])


def lost_at_the_end(topic: Topic) -> Topic:
    return renumbered(topic, partition_of(topic)[:-1])


def reordered(topic: Topic) -> Topic:
    first, second, *rest = partition_of(topic)
    return renumbered(topic, [second, first, *rest])


def changed(topic: Topic) -> Topic:
    first, *rest = partition_of(topic)
    return renumbered(topic, [replace(first, value=first.value.replace(b"nothing", b"someth1")), *rest])


def another_hash(topic: Topic) -> Topic:
    first, *rest = partition_of(topic)
    return renumbered(topic, [replace(first, headers={**first.headers, "commit_hash": "00" * 32}), *rest])


def foreign(topic: Topic) -> Topic:
    first, *rest = partition_of(topic)
    value = first.value.replace(b'"id":"', b'"id":"x')
    return renumbered(topic, [first, *rest, replace(first, value=value)])


def position_taken_by_another(topic: Topic) -> Topic:
    first, second, *rest = partition_of(topic)
    taken = replace(second, headers={**second.headers, "position": first.headers["position"]})
    return renumbered(topic, [first, taken, *rest])


def without_position(topic: Topic) -> Topic:
    first, *rest = partition_of(topic)
    return renumbered(topic, [replace(first, headers={}), *rest])


def wrong_partition(topic: Topic) -> Topic:
    record = partition_of(topic)[-1]
    return [*topic, replace(record, partition=(record.partition + 1) % SHARDS, offset=900)]


DAMAGES: dict[str, tuple[Callable[[Topic], Topic], str, str]] = {
    "a record is lost": (lost, "I4", "is not in Kafka"),
    "a record is lost: a gap": (lost, "I5", "gap or order"),
    "the last record is lost": (lost_at_the_end, "I4", "is not in Kafka"),
    "two records change places": (reordered, "I5", "gap or order"),
    "a record is changed": (changed, "I2", "has other bytes"),
    "a record names another commit": (another_hash, "I2", "another commit hash"),
    "a record comes from nowhere": (foreign, "I2", "its store does not hold"),
    "a position is given twice": (position_taken_by_another, "I5", "was another event before"),
    "a record has no headers": (without_position, "I5", "has no position"),
    "a record is on another partition": (wrong_partition, "I4", "on a partition that is not its own"),
}


@pytest.fixture(scope="module")
def forge() -> Forge:
    return forged_programme()


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_topic_is_found(name: str, forge: Forge) -> None:
    damage, invariant, evidence = DAMAGES[name]
    records = {**forge.records, TOPIC: damage(forge.records[TOPIC])}
    found = violations(replace(world_of(forge), records=records))
    assert reports(found, invariant, evidence), found


def test_repeats_are_no_finding(forge: Forge) -> None:
    """A crash of the relay repeats records: only their first occurrences count."""
    records = partition_of(forge.records[TOPIC])
    again = renumbered(forge.records[TOPIC], records[:3] + records[1:])
    found = violations(replace(world_of(forge), records={**forge.records, TOPIC: again}))
    assert [one for one in found if one.invariant != "I4"] == []  # the offsets that blocks remember have moved


def test_an_offset_at_the_position_reached_is_fine(forge: Forge) -> None:
    assert violations(world_of(forge, offsets=everything_committed(forge))) == []


def everything_committed(forge: Forge) -> dict[GroupPartition, int]:
    counted: dict[GroupPartition, int] = {}
    for topic, records in forge.records.items():
        for record in records:
            where = GroupPartition(GROUP, topic, record.partition)
            counted[where] = max(counted.get(where, 0), record.offset + 1)
    return counted


def with_position(forge: Forge, where: GroupPartition, position: int) -> Forge:
    positions = [
        document | ({"position": position} if (document["topic"], document["shard"]) == where[1:] else {})
        for document in forge.positions["notifications"]
    ]
    return replace(forge, positions={**forge.positions, "notifications": positions})


def test_an_offset_past_the_work_is_found(forge: Forge) -> None:
    offsets = everything_committed(forge)
    where, committed = max(offsets.items(), key=lambda pair: pair[1])
    behind = with_position(forge, where, committed - 1)
    assert reports(violations(world_of(behind, offsets=offsets)), "I8", f"position {committed}")


def test_an_offset_without_any_position_is_found(forge: Forge) -> None:
    offsets = {GroupPartition("nobody", TOPIC, partition_of(forge.records[TOPIC])[0].partition): 1}
    assert reports(violations(world_of(forge, offsets=offsets)), "I8", "position 1 (reached: 0)")


def test_an_unreadable_record_may_be_passed_only_when_it_is_parked(forge: Forge) -> None:
    damaged = replace(forge, records={**forge.records, TOPIC: without_position(forge.records[TOPIC])})
    offsets = everything_committed(forge)
    record = next(record for record in damaged.records[TOPIC] if not record.headers)
    delivery = {"topic": TOPIC, "partition": record.partition, "offset": record.offset}
    parked: list[dict[str, Any]] = [{"group": GROUP, "deliveries": [delivery]}]
    assert reports(violations(world_of(damaged, offsets=offsets)), "I8", "without a position")
    assert not reports(violations(world_of(damaged, offsets=offsets, parked=parked)), "I8", "")


async def test_topics_and_offsets_are_read_from_a_real_broker(stack: LocalStack, forge: Forge) -> None:
    topic, group = f"{uuid.uuid4().hex}.events", f"forged-{uuid.uuid4().hex}"
    await publish(stack.kafka, topic, forge.records[TOPIC])
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    await consumer.commit({partition: 2})
    await consumer.stop()

    assert (await read_offsets(stack.kafka))[GroupPartition(group, topic, 0)] == 2
    read = (await read_records(stack.kafka, [topic]))[topic]
    as_forged = [replace(record, topic=TOPIC) for record in read]
    assert violations(replace(world_of(forge), records={**forge.records, TOPIC: as_forged})) == []


async def publish(kafka: str, topic: str, records: Topic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, SHARDS, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    await producer.start()
    for record in records:
        headers = [(name, value.encode()) for name, value in record.headers.items()]
        await producer.send_and_wait(topic, record.value, record.key, record.partition, headers=headers)
    await producer.stop()
