"""The relay: commits become records in Kafka, in order, at least once. Nothing else publishes events (design §6).

Any number of relays may work on one shard: the unique number of a block is the fence, ownership only saves work. After
a crash anywhere the next turn finds the last block, finishes it, and goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from opentelemetry.trace import SpanKind

from shared.contracts.catalogue import topic_of
from shared.contracts.envelope import CONTENT_TYPE
from shared.event_store.commits import Commit
from shared.event_store.store import EventStore
from shared.messaging.blocks import Block, Offsets, Tip, next_block
from shared.messaging.failpoints import FAILPOINTS, Failpoints
from shared.messaging.ownership import Ownership
from shared.messaging.producer import SEND_DEADLINE_S, ProducerFactory, Publisher, Record
from shared.messaging.sealing import MOST_COMMITS, Sealing
from shared.mongo import ClientSession
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from shared.observability.traces import inject, span

log = structlog.get_logger()

SWEEP_S = 1.0
STALLED_S = 60.0
MOST_BACKOFF_S = 5.0
LOSSES_IN_A_TURN = 5

EndOffset = Callable[[str, int], Awaitable[int]]


class Relay:
    """The relay of one service in one process; `tick` is one turn of one shard, `run` all turns until told to stop."""

    def __init__(
        self,
        store: EventStore,
        factory: ProducerFactory,
        end_offset: EndOffset,
        metrics: Metrics,
        heartbeats: Heartbeats,
        failpoints: Failpoints = FAILPOINTS,
        *,
        topic: str | None = None,
        send_deadline_s: float = SEND_DEADLINE_S,
    ) -> None:
        self.service = store.installation.service
        self.topic = topic or topic_of(self.service)
        self._installation = store.installation
        self._sealing = Sealing(store)
        self._publisher = Publisher(factory, deadline_s=send_deadline_s, failpoints=failpoints)
        self._end_offset = end_offset
        self._metrics = metrics
        self._heartbeats = heartbeats
        self._failpoints = failpoints
        self._compared: dict[int, int] = {}  # shard -> the generation of the producer when Kafka's end was looked at
        self._woken = {shard: asyncio.Event() for shard in range(store.installation.shards)}

    def wake(self, shard: int | None = None) -> None:
        """Something was committed: look now instead of at the next sweep. Only a hint."""
        for each in self._woken if shard is None else (shard,):
            self._woken[each].set()

    async def run(self, stop: asyncio.Event, ownership: Ownership) -> None:
        """Works on the shards that `ownership` gives this process, each by itself, until `stop` is set."""
        for shard in self._woken:
            self._heartbeats.register(self._loop(shard), within_seconds=STALLED_S)
        loops = [asyncio.create_task(self._work(shard, ownership, stop)) for shard in self._woken]
        try:
            await stop.wait()
        finally:
            self.wake()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            for shard in self._woken:
                self._heartbeats.unregister(self._loop(shard))
            await self.close()
            with suppress(Exception):  # the others notice within seconds anyway
                await ownership.resign()

    async def close(self) -> None:
        """Ends the producer, within its deadline."""
        await self._publisher.close()

    async def tick(self, shard: int) -> int:
        """One turn: finish the last block, then seal and publish what waits. Returns how many events were published.

        Raises:
            SendFailed: Kafka did not take everything, or nobody knows.
            PyMongoError: the database did not answer; what it did shows at the next turn.
            SealedCommitChanged: the store contradicts itself; nothing of this shard is published any more.
        """
        published = 0
        for _ in range(LOSSES_IN_A_TURN):
            async with self._sealing.session() as session:
                events, lost = await self._turn(shard, session)
            published += events
            if not lost:
                break
        return published

    async def _turn(self, shard: int, session: ClientSession) -> tuple[int, bool]:
        tip = await self._sealing.tip(shard, session)
        await self._compare_ends(shard, tip, session)
        published = 0
        if not tip.published:
            unfinished = await self._sealing.block(shard, tip.n, session)
            commits = await self._sealing.commits_of(unfinished, session)
            self._show_age(shard, commits)
            offsets = await self._finish(unfinished, commits, None, session)
            published, tip = unfinished.count, _published(tip, offsets)
        # The scan comes after the read of the last block: before it, a commit would get into two blocks.
        commits = await self._sealing.unsealed(shard, session)
        self._show_age(shard, commits)
        if not commits:
            return published, False
        block = next_block(self._installation, shard, tip, commits)
        if not await self._sealing.insert(block, session):
            return published, True
        self._failpoints.reach("after_block")
        await self._finish(block, commits, tip.offsets, session)
        return published + block.count, False

    async def _finish(
        self, block: Block, commits: Sequence[Commit], before: Offsets | None, session: ClientSession
    ) -> Offsets:
        """Publishes, unflags, marks: in this order, a block marked before its flags are gone would be sealed twice."""
        offsets = await self._publisher.publish(self.topic, block.shard, _records(block, commits))
        if before is not None and offsets.first <= before.last:
            await self._republish(block.shard, block.n - 1, offsets.first, session)
            offsets = await self._publisher.publish(self.topic, block.shard, _records(block, commits))
        self._failpoints.reach("after_send")
        await self._sealing.unflag(block, session)
        self._failpoints.reach("before_mark")
        await self._sealing.mark(block, offsets, session)
        self._metrics.relay_published_total.labels(self.service, str(block.shard)).inc(block.count)
        return offsets

    async def _compare_ends(self, shard: int, tip: Tip, session: ClientSession) -> None:
        """Kafka acknowledges before it syncs: after a crash its end may lie before what it acknowledged."""
        generation = self._publisher.generation
        if self._compared.get(shard) == generation:
            return
        if tip.n:
            end = await self._end_offset(self.topic, shard)
            await self._republish(shard, tip.n if tip.published else tip.n - 1, end, session)
        self._compared[shard] = generation

    async def _republish(self, shard: int, last: int, end: int, session: ClientSession) -> None:
        lost = await self._sealing.beyond(shard, last, end, session)
        if lost:
            log.error("broker_lost_records", topic=self.topic, shard=shard, blocks=len(lost), end=end)
        for n in lost:
            block = await self._sealing.block(shard, n, session)
            commits = await self._sealing.commits_of(block, session)
            offsets = await self._publisher.publish(self.topic, shard, _records(block, commits))
            await self._sealing.move(block, offsets, session)

    async def _work(self, shard: int, ownership: Ownership, stop: asyncio.Event) -> None:
        backoff = SWEEP_S
        while not stop.is_set():
            self._woken[shard].clear()
            try:
                # A turn that took less than a block holds took all there was: what came meanwhile has woken us.
                more = shard in await ownership.mine() and await self.tick(shard) >= MOST_COMMITS
            except Exception as error:  # noqa: BLE001 whatever it was, the store says where to go on
                log.warning("relay_turn_failed", topic=self.topic, shard=shard, error=type(error).__name__)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, MOST_BACKOFF_S)
                continue
            backoff = SWEEP_S
            self._heartbeats.beat(self._loop(shard))
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken[shard].wait(), SWEEP_S)

    def _show_age(self, shard: int, commits: Sequence[Commit]) -> None:
        age = 0.0
        if commits:
            committed = datetime.fromisoformat(commits[0].facts["time"])
            age = max(0.0, (datetime.now(UTC) - committed).total_seconds())
        self._metrics.unsealed_age_seconds.labels(self.service, str(shard)).set(age)

    def _loop(self, shard: int) -> str:
        return f"{self.service}-relay-{shard}"


def _published(tip: Tip, offsets: Offsets) -> Tip:
    return Tip(tip.n, tip.next_position, tip.hash, published=True, offsets=offsets)


def _records(block: Block, commits: Sequence[Commit]) -> list[Record]:
    records: list[Record] = []
    place = (
        ("content-type", CONTENT_TYPE.encode()),
        ("origin", block.origin.encode()),
        ("epoch", block.epoch.encode()),
    )
    for commit in commits:
        headers = (*place, ("commit_hash", commit.hash.hex().encode()), *_trace(commit))
        key = commit.stream.encode()
        for raw in commit.events:
            position = str(block.first + len(records)).encode()
            records.append(Record(key, raw, (*headers, ("position", position))))
    return records


def _trace(commit: Commit) -> tuple[tuple[str, bytes], ...]:
    """The header that carries on the trace of the request which made the commit, and a span for its publication."""
    if commit.traceparent is None:
        return ()
    attributes: dict[str, str | int] = {"stream": commit.stream, "version": commit.version}
    with span("publish", parent=commit.traceparent, kind=SpanKind.PRODUCER, attributes=attributes):
        return (("traceparent", (inject() or commit.traceparent).encode()),)
