"""What the relay promises: every commit once in a block, every event in Kafka, first occurrences in order."""

import asyncio

import pytest

from deploy.local.stack import LocalStack
from shared.event_store.handling import Handler
from shared.event_store.store import EventStore
from shared.messaging.blocks import BLOCKS, Tip, verify_block
from shared.messaging.ownership import Ownership
from shared.messaging.relay import Relay
from shared.observability.traces import configure_tracing, span
from tests.shared.event_store.counting import COUNTER, NOW, SHARDS, Count, asked_by_person, counting, fill
from tests.shared.messaging.relays import (
    assert_all_published,
    blocks_of,
    drained,
    header,
    positions,
    records,
    relay_of,
)


async def test_a_commit_is_published_with_its_exact_bytes_key_and_headers(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str
) -> None:
    outcome = await handler.handle(COUNTER, "1", Count(at=NOW, by=2, times=2), asked_by_person())
    assert outcome.commit is not None
    relay = relay_of(store, stack.kafka, topic)
    assert await drained(relay, SHARDS) == 2
    found = await records(stack.kafka, topic, outcome.commit.shard)
    assert [record.value for record in found] == list(outcome.commit.events)
    assert [record.key for record in found] == [b"counter-1"] * 2
    assert positions(found) == [1, 2]
    assert {header(record, "commit_hash") for record in found} == {outcome.commit.hash.hex()}
    assert header(found[0], "content-type").startswith("application/cloudevents+json")
    assert header(found[0], "origin") == store.installation.origin
    assert header(found[0], "epoch") == store.installation.epoch
    await relay.close()


async def test_a_quiet_shard_publishes_nothing(store: EventStore, stack: LocalStack, topic: str) -> None:
    relay = relay_of(store, stack.kafka, topic)
    assert await relay.tick(0) == 0
    assert await store.database[BLOCKS].count_documents({}) == 0
    await relay.close()


async def test_a_backlog_goes_in_large_blocks_that_form_a_chain(
    store: EventStore, stack: LocalStack, topic: str
) -> None:
    await fill(store, streams=150, versions=3, times=2)
    relay = relay_of(store, stack.kafka, topic)
    assert await drained(relay, SHARDS) == 900
    await fill_more(store, 150)
    await drained(relay, SHARDS)
    for shard in range(SHARDS):
        blocks, tip = await blocks_of(store, shard), Tip()
        assert len(blocks) == 2
        for block in blocks:
            verify_block(block, tip)
            tip = Tip(block.n, block.first + block.count, block.hash)
            assert block.offsets is not None
            assert block.offsets.last - block.offsets.first == block.count - 1
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await relay.close()


async def fill_more(store: EventStore, streams: int) -> None:
    handler = counting(store)
    for number in range(streams, streams + 20):
        await handler.handle(COUNTER, str(number), Count(at=NOW, by=1), asked_by_person())


async def test_rivals_on_one_shard_seal_every_commit_once(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str
) -> None:
    rivals = [relay_of(store, stack.kafka, topic) for _ in range(3)]
    writing = asyncio.create_task(_write(handler, streams=12, versions=8))

    async def work(relay: Relay) -> None:
        while not writing.done():
            for shard in range(SHARDS):
                await relay.tick(shard)
        await drained(relay, SHARDS)

    await asyncio.gather(writing, *(work(relay) for relay in rivals))
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await asyncio.gather(*(relay.close() for relay in rivals))


async def _write(handler: Handler, streams: int, versions: int) -> None:
    async def one(number: int) -> None:
        for _ in range(versions):
            await handler.handle(COUNTER, str(number), Count(at=NOW, by=1, times=2), asked_by_person())

    await asyncio.gather(*(one(number) for number in range(streams)))


async def test_the_loser_of_a_block_publishes_nothing_of_its_own(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    shard = (await store.load("counter-1"))[0].shard
    winner, loser = relay_of(store, stack.kafka, topic), relay_of(store, stack.kafka, topic)
    insert = loser._sealing.insert

    async def after_the_winner(*arguments: object) -> bool:
        await winner.tick(shard)
        return await insert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loser._sealing, "insert", after_the_winner)
    assert await loser.tick(shard) == 0
    assert positions(await records(stack.kafka, topic, shard)) == [1]
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await asyncio.gather(winner.close(), loser.close())


async def test_a_commit_whose_predecessor_the_scan_missed_waits(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    shard = (await store.load("counter-1"))[0].shard
    relay = relay_of(store, stack.kafka, topic)
    scan = relay._sealing._scan

    async def missing_the_second(*arguments: object):  # type: ignore[no-untyped-def]
        commits, truncated = await scan(*arguments)  # type: ignore[arg-type]
        return [commit for commit in commits if commit.version != 2], truncated

    monkeypatch.setattr(relay._sealing, "_scan", missing_the_second)
    await relay.tick(shard)
    await relay.tick(shard)
    assert [block.commits[0].key for block in await blocks_of(store, shard)] == ["counter-1@1"]
    monkeypatch.undo()
    await relay.tick(shard)
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await relay.close()


async def test_run_is_woken_by_a_commit_of_its_process_and_ends_when_told(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str
) -> None:
    relay, stop = relay_of(store, stack.kafka, topic), asyncio.Event()
    handler.committed = lambda commit: relay.wake(commit.shard)
    running = asyncio.create_task(relay.run(stop, Ownership(store.database, "relay", "p1", SHARDS)))
    await _write(handler, streams=6, versions=4)
    await _until_none(store, "commits", {"unsealed": True})
    await _until_none(store, BLOCKS, {"published": False})
    stop.set()
    await running
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    assert await store.database["heartbeats"].count_documents({}) == 0


async def _until_none(store: EventStore, collection: str, query: dict[str, bool]) -> None:
    while await store.database[collection].count_documents(query):  # noqa: ASYNC110 another party writes, bounded by the test's timeout
        await asyncio.sleep(0.05)


async def test_the_trace_of_a_commit_goes_on_in_the_header(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str
) -> None:
    configure_tracing("registration")
    with span("request") as request:
        outcome = await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    assert outcome.commit is not None
    relay = relay_of(store, stack.kafka, topic)
    await drained(relay, SHARDS)
    record = (await records(stack.kafka, topic, outcome.commit.shard))[0]
    trace_id = format(request.get_span_context().trace_id, "032x")
    assert header(record, "traceparent").split("-")[1] == trace_id
    assert header(record, "traceparent") != outcome.commit.traceparent
    await relay.close()


async def test_the_age_of_what_waits_shows_until_it_is_published(
    store: EventStore, handler: Handler, stack: LocalStack, topic: str
) -> None:
    await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    shard = (await store.load("counter-1"))[0].shard
    relay = relay_of(store, stack.kafka, topic)
    labels = {"service": "registration", "shard": str(shard)}

    def value(name: str) -> float | None:
        return relay._metrics.registry.get_sample_value(name, labels)

    await relay.tick(shard)
    assert (value("unsealed_age_seconds") or 0) > 0
    await relay.tick(shard)
    assert value("unsealed_age_seconds") == 0
    assert value("relay_published_total") == 1
    await relay.close()
