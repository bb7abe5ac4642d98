"""Parked streams and what operators do with them, on the real database."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.event_store.handling import Handler
from shared.messaging.delivery import Delivery, Place, headers_of, read
from shared.messaging.parked import Fault, ParkedStream, ParkedStreams, behind, fault_of
from shared.messaging.parked_operations import NotParked, ParkedOperations
from shared.messaging.processing import Failure
from shared.mongo import Database
from tests.shared.messaging.consuming import Recording, Shard, clock

GROUP = "registration.reactions"
FAULT = Fault("ValueError", "raised at a place")
PLACE = Place("eu", "e1", "projects.events", 0)


def at(position: int) -> Delivery:
    return read(PLACE.topic, 0, position, b"s", b"{}", headers_of(PLACE, position, "aa"))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5)), max_size=8))
def test_redelivery_from_anywhere_parks_every_event_once_and_in_order(runs: list[tuple[int, int]]) -> None:
    """While a stream is parked its partition is read on, again and again from some earlier offset."""
    parked: tuple[Delivery, ...] = (at(1),)
    for start, length in runs:
        first = min(start, len(parked)) + 1
        parked += behind(parked, [at(position) for position in range(first, first + length)])
    assert [one.position for one in parked] == list(range(1, len(parked) + 1))


@given(st.integers(1, 8), st.data())
def test_what_an_operator_handled_is_not_parked_again(handled: int, data: st.DataObject) -> None:
    last = handled + data.draw(st.integers(1, 5))
    parked = tuple(at(position) for position in range(handled + 1, last + 1))
    assert behind(parked, [at(position) for position in range(1, last + 2)]) == (at(last + 1),)


def test_a_fault_says_the_class_and_the_place_and_repeats_no_data() -> None:
    with pytest.raises(ValueError, match="jane") as raised:
        raise ValueError("jane@example.org")
    fault = fault_of(raised.value)
    assert fault.error == "ValueError"
    assert "test_parked.py" in fault.sentence
    assert "jane" not in fault.sentence


async def parked_stream(source: Database, handler: Handler) -> tuple[ParkedStreams, Shard]:
    shard, parked = Shard(handler), ParkedStreams(source, GROUP, clock)
    assert await parked.park("a-1", shard.add("a-1", "a-1", times=2), FAULT)
    return parked, shard


async def test_bytes_and_headers_survive_exactly(own_database: Database, handler: Handler) -> None:
    odd = read("t", 1, 9, None, b"\x00\xff", (("position", None), ("x", b"\xfe")))
    await ParkedStreams(own_database, GROUP, clock).park(odd.stream, [odd], FAULT)
    assert (await ParkedOperations(own_database, clock).show(GROUP, odd.stream)).deliveries == (odd,)


async def test_a_retry_handles_all_in_order_and_frees_the_stream(own_database: Database, handler: Handler) -> None:
    parked, shard = await parked_stream(own_database, handler)
    work = Recording()
    retried = await ParkedOperations(own_database, clock).retry(GROUP, "a-1", work)
    assert (work.positions(), retried.handled, retried.left) == ([1, 2, 3, 4], 4, 0)
    assert await parked.append("a-1", shard.add("a-1")) is False, "whoever finds it gone handles the event itself"
    with pytest.raises(NotParked):
        await ParkedOperations(own_database, clock).retry(GROUP, "a-1", work)


async def test_a_retry_that_fails_again_keeps_the_rest_in_order(own_database: Database, handler: Handler) -> None:
    await parked_stream(own_database, handler)
    operations = ParkedOperations(own_database, clock)
    retried = await operations.retry(GROUP, "a-1", Recording({"a-1": ValueError()}))
    assert (retried.handled, retried.left, retried.fault and retried.fault.error) == (0, 4, "ValueError")
    assert [one.position for one in (await operations.show(GROUP, "a-1")).deliveries] == [1, 2, 3, 4]


class Arriving(Recording):
    """While the first is retried, the group parks another behind."""

    def __init__(self, parked: ParkedStreams, shard: Shard) -> None:
        super().__init__()
        self.parked, self.shard = parked, shard

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        if not self.handled:
            assert await self.parked.append("a-1", self.shard.add("a-1"))
        return await super().run(deliveries)


async def test_what_arrives_during_a_retry_is_handled_last(own_database: Database, handler: Handler) -> None:
    work = Arriving(*await parked_stream(own_database, handler))
    retried = await ParkedOperations(own_database, clock).retry(GROUP, "a-1", work)
    assert retried.left == 0
    assert list(dict.fromkeys(work.positions())) == [1, 2, 3, 4, 5]


async def test_a_discard_is_recorded_first_and_stays_with_who_decided(own_database: Database, handler: Handler) -> None:
    await parked_stream(own_database, handler)
    operations, recorded = ParkedOperations(own_database, clock), list[ParkedStream]()

    async def record(there: ParkedStream) -> None:
        assert await operations.show(GROUP, "a-1") == there
        recorded.append(there)

    await operations.discard(GROUP, "a-1", "operator-1", record)
    assert await operations.list(GROUP) == []
    (kept,) = await operations.list(GROUP, "discarded")
    assert (kept.discarded_by, kept.deliveries) == ("operator-1", recorded[0].deliveries)


async def test_a_discard_leaves_what_was_parked_meanwhile(own_database: Database, handler: Handler) -> None:
    parked, shard = await parked_stream(own_database, handler)

    async def record(_: ParkedStream) -> None:
        await parked.append("a-1", shard.add("a-1"))

    operations = ParkedOperations(own_database, clock)
    await operations.discard(GROUP, "a-1", "operator-1", record)
    assert [one.position for one in (await operations.show(GROUP, "a-1")).deliveries] == [5]
