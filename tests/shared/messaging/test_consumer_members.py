"""Members of a consumer group: what hangs, what moves to another member, what they say of themselves."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from faststream import AckPolicy

from deploy.local.stack import LocalStack
from shared.event_store.commits import shard_of
from shared.event_store.handling import Handler
from shared.messaging.consumer import Consumers, Group
from shared.messaging.delivery import Delivery
from shared.messaging.processing import Failure
from shared.mongo import Database
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.shared.event_store.counting import SHARDS
from tests.shared.messaging.consuming import (
    Recording,
    Shard,
    consuming,
    new_group,
    processor_of,
    publish,
    reactions_of,
)
from tests.shared.messaging.observing import committed, holds, mirrored, until, until_committed

pytestmark = pytest.mark.timeout(90)


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
        await until_committed(stack.kafka, topic, group, 5, shard=1)
        assert {one.stream for one in work.handled} == {"b-1"}
        assert await committed(stack.kafka, topic, group, 0) == 0
        work.released.set()
        await until_committed(stack.kafka, topic, group, 6, shard=0)
    assert [one.position for one in work.handled if one.partition == 0] == [1, 2, 3, 4, 5, 6]


async def test_what_hangs_is_cancelled_when_its_partition_goes_to_another_member(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    group, shard, other = new_group(topic), Shard(handler, topic, 0), Recording()
    async with consuming(stack.kafka, topic, processor_of(own_database, Hanging("a-1")), group) as first:
        await publish(stack.kafka, topic, shard.add("a-1"))
        await until(lambda: holds(any(lane.finisher for lane in first.lanes[group].lanes.values())))
        working = [lane.task for lane in first.lanes[group].lanes.values() if lane.task]
        async with consuming(stack.kafka, topic, processor_of(own_database, other), group) as second:
            await until(lambda: holds([len(one.lanes[group].lanes) for one in (first, second)] == [1, 1]))
            assert [task.cancelled() for task in working] == [True]
            await first.stop()
            await until_committed(stack.kafka, topic, group, 1)
    assert other.positions() == [1]


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
            await until(lambda: holds([len(member.lanes) for member in members] == [1, 1]))
            await publish_some()
        await until(lambda: holds(len(members[0].lanes) == SHARDS))
        await publish_some()
        for shard in shards:
            await until_committed(stack.kafka, topic, group, len(shard.deliveries()), shard.place.shard)
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
        await until(lambda: holds(f'shard="0",topic="{topic}"}} 2.0' in _lag(metrics)))
        now[0] += 1000
        await until(lambda: holds(f'shard="1",topic="{topic}"}} 0.0' in _lag(metrics)))
        assert heartbeats.stalled() == (group,)
        work.released.set()
        await until(lambda: holds(heartbeats.stalled() == ()))
        await until(lambda: holds(f'shard="0",topic="{topic}"}} 0.0' in _lag(metrics)))
    finally:
        await consumers.stop()


def _lag(metrics: Metrics) -> str:
    return metrics.exposition().decode()
