"""Folding is the same whatever order streams arrive in, however often, in whatever batches (pure)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Recorded
from shared.event_store.handling import Handler
from shared.event_store.store import EventStore, Installation
from shared.mongo import connect, database
from shared.observability.metrics import Metrics
from shared.views.reader import UnindexedQuery, refuse_unindexed
from shared.views.view import Document, UnfitDocument, canonical_document, from_stored, refuse_unfit
from tests.shared.event_store.counting import CODEC
from tests.shared.messaging.consuming import Shard
from tests.shared.views.totals import TOTALS, recorded_of


def streams() -> list[list[Recorded[Any]]]:
    """Three streams, the second with commits of several events; nothing of this touches a database."""
    unconnected = database(connect("mongodb://127.0.0.1:1"), "none")
    store = EventStore(unconnected, Installation("registration", "eu", "e1", 2), CODEC)
    shard = Shard(Handler(store, Metrics()))
    shard.add("a-1", "a-1", "c-1", "c-1", "c-1")
    shard.add("b-1", "b-1", times=3)
    events = recorded_of(shard.deliveries())
    return [[one for one in events if one.stream == name] for name in ("a-1", "b-1", "c-1")]


STREAMS = streams()


@st.composite
def interleavings(draw: st.DrawFn) -> list[list[Recorded[Any]]]:
    """Batches in which each stream keeps its order, and in which any of them may be delivered again from any point."""
    order = draw(st.permutations([number for number, stream in enumerate(STREAMS) for _ in stream]))
    left = [list(stream) for stream in STREAMS]
    history = [left[number].pop(0) for number in order]
    cuts = sorted(draw(st.sets(st.integers(1, len(history) - 1), max_size=4)))
    batches = []
    for start, end in zip([0, *cuts], [*cuts, len(history)], strict=True):
        batches.append(history[draw(st.integers(0, start)) : end])
    return batches


def folded(batches: Sequence[Sequence[Recorded[Any]]]) -> bytes:
    """Folds batch by batch, written and read again between them."""
    document = Document("all")
    for batch in batches:
        for recorded in batch:
            document.fold(TOTALS, recorded)
        document = from_stored(document.to_stored())
    return canonical_document(document.to_stored())


@given(interleavings())
def test_every_interleaving_that_keeps_the_order_of_streams_gives_the_same_document(
    batches: list[list[Recorded[Any]]],
) -> None:
    assert folded(batches) == folded(STREAMS)


def test_a_commit_whose_events_arrive_in_two_batches_is_folded_whole() -> None:
    first, rest = STREAMS[1][:1], STREAMS[1][1:]
    assert folded([first, first, rest]) == folded([STREAMS[1]])


def test_an_event_that_was_folded_changes_nothing() -> None:
    document = Document("all")
    document.fold(TOTALS, STREAMS[0][0])
    again = from_stored(document.to_stored())
    again.fold(TOTALS, STREAMS[0][0])
    assert not again.changed


@pytest.mark.parametrize(
    "fields",
    [
        {"_rev": 7},
        {"at": datetime(2026, 11, 24, tzinfo=UTC)},
        {"parts": {"$set": 1}},
        {"parts": {"a.b": 1}},
        {"list": [{"raw": b""}]},
        {"big": 2**63},
    ],
)
def test_what_would_not_come_back_as_it_was_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UnfitDocument):
        refuse_unfit(fields)


def test_a_list_filters_by_what_an_index_begins_with() -> None:
    refuse_unindexed(TOTALS, {"kind": "total"})
    refuse_unindexed(TOTALS, {"size": {"$gte": 2}, "kind": "total"})
    for filter in ({}, {"size": 1}, {"kind": {"$ne": "total"}}, {"kind": {"$where": "1"}}):  # noqa: A001
        with pytest.raises(UnindexedQuery):
            refuse_unindexed(TOTALS, filter)
