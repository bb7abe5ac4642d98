"""A delivery says what its bytes and headers say, and never raises before somebody can park it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Undecodable
from shared.event_store.commits import MAX_COMMIT_BYTES
from shared.messaging.delivery import Delivery, Place, decode, headers_of, read
from tests.shared.event_store.counting import CODEC

PLACE = Place("eu", "e1", "projects.events", 0)
HEADERS = headers_of(PLACE, 7, "ab" * 32, "00-1-2-01")


def delivered(**more: object) -> Delivery:
    parts = {"topic": "projects.events", "partition": 0, "offset": 3, "key": b"s", "value": b"{}", "headers": HEADERS}
    return read(**(parts | more))  # type: ignore[arg-type]


def test_the_headers_say_where_it_stands() -> None:
    found = delivered()
    assert (found.place, found.position, found.commit_hash, found.traceparent) == (PLACE, 7, "ab" * 32, "00-1-2-01")
    assert found.fault is None


@pytest.mark.parametrize("broken", [None, b"\xff", b"", b"0", b"-1", b"1.5", b"9" * 40, "٣".encode()])
def test_a_position_that_is_none_is_a_fault_of_one_delivery(broken: bytes | None) -> None:
    found = delivered(headers=tuple((n, broken if n == "position" else raw) for n, raw in HEADERS))
    assert found.place is None
    with pytest.raises(Undecodable):
        decode(CODEC, found)


@given(
    key=st.none() | st.binary(max_size=30),
    value=st.none() | st.binary(max_size=30),
    headers=st.lists(st.tuples(st.sampled_from([n for n, _ in HEADERS]), st.none() | st.binary(max_size=9))),
)
def test_no_bytes_at_all_raise_anything_but_undecodable(key: object, value: object, headers: list[object]) -> None:
    found = delivered(key=key, value=value, headers=tuple(headers))
    assert found.stream
    assert found.identity
    with pytest.raises(Undecodable):
        decode(CODEC, found)


def test_what_is_larger_than_a_commit_may_be_is_undecodable() -> None:
    with pytest.raises(Undecodable, match="exceed"):
        decode(CODEC, delivered(value=b"x" * (MAX_COMMIT_BYTES + 1)))
