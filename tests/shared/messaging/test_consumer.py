"""Consumer groups on real Kafka: nothing lost, nothing doubled, and nobody waits for somebody else's poison."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream import AckPolicy

from deploy.local.stack import LocalStack
from shared.event_store.commits import shard_of
from shared.event_store.handling import Handler
from shared.messaging.consumer import Consumers, Group
from shared.messaging.delivery import Delivery
from shared.messaging.parked_operations import ParkedOperations
from shared.messaging.processing import Failure
from shared.mongo import Database
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.shared.event_store.counting import SHARDS
from tests.shared.messaging.consuming import (
    Recording,
    Shard,
    clock,
    consuming,
    new_group,
    processor_of,
    publish,
    reactions_of,
)

GROUP = "registration.reactions"
pytestmark = pytest.mark.timeout(90)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 what it waits for happens in Kafka or another process
            await asyncio.sleep(0.05)


async def committed(kafka: str, topic: str, group: str, shard: int = 0) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        return await consumer.committed(TopicPartition(topic, shard)) or 0
    finally:
        await consumer.stop()


async def reset(kafka: str, topic: str, group: str) -> None:
    """What an operator does with Kafka's own tool while the group is down."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.commit({TopicPartition(topic, 0): 0})
    finally:
        await consumer.stop()


async def mirrored(source: Database) -> dict[str, int]:
    """How many commits each stream of reactions has."""
    found = await source["commits"].find({}, {"stream": 1}).to_list(None)
    streams = [document["stream"] for document in found]
    return {stream: streams.count(stream) for stream in streams}


async def test_a_process_killed_between_work_and_offset_has_one_effect(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler, tmp_path: Path
) -> None:
    shard = Shard(handler, topic)
    await publish(stack.kafka, topic, shard.add("a-1", "b-1", "a-1"))
    group, log = new_group(topic), tmp_path / "fired"
    failpoint = {"ETWINNING_FAILPOINT": "after_work_before_offset:1", "ETWINNING_FAILPOINT_LOG": str(log)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-m",
            "tests.shared.messaging.consumer_process",
            stack.mongo_url,
            own_database.name,
            stack.kafka,
            topic,
            group,
        ),
        env=os.environ | failpoint,
    )
    assert await process.wait() == -9
    assert log.read_text() == "after_work_before_offset\n"
    assert await committed(stack.kafka, topic, group) == 0
    await own_database["positions"].delete_many({})  # as if it had died before these, too
    async with consuming(stack.kafka, topic, processor_of(own_database, await reactions_of(own_database)), group):
        await publish(stack.kafka, topic, shard.add("b-1"))
        await until(lambda: _is(committed(stack.kafka, topic, group), 4))
    assert await mirrored(own_database) == {"counter-mirror-a-1": 2, "counter-mirror-b-1": 2}


