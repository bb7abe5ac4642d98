"""Streams arrive in any order relative to each other, each in its own: a view's document must not care."""

from collections.abc import Sequence

from hypothesis import strategies as st

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded, canonical_json
from shared.views.view import Document, View


@st.composite
def interleaved(draw: st.DrawFn, streams: Sequence[Sequence[Recorded[Event]]]) -> list[Recorded[Event]]:
    """One arrival of all the streams, with some events arriving again as a consumer may deliver them."""
    rest = [list(stream) for stream in streams]
    arrived: list[Recorded[Event]] = []
    while any(rest):
        stream = draw(st.sampled_from([stream for stream in rest if stream]))
        arrived.append(stream.pop(0))
        if draw(st.booleans()):
            arrived.append(draw(st.sampled_from(arrived)))
    return arrived


def folded(view: View, arrived: Sequence[Recorded[Event]]) -> dict[str, bytes]:
    """Every document of the view, its canonical bytes."""
    documents: dict[str, Document] = {}
    for one in arrived:
        for key in view.concerns(one):
            documents.setdefault(key, Document(key)).fold(view, one)
    return {key: canonical_json(document.fields) for key, document in documents.items()}


def in_turn(streams: Sequence[Sequence[Recorded[Event]]]) -> list[Recorded[Event]]:
    """One stream after the other."""
    return [one for stream in streams for one in stream]


def assert_same_documents(
    views: Sequence[View], arrived: Sequence[Recorded[Event]], streams: Sequence[Sequence[Recorded[Event]]]
) -> None:
    """Every view makes of what arrived what it makes of the streams one after the other."""
    for view in views:
        assert folded(view, arrived) == folded(view, in_turn(streams))
