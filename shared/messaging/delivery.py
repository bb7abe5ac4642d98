"""One event as Kafka (or a feed) delivered it: exact bytes, where it stands, and what its headers say. Pure.

Nothing about a delivery is trusted: headers are read here, inside the handler, so that one null header parks one
stream instead of dropping a batch before anybody saw it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from shared.contracts.base import Event
from shared.contracts.envelope import CONTENT_TYPE, Codec, Recorded, Undecodable
from shared.event_store.commits import MAX_COMMIT_BYTES, Commit

Headers = tuple[tuple[str, bytes | None], ...]
_MAX_POSITION_DIGITS = 18


class Record(Protocol):
    """What this module needs of a Kafka client's record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: Any
    value: Any
    headers: Any


class Place(NamedTuple):
    """Where positions are counted: gapless from 1 for each origin, epoch, topic and shard."""

    origin: str
    epoch: str
    topic: str
    shard: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """`place` and `position` are nothing when the headers do not say them; `fault` then says what is wrong."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: Headers
    place: Place | None = None
    position: int = 0
    commit_hash: str = ""
    traceparent: str | None = None
    fault: str | None = None
    timestamp_ms: int = field(default=0, compare=False)

    @property
    def stream(self) -> str:
        """The key, which is the stream; for a key that is none, a name of its own that can be parked."""
        if self.key:
            return self.key.decode("utf-8", "backslashreplace")[:200]
        return f"unkeyed-{self.topic}-{self.partition}"

    @property
    def identity(self) -> str:
        """Names this delivery among all: its position, or its offset where it has none."""
        if self.place is None:
            return f"{self.topic}/{self.partition}#{self.offset}"
        return f"{'/'.join(map(str, self.place))}@{self.position}"


def delivery(record: Record) -> Delivery:
    """Reads one record; never raises: what is wrong with it is its `fault`."""
    headers: Headers = tuple((name, bytes(value) if value is not None else None) for name, value in record.headers)
    return read(record.topic, record.partition, record.offset, record.key, record.value, headers, record.timestamp)


def read(
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    timestamp_ms: int = 0,
) -> Delivery:
    """A delivery of its parts, as they were received or parked."""
    said = {name: _text(raw) for name, raw in headers}
    origin, epoch, position, commit_hash = (said.get(n) for n in ("origin", "epoch", "position", "commit_hash"))
    common = (topic, partition, offset, key, value or b"", headers)
    number = _position(position)
    if not (origin and epoch and commit_hash) or number is None:
        fault = "its headers do not say origin, epoch, position and commit_hash"
        return Delivery(*common, fault=fault, timestamp_ms=timestamp_ms)
    return Delivery(
        *common,
        place=Place(origin, epoch, topic, partition),
        position=number,
        commit_hash=commit_hash,
        traceparent=said.get("traceparent"),
        fault="it has no value" if value is None else None,
        timestamp_ms=timestamp_ms,
    )


def decode(codec: Codec, delivered: Delivery) -> Recorded[Event]:
    """The event that was delivered.

    Raises:
        Undecodable: the headers, the size, the bytes or the key are not those of one of our events.
        UnknownEventType: the type is in no catalogue of this release.
    """
    if delivered.fault is not None:
        raise Undecodable(delivered.fault)
    if len(delivered.value) > MAX_COMMIT_BYTES:
        raise Undecodable(f"its {len(delivered.value)} bytes exceed the {MAX_COMMIT_BYTES} of a commit")
    recorded = codec.decode(delivered.value)
    if delivered.key != recorded.stream.encode():
        raise Undecodable("its key is not its stream")
    return recorded


def headers_of(place: Place, position: int, commit_hash: str, traceparent: str | None = None) -> Headers:
    """The headers of a published event (design §6.4)."""
    said: list[tuple[str, bytes | None]] = [
        ("content-type", CONTENT_TYPE.encode()),
        ("origin", place.origin.encode()),
        ("epoch", place.epoch.encode()),
        ("position", str(position).encode()),
        ("commit_hash", commit_hash.encode()),
    ]
    return tuple(said) if traceparent is None else (*said, ("traceparent", traceparent.encode()))


def deliveries_of(place: Place, first: int, commits: Iterable[Commit]) -> Sequence[Delivery]:
    """What Kafka would deliver of `commits`, in the order of their block, whose first event has position `first`."""
    found: list[Delivery] = []
    for commit in commits:
        for raw in commit.events:
            headers = headers_of(place, first + len(found), commit.hash.hex(), commit.traceparent)
            found.append(read(place.topic, place.shard, -1, commit.stream.encode(), raw, headers))
    return found


def _text(raw: bytes | None) -> str | None:
    try:
        return raw.decode("utf-8") if raw is not None else None
    except UnicodeDecodeError:
        return None


def _position(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > _MAX_POSITION_DIGITS:
        return None
    return int(text) or None
