"""Each mistake replaces one step of the product in its own process, before that process starts its roles."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.event_store.history import History
from shared.messaging import relay
from shared.messaging.blocks import Offsets
from shared.messaging.lanes import Lanes
from shared.messaging.producer import Publisher
from shared.views import view
from shared.views.runner import ViewsWork

_WINDOW_S = 0.2
_LATE = 15
_LOST_ONE_IN = 4


def commit_offset_before_work() -> None:
    """The offset of a batch is committed first; who dies in between has lost the batch for Kafka."""
    handle = Lanes._handle

    async def committed_first(self: Lanes, deliveries: Sequence[Any], behind: int) -> int:
        consumer = self.consumer()
        places = {(one.topic, one.partition) for one in deliveries}
        held = [tp for tp in self.lanes if tp in places]
        if consumer is not None and held:
            await consumer.commit({held[0]: behind})
            self._reach("after_work_before_offset")
            await asyncio.sleep(_WINDOW_S)
        return await handle(self, deliveries, behind)

    Lanes._handle = committed_first  # type: ignore[method-assign]


def mark_before_publish() -> None:
    """A block is unflagged and marked published before its events are sent."""

    async def marked_first(self: relay.Relay, block: Any, commits: Any, before: Any, session: Any) -> Offsets:
        # Offsets below the broker's end: else the next relay would think that the broker lost the block, and mend it.
        end = await self._end_offset(self.topic, block.shard)
        offsets = Offsets(max(end - 1, 0), max(end - 1, 0))
        await self._sealing.unflag(block, session)
        await self._sealing.mark(block, offsets, session)
        self._failpoints.reach("after_send")
        await self._publisher.publish(self.topic, block.shard, _records_of(block, commits))
        return offsets

    relay.Relay._finish = marked_first  # type: ignore[method-assign]


def _records_of(block: Any, commits: Any) -> Sequence[Any]:
    found: Sequence[Any] = relay._records(block, commits)
    return found


def forget_idempotence() -> None:
    """A stream is not asked whether it has decided this already."""

    def nothing_done(self: History, context: Any) -> None:
        return None

    History.done = nothing_done  # type: ignore[method-assign]


def forget_guard_of_views() -> None:
    """A document folds whatever comes; and what a slow rival would still bring comes (harmless to a guarded view)."""
    run = ViewsWork.run
    earlier: deque[Any] = deque(maxlen=_LATE)

    def unguarded(self: view.Document, view: view.View, recorded: Any) -> None:
        self.fields = view.fold(self.fields, recorded)
        self.seen[recorded.stream], self.changed = (recorded.version, recorded.index), True

    async def with_late_rival(self: ViewsWork, deliveries: Sequence[Any]) -> Any:
        answer = await run(self, deliveries)
        if len(earlier) == _LATE:
            await run(self, [earlier[0]])
        earlier.extend(deliveries)
        return answer

    view.Document.fold = unguarded  # type: ignore[method-assign]
    ViewsWork.run = with_late_rival  # type: ignore[method-assign]


def skip_a_gap() -> None:
    """After a send that failed the relay goes on with the next event."""
    publish = Publisher.publish
    blocks = iter(range(10**9))

    async def without_one(self: Publisher, topic: str, partition: int, records: Sequence[Any]) -> Offsets:
        if len(records) > 1 and next(blocks) % _LOST_ONE_IN == 0:
            records = [*records[:-2], records[-1]]
        return await publish(self, topic, partition, records)

    Publisher.publish = without_one  # type: ignore[method-assign]


@dataclass(frozen=True)
class Bug:
    """`plant` puts it into this process; the checker must report `reported` (its invariant and what it says of it).

    `roles` make it; `point`: where they die.
    """

    plant: Callable[[], None]
    reported: tuple[str, str]
    roles: tuple[str, ...]
    point: str | None = None


BUGS: Mapping[str, Bug] = {
    "offset-before-work": Bug(
        commit_offset_before_work,
        ("I8", "neither handled nor parked"),
        ("reactions", "views"),
        "after_work_before_offset",
    ),
    "mark-before-publish": Bug(mark_before_publish, ("I4", "is not in Kafka"), ("relay",), "after_send"),
    "missing-idempotence": Bug(forget_idempotence, ("I6", "times on event"), ("reactions",), "after_insert"),
    "view-forgets-guard": Bug(forget_guard_of_views, ("I7", "live and rebuilt differ"), ("views",)),
    "relay-skips-gap": Bug(skip_a_gap, ("I5", "gap or order"), ("relay",)),
}
