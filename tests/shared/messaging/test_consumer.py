"""Consumer groups on real Kafka: nothing lost, nothing doubled, and nobody waits for somebody else's poison."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.stack import LocalStack
from shared.event_store.handling import Handler
from shared.messaging.parked_operations import ParkedOperations
from shared.mongo import Database
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
from tests.shared.messaging.observing import committed, holds, mirrored, reset, until, until_committed

GROUP = "registration.reactions"
pytestmark = pytest.mark.timeout(90)


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
        await until_committed(stack.kafka, topic, group, 4)
    assert await mirrored(own_database) == {"counter-mirror-a-1": 2, "counter-mirror-b-1": 2}


async def test_an_offset_reset_to_the_beginning_repeats_nothing(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group, work = Shard(handler, topic), new_group(topic), Recording()
    await publish(stack.kafka, topic, shard.add("a-1", "b-1", "a-1"))
    for expected in (3, 4):
        async with consuming(stack.kafka, topic, processor_of(own_database, work), group):
            await until_committed(stack.kafka, topic, group, expected)
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
    published = [replace(one, value=poison.get(one.stream, one.value)) for one in shard.deliveries()]
    work = await reactions_of(own_database)
    async with consuming(stack.kafka, topic, processor_of(own_database, work), group):
        await publish(stack.kafka, topic, published)
        await until_committed(stack.kafka, topic, group, 7)
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
        await until_committed(stack.kafka, topic, group, 8)
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
        await until(lambda: holds(consumers.lanes[group].halted is not None))
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
        await until_committed(stack.kafka, topic, group, len(kept))
    assert work.positions() == list(range(1, 11))


async def test_headers_that_are_no_text_drop_nothing(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    group, work, shard = new_group(topic), await reactions_of(own_database), Shard(handler, topic)
    odd, placeless, fine = shard.add("a-1", "b-1", "c-1")
    odd = replace(odd, headers=(*odd.headers, ("x", b"\xff\xfe")))
    placeless = replace(placeless, headers=tuple((name, b"\xff") for name, _ in placeless.headers))
    await publish(stack.kafka, topic, [odd, fine, placeless])
    processor = processor_of(own_database, work, refill=shard.between)
    async with consuming(stack.kafka, topic, processor, group):
        await until_committed(stack.kafka, topic, group, 3)
    assert set(await mirrored(own_database)) == {"counter-mirror-a-1", "counter-mirror-b-1", "counter-mirror-c-1"}
    (parked,) = await ParkedOperations(own_database, clock).list(GROUP)
    assert (parked.stream, parked.fault.error, parked.deliveries[0].headers) == (
        "b-1",
        "Undecodable",
        placeless.headers,
    )


async def test_events_below_the_offset_of_a_topic_that_was_published_again_are_found(
    stack: LocalStack, topic: str, own_database: Database, handler: Handler
) -> None:
    shard, group, work = Shard(handler, topic), new_group(topic), Recording()
    first = shard.add("a-1", "b-1", "a-1")
    processor = processor_of(own_database, work, refill=shard.between)
    await processor.process(first)
    await publish(stack.kafka, topic, [*first, *shard.add("b-1", "a-1")])
    await reset(stack.kafka, topic, group, 5)  # as of a topic that was longer before it was wiped
    async with consuming(stack.kafka, topic, processor, group):
        await until(lambda: holds(work.positions() == [1, 2, 3, 4, 5]))
    assert await committed(stack.kafka, topic, group) == 5
