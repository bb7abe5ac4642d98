"""The runner of views on the real database and Kafka: rivals, poison, late streams, two members."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from deploy.local.stack import LocalStack
from shared.contracts.envelope import Recorded
from shared.event_store.handling import Handler
from shared.messaging.parked_operations import ParkedOperations
from shared.messaging.processing import GroupProcessor
from shared.messaging.topics import ensure_topics
from shared.mongo import Database
from shared.views.live import Live, LiveVersions, ViewNotReady, outdated_views, prepare_views
from shared.views.reader import ViewReader
from shared.views.rebuild import rebuild
from shared.views.runner import ViewsWork
from shared.views.view import View
from tests.shared.event_store.counting import CODEC, SHARDS
from tests.shared.messaging.consuming import Shard, clock, consuming, new_group, publish
from tests.shared.messaging.observing import until
from tests.shared.messaging.relays import new_topic
from tests.shared.views.totals import GROUP, TOTALS, Commits, fold_counted, stored


async def work_of(source: Database) -> ViewsWork:
    await prepare_views(source, GROUP, [TOTALS])
    return ViewsWork([TOTALS], source, CODEC)


def sums(document: dict[str, Any] | None) -> dict[str, int]:
    return {stream: part["sum"] for stream, part in (document or {"parts": {}})["parts"].items()}


async def test_rivals_that_feed_one_document_do_not_undo_each_other(own_database: Database, handler: Handler) -> None:
    work = await work_of(own_database)
    shards = [Shard(handler, shard=number) for number in range(4)]
    for number, shard in enumerate(shards):
        shard.add(*[f"s-{number}"] * 10)

    async def one_by_one(shard: Shard) -> None:
        for delivered in shard.deliveries():
            while failures := await work.run([delivered]):
                assert {type(failure.error).__name__ for failure in failures.values()} == {"LostRace"}

    await asyncio.gather(*(one_by_one(shard) for shard in shards), *(one_by_one(shard) for shard in shards))
    assert sums(await ViewReader(own_database).get(TOTALS, "all")) == {f"s-{number}": 10 for number in range(4)}


async def test_an_event_that_cannot_be_folded_parks_its_stream_and_is_folded_late(
    own_database: Database, handler: Handler
) -> None:
    def poisoned(document: dict[str, Any] | None, recorded: Recorded[Any]) -> dict[str, Any]:
        if recorded.stream == "a-1" and recorded.version == 2:
            if document is not None:
                document["parts"].clear()  # a fold that breaks half-way leaves nothing behind
            raise KeyError(recorded.stream)
        return fold_counted(document, recorded)

    shard, good = Shard(handler), await work_of(own_database)
    broken = ViewsWork([replace(TOTALS, fold=poisoned)], own_database, CODEC)
    shard.add("a-1", "b-1", "a-1", "b-1", "a-1")
    await GroupProcessor(GROUP, broken, own_database, clock).process(shard.deliveries())
    reader = ViewReader(own_database)
    assert sums(await reader.get(TOTALS, "all")) == {"a-1": 1, "b-1": 2}
    retried = await ParkedOperations(own_database, clock).retry(GROUP, "a-1", good)
    assert (retried.handled, retried.left) == (2, 0)
    assert sums(await reader.get(TOTALS, "all")) == {"a-1": 3, "b-1": 2}
    assert await reader.reached(TOTALS, "all", "a-1", 3)
    assert not await reader.reached(TOTALS, "all", "a-1", 4, within_s=0.05)


async def test_lists_are_read_by_index_and_show_no_field_of_the_runner(
    own_database: Database, handler: Handler
) -> None:
    shard = Shard(handler)
    await (await work_of(own_database)).run(shard.add("a-1", "b-1"))
    found = await ViewReader(own_database).find(TOTALS, {"kind": "total", "size": {"$gte": 1}}, 2)
    assert [document["size"] for document in found] == [1, 2]
    assert not [name for document in found for name in document if name.startswith("_")]


async def live_of(source: Database, view: View = TOTALS) -> Live:
    return (await LiveVersions(source).read([view.name]))[view.name]


async def test_a_view_that_an_earlier_release_built_holds_up_no_other(own_database: Database, handler: Handler) -> None:
    await work_of(own_database)
    other, later = replace(TOTALS, name="other"), replace(TOTALS, version=2)
    await prepare_views(own_database, GROUP, [other, later])
    work = ViewsWork([later, other], own_database, CODEC)
    assert await work.run(Shard(handler).add("a-1")) == {}
    assert await stored(own_database) == {}, "documents of two shapes never lie side by side"
    assert sums(await ViewReader(own_database).get(other, "all")) == {"a-1": 1}
    with pytest.raises(ViewNotReady):
        await ViewReader(own_database).get(later, "all")
    assert not await ViewReader(own_database).reached(later, "all", "a-1", 1), "what was done is done"


async def test_a_release_that_went_back_does_not_take_for_complete_what_was_left(
    own_database: Database, handler: Handler
) -> None:
    work, shard = await work_of(own_database), Shard(handler)
    assert await work.run(shard.add("a-1")) == {}
    assert await ViewsWork([replace(TOTALS, version=2)], own_database, CODEC).run(shard.add("a-1")) == {}
    assert await live_of(own_database) == Live(1, 0)
    assert await outdated_views(own_database, [TOTALS]) == [TOTALS]
    assert await work.run(shard.add("a-1")) == {}
    with pytest.raises(ViewNotReady):
        await ViewReader(own_database).find(TOTALS, {"kind": "total"})
    await rebuild([TOTALS], own_database, Commits(shard.commits), CODEC)
    assert sums(await ViewReader(own_database).get(TOTALS, "all")) == {"a-1": 3}


async def test_an_earlier_release_leaves_alone_what_a_later_one_built(own_database: Database, handler: Handler) -> None:
    work, shard = await work_of(own_database), Shard(handler)
    later = replace(TOTALS, version=2)
    await rebuild([later], own_database, Commits(shard.commits), CODEC)
    failures = await work.run(shard.add("a-1"))
    assert isinstance(failures["a-1"].error, ViewNotReady), "its events wait for a process that can fold them"
    assert await live_of(own_database) == Live(2, 2)
    assert await outdated_views(own_database, [TOTALS, later]) == []


async def test_a_view_that_is_new_to_a_group_with_history_waits_for_the_rebuild(
    own_database: Database, handler: Handler
) -> None:
    processor = GroupProcessor(GROUP, await work_of(own_database), own_database, clock)
    await processor.process(Shard(handler).add("a-1"))
    await prepare_views(own_database, GROUP, [replace(TOTALS, name="later")])
    assert await LiveVersions(own_database).read(["totals", "later"]) == {"totals": Live(1, 1), "later": Live(0, 0)}


@pytest.mark.timeout(90)
async def test_two_members_on_two_shards_feed_one_document(
    stack: LocalStack, own_database: Database, handler: Handler
) -> None:
    topic = new_topic()
    await ensure_topics(stack.kafka, [topic], SHARDS)
    group, work = new_group(topic), await work_of(own_database)
    shards = [Shard(handler, topic, number) for number in range(SHARDS)]

    def processor() -> GroupProcessor:
        return GroupProcessor(group, work, own_database, clock)

    async with (
        consuming(stack.kafka, topic, processor(), group) as first,
        consuming(stack.kafka, topic, processor(), group) as second,
    ):
        members = (first.lanes[group], second.lanes[group])

        async def shared() -> bool:
            return [len(member.lanes) for member in members] == [1, 1]

        await until(shared)
        for _ in range(5):
            for number, shard in enumerate(shards):
                await publish(stack.kafka, topic, shard.add(*[f"s-{number}"] * 20))

        async def complete() -> bool:
            return sums(await ViewReader(own_database).get(TOTALS, "all")) == {"s-0": 100, "s-1": 100}

        await until(complete)
