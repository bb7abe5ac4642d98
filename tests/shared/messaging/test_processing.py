"""A batch: repeats dropped, gaps closed, faults retried or parked, positions stored; on the real database."""

from collections.abc import Mapping, Sequence

import pytest

from shared.contracts.envelope import Undecodable
from shared.event_store.handling import Handler
from shared.event_store.violations import NotYetKnown
from shared.messaging.delivery import Delivery
from shared.messaging.parked_operations import ParkedOperations
from shared.messaging.positions import HistoryChanged
from shared.messaging.processing import Failure, GroupStopped, ShardStopped
from shared.mongo import Database, PyMongoError
from tests.shared.messaging.consuming import Recording, Shard, clock, processor_of

GROUP = "registration.reactions"


async def parked_positions(source: Database, stream: str) -> list[int]:
    return [one.position for one in (await ParkedOperations(source, clock).show(GROUP, stream)).deliveries]


async def test_what_comes_again_is_dropped_by_whoever_asks(own_database: Database, handler: Handler) -> None:
    work, shard = Recording(), Shard(handler)
    shard.add("a-1", "b-1", "a-1", times=2)
    await processor_of(own_database, work).process(shard.deliveries())
    await processor_of(own_database, work).process(shard.deliveries() + shard.add("b-1"))
    assert work.positions() == [1, 2, 3, 4, 5, 6, 7]


async def test_a_gap_is_closed_out_of_the_feed_before_anything_later(own_database: Database, handler: Handler) -> None:
    work, shard = Recording(), Shard(handler)
    shard.add(*["a-1", "b-1"] * 4)
    everything = shard.deliveries()
    await processor_of(own_database, work, refill=shard.between).process([everything[0], everything[5], everything[7]])
    assert work.positions() == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_gap_that_the_feed_cannot_close_stops_the_shard(own_database: Database, handler: Handler) -> None:
    work, shard = Recording(), Shard(handler)
    shard.add("a-1", "a-1", "a-1")
    first, _, third = shard.deliveries()

    async def lacking(*_: object) -> Sequence[Delivery]:
        return ()

    for refill in (None, lacking):
        with pytest.raises(ShardStopped):
            await processor_of(own_database, work, refill=refill).process([first, third])
    assert work.positions() == [1]


async def test_history_that_changed_stops_the_shard(own_database: Database, handler: Handler) -> None:
    work = Recording()
    before, after = Shard(handler), Shard(handler)
    before.add("a-1", "a-1")
    after.add("a-1", "a-1", "a-1")
    await processor_of(own_database, work).process(before.deliveries())
    with pytest.raises(HistoryChanged):
        await processor_of(own_database, work).process(after.deliveries())
    assert work.positions() == [1, 2]


async def test_a_poisoned_stream_is_parked_in_order_and_its_neighbours_go_on(
    own_database: Database, handler: Handler
) -> None:
    work, shard = Recording({"a-1": Undecodable("3 faults")}), Shard(handler)
    shard.add("a-1", "b-1", "a-1")
    processor = processor_of(own_database, work)
    await processor.process(shard.deliveries())
    await processor.process(shard.add("a-1", "b-1"))
    assert work.positions() == [2, 5]
    assert await parked_positions(own_database, "a-1") == [1, 3, 4]


async def test_a_member_that_takes_over_knows_what_is_parked(own_database: Database, handler: Handler) -> None:
    shard = Shard(handler)
    shard.add("a-1")
    await processor_of(own_database, Recording({"a-1": ValueError()})).process(shard.deliveries())
    work = Recording()
    await processor_of(own_database, work).process(shard.add("a-1", "b-1"))
    assert work.positions() == [3]
    assert await parked_positions(own_database, "a-1") == [1, 2]


async def test_a_crash_after_parking_parks_nothing_twice(own_database: Database, handler: Handler) -> None:
    shard = Shard(handler)
    shard.add("a-1", "a-1", "a-1")
    work = Recording({"a-1": ValueError()})
    await processor_of(own_database, work).process(shard.deliveries())
    await own_database["positions"].delete_many({})
    await processor_of(own_database, work).process(shard.deliveries())
    assert await parked_positions(own_database, "a-1") == [1, 2, 3]


class Healing(Recording):
    """Fails the first `times` runs of a stream."""

    def __init__(self, stream: str, error: Exception, times: int) -> None:
        super().__init__({stream: error})
        self.left = times

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        failures = await super().run(deliveries)
        self.left -= 1
        if not self.left:
            self.fails.clear()
        return failures


@pytest.mark.parametrize("error", [PyMongoError(), NotYetKnown(), TimeoutError()])
async def test_what_may_heal_is_repeated_in_order_and_never_parked(
    own_database: Database, handler: Handler, error: Exception
) -> None:
    work, shard = Healing("a-1", error, times=2), Shard(handler)
    shard.add("a-1", "b-1", "a-1")
    await processor_of(own_database, work).process(shard.deliveries())
    assert work.positions() == [2, 1, 3]
    assert await ParkedOperations(own_database, clock).list(GROUP) == []


async def test_a_fact_that_nobody_ever_tells_parks_its_stream(own_database: Database, handler: Handler) -> None:
    work, shard = Recording({"a-1": NotYetKnown()}), Shard(handler)
    shard.add("a-1", "b-1")
    await processor_of(own_database, work, patience_s=0.0).process(shard.deliveries())
    assert work.positions() == [2]
    assert await parked_positions(own_database, "a-1") == [1]


async def test_too_many_poisoned_streams_stop_the_group_and_park_no_more(
    own_database: Database, handler: Handler
) -> None:
    streams = [f"s-{number}" for number in range(50)]
    work, shard = Recording(dict.fromkeys(streams, ValueError())), Shard(handler)
    shard.add(*streams)
    with pytest.raises(GroupStopped):
        await processor_of(own_database, work).process(shard.deliveries())
    assert len(await ParkedOperations(own_database, clock).list(GROUP)) == 20
    assert await own_database["positions"].count_documents({}) == 0
