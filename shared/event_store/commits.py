"""A commit: the events of one decision, stored as one document, hashed over exact bytes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Any
from zlib import crc32

import msgspec
import orjson

from shared.contracts.base import Event
from shared.contracts.envelope import UNREADABLE, Codec, Recorded, canonical_json, digest

COMMIT_TAG = b"etwinning.commit.v1\n"
GENESIS = bytes(32)
MAX_COMMIT_BYTES = 256 * 1024


class CorruptCommit(Exception):
    """A stored commit is not what was hashed: somebody or something changed it."""

    def __init__(self, stream: str, version: int, fault: str) -> None:
        super().__init__(f"{stream}@{version}: {fault}")
        self.stream, self.version, self.fault = stream, version, fault


class CommitTooLarge(Exception):
    """A commit over 256 KiB is refused (design §4)."""


def shard_of(stream: str, shards: int) -> int:
    """The partition of a stream; `shards` is fixed for the life of an installation."""
    return crc32(stream.encode()) % shards


def commit_key(stream: str, version: int) -> str:
    return f"{stream}@{version}"


def chain(previous: bytes, head: bytes) -> bytes:
    """SHA-256 over a domain tag, the hash before it, and the head; the head holds the events' own hashes."""
    return sha256(COMMIT_TAG + previous + head).digest()


class Head(msgspec.Struct, frozen=True, gc=False):
    """What every load needs of a head: read by itself it costs a third of the whole (0.5 instead of 1.4 µs)."""

    stream: str
    version: int
    commit_id: str
    events: list[str]
    command_id: str | None = None
    cause: str | None = None
    policy: str | None = None


_read_head = msgspec.json.Decoder(Head).decode


@dataclass(frozen=True)
class Commit:
    """One stored decision. `head` and `events` are exact bytes; everything else is read out of them."""

    stream: str
    version: int
    shard: int
    head: bytes
    events: tuple[bytes, ...]
    prev_hash: bytes
    hash: bytes
    traceparent: str | None = None

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The head as it was encoded: who decided what, on which basis."""
        decoded: Mapping[str, Any] = orjson.loads(self.head)
        return decoded

    @cached_property
    def named(self) -> Head:
        """Which decision this is, out of the head.

        Raises:
            CorruptCommit: the head is none of ours.
        """
        try:
            return _read_head(self.head)
        except UNREADABLE:
            raise CorruptCommit(self.stream, self.version, "its head cannot be read") from None

    @property
    def id(self) -> str:
        return self.named.commit_id

    @property
    def key(self) -> str:
        return commit_key(self.stream, self.version)

    def decoded(self, codec: Codec) -> tuple[Recorded[Event], ...]:
        return tuple(codec.decode(raw) for raw in self.events)

    def to_document(self) -> dict[str, Any]:
        """The document as it is inserted: unsealed, until the relay has published it."""
        document: dict[str, Any] = {
            "_id": self.key,
            "stream": self.stream,
            "version": self.version,
            "shard": self.shard,
            "head": self.head,
            "events": list(self.events),
            "prev_hash": self.prev_hash,
            "hash": self.hash,
            "unsealed": True,
        }
        return document | ({"traceparent": self.traceparent} if self.traceparent else {})


def from_document(document: Mapping[str, Any]) -> Commit:
    # Around __init__, which sets each field of a frozen dataclass by a call: every load pays this for every commit.
    commit = Commit.__new__(Commit)
    commit.__dict__.update(
        stream=document["stream"],
        version=document["version"],
        shard=document["shard"],
        head=bytes(document["head"]),
        events=tuple(map(bytes, document["events"])),
        prev_hash=bytes(document["prev_hash"]),
        hash=bytes(document["hash"]),
        traceparent=document.get("traceparent"),
    )
    return commit


def chained(stream: str, documents: Iterable[Mapping[str, Any]]) -> tuple[Commit, ...]:
    """All commits of a stream in order, their chain verified; `documents` come in any order.

    Raises:
        CorruptCommit: versions have a gap, or bytes are not what was hashed.
    """
    commits = sorted(map(from_document, documents), key=attrgetter("version"))
    previous = GENESIS
    for expected, commit in enumerate(commits, start=1):
        if commit.version != expected:
            raise CorruptCommit(stream, expected, "is missing")
        verify(commit, previous)
        previous = commit.hash
    return tuple(commits)


def seal(
    facts: Mapping[str, Any], events: tuple[bytes, ...], previous: bytes, shards: int, trace: str | None
) -> Commit:
    """Encodes the head once and chains it to the commit before.

    Raises:
        CommitTooLarge: head and events together exceed 256 KiB.
    """
    head = canonical_json(dict(facts) | {"events": [digest(raw) for raw in events]})
    if len(head) + sum(map(len, events)) > MAX_COMMIT_BYTES:
        raise CommitTooLarge(facts["stream"])
    stream = facts["stream"]
    return Commit(
        stream, facts["version"], shard_of(stream, shards), head, events, previous, chain(previous, head), trace
    )


def verify(commit: Commit, previous: bytes) -> None:
    """Checks one commit against its own bytes and the hash before it.

    Raises:
        CorruptCommit: with the first fault found.
    """

    fault = _fault_of(commit, previous)
    if fault is not None:
        raise CorruptCommit(commit.stream, commit.version, fault)


def _fault_of(commit: Commit, previous: bytes) -> str | None:
    if commit.prev_hash != previous:
        return "does not follow the commit before it"
    if chain(previous, commit.head) != commit.hash:
        return "its head is not what was hashed"
    named = commit.named
    if named.version != commit.version or named.stream != commit.stream:
        return "its head belongs to another place"
    if not commit.events or named.events != [sha256(raw).hexdigest() for raw in commit.events]:
        return "its events are not what was hashed"
    return None
