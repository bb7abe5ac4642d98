"""What a block may hold, and what breaks its chain."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.event_store.commits import Commit
from shared.event_store.store import Installation
from shared.messaging.blocks import (
    Block,
    CorruptBlock,
    Sealed,
    Tip,
    block_from_document,
    lowest_predecessors,
    next_block,
    publishable,
    verify_block,
)

HERE = Installation("registration", "test", "e1", 1)


def commit(stream: str, version: int, events: int = 1) -> Commit:
    return Commit(stream, version, 0, b"{}", (b"{}",) * events, bytes(32), bytes([version]) * 32)


def after(block: Block) -> Tip:
    return Tip(block.n, block.first + block.count, block.hash)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), unique=True),
    st.sets(st.tuples(st.sampled_from("abc"), st.integers(1, 6))),
)
def test_nothing_is_published_before_its_predecessor(
    scanned: list[tuple[str, int]], elsewhere: set[tuple[str, int]]
) -> None:
    """Whatever a scan saw, and whatever else is unsealed: each stream goes on without a gap, or waits."""
    unsealed = {f"{stream}@{version}" for stream, version in elsewhere - set(scanned)}
    commits = [commit(stream, version) for stream, version in scanned]
    waiting = lowest_predecessors(commits) & unsealed
    chosen = publishable(commits, waiting)
    done: set[str] = set()
    lowest = {stream: min(v for s, v in scanned if s == stream) for stream, _ in scanned}
    for each in chosen:
        before = f"{each.stream}@{each.version - 1}"
        assert before in done or (each.version == lowest[each.stream] and before not in unsealed)
        done.add(each.key)
    ready = {s for s, v in lowest.items() if f"{s}@{v - 1}" not in unsealed}
    assert {each.stream for each in chosen} == ready


def test_positions_number_events_and_go_on_from_block_to_block() -> None:
    first = next_block(HERE, 0, Tip(), [commit("a", 1, 3), commit("b", 1, 2)])
    second = next_block(HERE, 0, after(first), [commit("a", 2)])
    assert (first.n, first.first, first.count) == (1, 1, 5)
    assert (second.n, second.first, second.count) == (2, 6, 1)
    verify_block(first, Tip())
    verify_block(second, after(first))
    assert block_from_document(first.to_document()) == first


@pytest.mark.parametrize(
    "change",
    [
        {"shard": 1},
        {"origin": "other"},
        {"epoch": "e2"},
        {"n": 3},
        {"first": 7},
        {"hash": "0" * 64},
        {"prev_hash": "0" * 64},
        {"commits": (Sealed("a@2", "0" * 64, 1),)},
    ],
)
def test_a_changed_block_is_found(change: dict[str, object]) -> None:
    first = next_block(HERE, 0, Tip(), [commit("a", 1)])
    second = next_block(HERE, 0, after(first), [commit("a", 2)])
    with pytest.raises(CorruptBlock):
        verify_block(replace(second, **change), after(first))  # type: ignore[arg-type]
