"""A store whose relay has done its work."""

from shared.event_store.store import EventStore
from shared.messaging.topics import ensure_topics
from tests.shared.event_store.counting import SHARDS, fill
from tests.shared.messaging.relays import drained, new_topic, relay_of


async def three_blocks(store: EventStore, kafka: str, streams: int) -> str:
    """Publishes three blocks in each shard, every one of `streams` streams of two commits of two events; the topic."""
    topic = new_topic()
    await ensure_topics(kafka, [topic], SHARDS)
    relay = relay_of(store, kafka, topic)
    for number in range(3):
        await fill(store, streams=streams, versions=2, times=2, first=streams * number)
        await drained(relay, SHARDS)
    await relay.close()
    return topic
