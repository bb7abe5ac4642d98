"""No cost grows with the collection: each query of the product at few and at many documents."""

import time
from collections.abc import Awaitable, Callable
from functools import partial

from uuid_utils import uuid7

from shared.event_store.commits import Commit, shard_of
from shared.event_store.store import EventStore
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.benchmarks.figures import Figure, median, milliseconds
from tests.benchmarks.installation import (
    AGGREGATE,
    SHARDS,
    application_commands,
    context,
    first_commit,
    handler,
    store,
)

FEW, MANY = 1_000, 100_000
LOOKS = 100
BATCH = 500

Look = Callable[[], Awaitable[object]]


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """Load of one stream, and one tick of the relay, at 100,000 against 1,000 commits in the collection."""
    topic = f"bench-{uuid7().hex[-8:]}"
    await ensure_topics(kafka, [topic], SHARDS)
    async with store(mongo_url) as made:
        relay = Relay(made, producer_factory(kafka), partial(end_offset, kafka), Metrics(), Heartbeats(), topic=topic)
        try:
            few = await _at(made, relay, FEW)
            many = await _at(made, relay, MANY)
        finally:
            await relay.close()
    names = ("load of one stream", "one tick of the relay, one commit")
    return [
        Figure(f"{name}, {MANY:,} ÷ {FEW:,} commits", milliseconds(b), milliseconds(a), b / a, 1.1, at_least=False)
        for name, a, b in zip(names, few, many, strict=True)
    ]


async def _at(made: EventStore, relay: Relay, size: int) -> tuple[float, float]:
    await _fill(made, size)
    handling, stream = handler(made), str(uuid7())
    for command in application_commands(stream):
        await handling.handle(AGGREGATE, stream, command, context())
    for shard in range(SHARDS):
        await relay.tick(shard)
    load = await _median(partial(made.load, AGGREGATE.stream(stream)))
    ticks = []
    for _ in range(LOOKS):
        identifier = str(uuid7())
        await handling.handle(AGGREGATE, identifier, application_commands(identifier)[0], context())
        shard = shard_of(AGGREGATE.stream(identifier), SHARDS)
        started = time.perf_counter()
        await relay.tick(shard)
        ticks.append(time.perf_counter() - started)
    return load, median(ticks)


async def _median(look: Look) -> float:
    seconds = []
    for _ in range(LOOKS):
        started = time.perf_counter()
        await look()
        seconds.append(time.perf_counter() - started)
    return median(seconds)


async def _fill(made: EventStore, size: int) -> None:
    """Sealed commits, each a stream of its own, until the collection holds `size`."""
    there = await made.commits.estimated_document_count()
    while there < size:
        batch = [first_commit(made) for _ in range(min(BATCH, size - there))]
        await made.commits.insert_many([_without_flag(commit) for commit in batch], ordered=False)
        there += len(batch)


def _without_flag(commit: Commit) -> dict[str, object]:
    return {name: value for name, value in commit.to_document().items() if name != "unsealed"}
