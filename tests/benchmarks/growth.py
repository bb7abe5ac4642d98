"""Load of one stream, and one tick of the relay, in a large collection against a small one, in turn."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

from uuid_utils import uuid7

from shared.event_store.commits import shard_of
from shared.event_store.handling import Handler
from shared.event_store.store import EventStore
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_topics
from shared.mongo import Document
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from tests.benchmarks.figures import Figure, Pairs, milliseconds
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
AIM = 1.1

Act = Callable[[], Awaitable[object]]


class Sized:
    """A store of a size, one short stream in it that is loaded, and its relay."""

    def __init__(self, of: EventStore, relay: Relay) -> None:
        self.store, self.relay, self.handler = of, relay, handler(of)
        self.stream = ""

    async def fill(self, size: int) -> None:
        """Sealed commits, each a stream of its own; then the stream that is loaded."""
        template = first_commit(self.store).to_document()
        for start in range(0, size, BATCH):
            documents = [_sealed(template, start + number) for number in range(BATCH)]
            await self.store.commits.insert_many(documents, ordered=False)
        self.stream = await _handled(self.handler, 3)
        for shard in range(SHARDS):
            await self.relay.tick(shard)

    async def load(self) -> float:
        """Seconds of one load."""
        return await _timed(partial(self.store.load, self.stream))

    async def tick(self) -> float:
        """Seconds of one turn of the relay with one commit to publish."""
        shard = shard_of(await _handled(self.handler, 1), SHARDS)
        return await _timed(partial(self.relay.tick, shard))


async def measure(mongo_url: str, kafka: str) -> list[Figure]:
    """Both stores exist side by side, so that what else the machine does slows both down."""
    async with AsyncExitStack() as stack:
        few, many = [await _sized(stack, mongo_url, kafka, size) for size in (FEW, MANY)]
        loads, ticks = Pairs(), Pairs()
        for _ in range(LOOKS):
            loads.add(bare=await few.load(), ours=await many.load())
            ticks.add(bare=await few.tick(), ours=await many.tick())
    name = f"{MANY:,} ÷ {FEW:,} commits"
    return [
        loads.figure(f"load of one stream, {name}", milliseconds, AIM, at_least=False),
        ticks.figure(f"one tick of the relay, {name}", milliseconds, AIM, at_least=False),
    ]


async def _sized(stack: AsyncExitStack, mongo_url: str, kafka: str, size: int) -> Sized:
    topic = f"bench-{uuid7().hex[-8:]}"
    await ensure_topics(kafka, [topic], SHARDS)
    made = await stack.enter_async_context(store(mongo_url))
    relay = Relay(made, producer_factory(kafka), partial(end_offset, kafka), Metrics(), Heartbeats(), topic=topic)
    stack.push_async_callback(relay.close)
    sized = Sized(made, relay)
    await sized.fill(size)
    return sized


async def _handled(handling: Handler, commits: int) -> str:
    """A new stream of that many commits, by its name."""
    identifier = str(uuid7())
    for command in application_commands(identifier)[:commits]:
        await handling.handle(AGGREGATE, identifier, command, context())
    return AGGREGATE.stream(identifier)


async def _timed(act: Act) -> float:
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started


def _sealed(template: Document, number: int) -> Document:
    """As large as any, of a stream that nobody loads."""
    stream = f"filling-{number}"
    place = {"_id": f"{stream}@1", "stream": stream, "shard": number % SHARDS}
    return {name: value for name, value in template.items() if name != "unsealed"} | place
