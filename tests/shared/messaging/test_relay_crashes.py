"""A relay that dies between any two steps, and a Kafka that does not say what became of a send."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.stack import LocalStack
from shared.event_store.store import EventStore
from shared.messaging.blocks import BLOCKS
from shared.messaging.producer import ProducerFactory, SendFailed, producer_factory
from shared.messaging.topics import ensure_topics
from tests.shared.event_store.counting import SHARDS, fill
from tests.shared.messaging.relays import assert_all_published, blocks_of, drained, positions, records, relay_of

PLACES = [
    ("after_block", "1"),
    ("between_sends", "3"),
    ("after_send", "1"),
    ("before_mark", "1"),
    ("after_send", "2"),
]


@pytest.mark.parametrize(("point", "hit"), PLACES)
async def test_after_a_crash_the_next_relay_finishes_what_was_begun(
    point: str, hit: str, store: EventStore, stack: LocalStack, topic: str, tmp_path: Path
) -> None:
    await fill(store, streams=30, versions=2, times=2)
    reached = tmp_path / "reached"
    code = await _relay_process(store, stack, topic, f"{point}:{hit}", reached)
    assert code == -9
    assert reached.read_text() == f"{point}\n"
    assert await store.database[BLOCKS].count_documents({"published": False}) == 1
    assert await _relay_process(store, stack, topic, "", reached) == 0
    await assert_all_published(store, stack.kafka, topic, SHARDS)


async def _relay_process(store: EventStore, stack: LocalStack, topic: str, failpoint: str, log: Path) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.shared.messaging.relay_process"),
        *(stack.mongo_url, store.database.name, stack.kafka, topic),
        env=os.environ | {"ETWINNING_FAILPOINT": failpoint, "ETWINNING_FAILPOINT_LOG": str(log)},
        cwd=Path(__file__).parents[3],
    )
    return await asyncio.wait_for(process.wait(), 30)


class Unanswering(AIOKafkaProducer):  # type: ignore[misc]
    """Sends, but for one send the answer gets lost: the record may be in Kafka, and nobody was told."""

    lose = 2
    sends = 0
    stopped = False

    async def send_batch(self, batch, topic, *, partition):  # type: ignore[no-untyped-def]
        acknowledged = await super().send_batch(batch, topic, partition=partition)
        type(self).sends += 1
        if type(self).sends != self.lose:
            return acknowledged
        await acknowledged
        raise TimeoutError

    async def stop(self) -> None:
        type(self).stopped = True
        await super().stop()


def unanswering(kafka: str) -> tuple[type[Unanswering], ProducerFactory]:
    class Own(Unanswering):
        pass

    def make() -> AIOKafkaProducer:
        return Own(bootstrap_servers=kafka, acks="all", enable_idempotence=True, max_batch_size=2_000)

    return Own, make


async def test_after_an_unknown_send_nothing_later_goes_out_and_the_next_turn_repeats(
    store: EventStore, stack: LocalStack, topic: str
) -> None:
    await fill(store, streams=10, versions=2)
    producer, factory = unanswering(stack.kafka)
    relay = relay_of(store, stack.kafka, topic, factory)
    shard = 0
    with pytest.raises(SendFailed):
        await relay.tick(shard)
    assert producer.stopped
    assert producer.sends == 2
    sent = len(await records(stack.kafka, topic, shard))
    blocks = await blocks_of(store, shard)
    assert len(blocks) == 1
    assert 0 < sent < blocks[0].count
    await drained(relay, SHARDS)
    found = positions(await records(stack.kafka, topic, shard))
    assert found == [*range(1, sent + 1), *range(1, blocks[0].count + 1)]
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await relay.close()


async def test_a_kafka_that_is_not_there_ends_the_turn_within_its_deadline_and_loses_nothing(
    store: EventStore, stack: LocalStack, topic: str
) -> None:
    await fill(store, streams=12, versions=1)
    absent = relay_of(store, stack.kafka, topic, producer_factory("127.0.0.1:9"))
    with pytest.raises(SendFailed):
        await absent.tick(0)
    assert [block.published for block in await blocks_of(store, 0)] == [False]
    relay = relay_of(store, stack.kafka, topic)
    await drained(relay, SHARDS)
    await assert_all_published(store, stack.kafka, topic, SHARDS)
    await relay.close()


async def test_what_the_broker_lost_is_published_again(store: EventStore, stack: LocalStack, topic: str) -> None:
    await fill(store, streams=10, versions=1)
    relay = relay_of(store, stack.kafka, topic)
    await drained(relay, SHARDS)
    await relay.close()
    # As after the loss of a broker's disk: the same store, and a topic that holds nothing of it.
    emptied = f"{topic}.again"
    await ensure_topics(stack.kafka, [emptied], SHARDS)
    again = relay_of(store, stack.kafka, emptied)
    await drained(again, SHARDS)
    await assert_all_published(store, stack.kafka, emptied, SHARDS)
    for shard in range(SHARDS):
        offsets = (await blocks_of(store, shard))[0].offsets
        assert offsets is not None
        assert offsets.first == 0
    await again.close()