async def test_an_offset_reset_to_the_beginning_repeats_nothing(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group, work = Shard(handler, topic), new_group(topic), Recording()
    await publish(stack.kafka, topic, shard.add("a-1", "b-1", "a-1"))
    for expected in (3, 4):
        async with consuming(stack.kafka, topic, processor_of(own_database, work), group):
            await until(lambda expected=expected: _is(committed(stack.kafka, topic, group), expected))  # type: ignore[misc]
        await reset(stack.kafka, topic, group)
        assert await committed(stack.kafka, topic, group) == 0
        await publish(stack.kafka, topic, shard.add("b-1"))
    assert work.positions() == [1, 2, 3, 4]


async def test_poison_is_parked_in_order_while_neighbours_move_and_repaired_in_order(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group = Shard(handler, topic), new_group(topic)
    shard.add("a-1", "bytes-1", "b-1", "unknown-1", "large-1", "a-1", "bytes-1")
    poison = {
        "bytes-1": b"\xff\x00 no event",
        "unknown-1": shard.deliveries()[3].value.replace(b"Counted.v1", b"Invented.v1"),
        "large-1": b"x" * 900_000,
    }
    published = [_with_value(one, poison.get(one.stream, one.value)) for one in shard.deliveries()]
    work = await reactions_of(own_database)
    async with consuming(stack.kafka, topic, processor_of(own_database, work), group):
        await publish(stack.kafka, topic, published)
        await until(lambda: _is(committed(stack.kafka, topic, group), 7))
        assert await mirrored(own_database) == {"counter-mirror-a-1": 2, "counter-mirror-b-1": 1}
        operations = ParkedOperations(own_database, clock)
        parked = {one.stream: one for one in await operations.list(GROUP)}
        assert {name: one.fault.error for name, one in parked.items()} == {
            "bytes-1": "Undecodable",
            "unknown-1": "UnknownEventType",
            "large-1": "Undecodable",
        }
        assert [one.position for one in parked["bytes-1"].deliveries] == [2, 7]
        retried = await operations.retry(GROUP, "unknown-1", await reactions_of(own_database, ignored_types=_INVENTED))
        assert (retried.handled, retried.left) == (1, 0)
        await publish(stack.kafka, topic, shard.add("unknown-1"))
        await until(lambda: _is(committed(stack.kafka, topic, group), 8))
    assert (await mirrored(own_database))["counter-mirror-unknown-1"] == 1


_INVENTED = ["eu.etwinning.registration.Invented.v1"]


async def test_fifty_poisoned_streams_stop_the_consumer_and_offsets_do_not_pass_them(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group = Shard(handler, topic), new_group(topic)
    streams = [f"s-{number}" for number in range(50)]
    async with consuming(
        stack.kafka, topic, processor_of(own_database, Recording(dict.fromkeys(streams, ValueError()))), group
    ) as consumers:
        await publish(stack.kafka, topic, shard.add(*streams))
        await until(lambda: _value(consumers.lanes[group].halted is not None))
        await publish(stack.kafka, topic, shard.add("fine-1"))
    assert len(await ParkedOperations(own_database, clock).list(GROUP)) == 20
    assert await committed(stack.kafka, topic, group) <= 20


async def test_a_gap_in_the_topic_is_read_from_the_feed(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group, work = Shard(handler, topic), new_group(topic), Recording()
    shard.add(*["a-1", "b-1"] * 5)
    kept = [one for one in shard.deliveries() if one.position not in (1, 4, 5, 9)]
    await publish(stack.kafka, topic, kept)
    async with consuming(stack.kafka, topic, processor_of(own_database, work, refill=shard.between), group):
        await until(lambda: _is(committed(stack.kafka, topic, group), len(kept)))
    assert work.positions() == list(range(1, 11))


class Hanging(Recording):
    """Hangs on one stream until released."""

    def __init__(self, stream: str) -> None:
        super().__init__()
        self.stream, self.released = stream, asyncio.Event()

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        if any(one.stream == self.stream for one in deliveries):
            await self.released.wait()
        return await super().run(deliveries)


async def test_a_handler_that_hangs_holds_up_its_own_partition_only(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    work, group = Hanging("a-1"), new_group(topic)
    slow, quick = Shard(handler, topic, 0), Shard(handler, topic, 1)
    async with consuming(stack.kafka, topic, processor_of(own_database, work), group):
        await publish(stack.kafka, topic, slow.add("a-1"))
        for _ in range(5):
            await publish(stack.kafka, topic, slow.add("c-1") + quick.add("b-1"))
        await until(lambda: _is(committed(stack.kafka, topic, group, 1), 5))
        assert {one.stream for one in work.handled} == {"b-1"}
        assert await committed(stack.kafka, topic, group, 0) == 0
        work.released.set()
        await until(lambda: _is(committed(stack.kafka, topic, group, 0), 6))
    assert [one.position for one in work.handled if one.partition == 0] == [1, 2, 3, 4, 5, 6]


async def test_two_members_share_the_shards_and_a_rebalance_loses_and_doubles_nothing(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    group, shards = new_group(topic), [Shard(handler, topic, number) for number in range(SHARDS)]
    work = await reactions_of(own_database)

    async def publish_some() -> None:
        for shard in shards:
            streams = [name for name in (f"s-{n}" for n in range(20)) if shard_of(name, SHARDS) == shard.place.shard]
            await publish(stack.kafka, topic, shard.add(*streams))

    async with consuming(stack.kafka, topic, processor_of(own_database, work), group) as first:
        await publish_some()
        async with consuming(stack.kafka, topic, processor_of(own_database, work), group) as second:
            members = (first.lanes[group], second.lanes[group])
            await until(lambda: _value([len(member.lanes) for member in members] == [1, 1]))
            await publish_some()
        await until(lambda: _value(len(members[0].lanes) == SHARDS))
        await publish_some()
        for shard in shards:
            await until(lambda s=shard: _is(committed(stack.kafka, topic, group, s.place.shard), len(s.deliveries())))  # type: ignore[misc]
    assert await mirrored(own_database) == {f"counter-mirror-s-{number}": 3 for number in range(20)}


async def test_nothing_is_committed_by_itself_and_the_group_begins_at_the_earliest(
    stack: LocalStack, topic: str, own_database: Database
) -> None:
    """Asked of the running client: FastStream's own defaults lose records."""
    group = new_group(topic)
    async with consuming(stack.kafka, topic, processor_of(own_database, Recording()), group) as consumers:
        assert {subscriber.ack_policy for subscriber in consumers._broker.subscribers} == {AckPolicy.MANUAL}
        consumer = consumers.lanes[group].consumer()
        assert consumer is not None
        assert consumer._enable_auto_commit is False
        assert consumer._auto_offset_reset == "earliest"
        assert consumer._session_timeout_ms == 6_000


async def test_lag_and_liveness_follow_the_end_offsets(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    now = [0.0]
    metrics, heartbeats = Metrics(), Heartbeats(lambda: now[0])
    group, work, shard = new_group(topic), Hanging("a-1"), Shard(handler, topic)
    consumers = Consumers(stack.kafka, [Group(group, (topic,), processor_of(own_database, work))], metrics, heartbeats)
    await consumers.start()
    try:
        await publish(stack.kafka, topic, shard.add("a-1", "a-1"))
        await until(lambda: _value(f'shard="0",topic="{topic}"}} 2.0' in _lag(metrics)))
        now[0] += 1000
        await until(lambda: _value(f'shard="1",topic="{topic}"}} 0.0' in _lag(metrics)))
        assert heartbeats.stalled() == (group,)
        work.released.set()
        await until(lambda: _value(heartbeats.stalled() == ()))
        await until(lambda: _value(f'shard="0",topic="{topic}"}} 0.0' in _lag(metrics)))
    finally:
        await consumers.stop()


def _lag(metrics: Metrics) -> str:
    return metrics.exposition().decode()


async def _is(found: Awaitable[int], wanted: int) -> bool:
    return await found == wanted


async def _value(found: bool) -> bool:
    return found


def _with_value(one: Delivery, value: bytes) -> Delivery:
    return Delivery(one.topic, one.partition, one.offset, one.key, value, one.headers, one.place, one.position)
