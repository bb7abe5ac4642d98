"""Blocks: the order in which a shard's commits are published, chained and fenced by their number (design §6). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from shared.contracts.envelope import canonical_json
from shared.event_store.commits import Commit, commit_key
from shared.event_store.store import Installation
from shared.mongo import IndexModel

BLOCKS = "blocks"
BLOCK_INDEXES = (IndexModel([("origin", 1), ("epoch", 1), ("shard", 1), ("n", 1)], name="place", unique=True),)
BLOCK_TAG = b"etwinning.block.v1\n"
GENESIS_HASH = "0" * 64


class CorruptBlock(Exception):
    """A stored block is not what was hashed, or does not follow the one before it."""

    def __init__(self, block: str, fault: str) -> None:
        super().__init__(f"{block}: {fault}")
        self.block, self.fault = block, fault


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a block says of one commit: its key `<stream>@<version>`, its hash (hex), its number of events."""

    key: str
    hash: str
    events: int


@dataclass(frozen=True, slots=True)
class Offsets:
    """Where Kafka put the first and the last event of a block."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Commits of one shard in the order of their publication; `first` is the position of the first event, from 1."""

    origin: str
    epoch: str
    shard: int
    n: int
    first: int
    commits: tuple[Sealed, ...]
    prev_hash: str
    hash: str
    published: bool = False
    offsets: Offsets | None = None

    @property
    def id(self) -> str:
        return block_id(self.origin, self.epoch, self.shard, self.n)

    @property
    def count(self) -> int:
        """The number of events."""
        return sum(sealed.events for sealed in self.commits)

    def to_document(self) -> dict[str, Any]:
        """The document as it is inserted: not published yet."""
        return {
            "_id": self.id,
            "origin": self.origin,
            "epoch": self.epoch,
            "shard": self.shard,
            "n": self.n,
            "first": self.first,
            "count": self.count,
            "commits": [_listed(sealed) for sealed in self.commits],
            "prev_hash": self.prev_hash,
            "hash": self.hash,
            "published": False,
        }


def block_id(origin: str, epoch: str, shard: int, n: int) -> str:
    return f"{origin}/{epoch}/{shard}/{n}"


def block_from_document(document: Mapping[str, Any]) -> Block:
    offsets = document.get("offsets")
    return Block(
        origin=document["origin"],
        epoch=document["epoch"],
        shard=document["shard"],
        n=document["n"],
        first=document["first"],
        commits=tuple(Sealed(each["key"], each["hash"], each["events"]) for each in document["commits"]),
        prev_hash=document["prev_hash"],
        hash=document["hash"],
        published=document["published"],
        offsets=Offsets(offsets["first"], offsets["last"]) if offsets else None,
    )


@dataclass(frozen=True, slots=True)
class Tip:
    """The last block of a shard, as far as the next one depends on it."""

    n: int = 0
    next_position: int = 1
    hash: str = GENESIS_HASH
    published: bool = True
    offsets: Offsets | None = None


def tip_from_document(document: Mapping[str, Any]) -> Tip:
    """From a block document; its list of commits is not needed."""
    offsets = document.get("offsets")
    return Tip(
        n=document["n"],
        next_position=document["first"] + document["count"],
        hash=document["hash"],
        published=document["published"],
        offsets=Offsets(offsets["first"], offsets["last"]) if offsets else None,
    )


def next_block(installation: Installation, shard: int, tip: Tip, commits: Sequence[Commit]) -> Block:
    """The block that follows `tip` with these commits, in this order."""
    sealed = tuple(Sealed(commit.key, commit.hash.hex(), len(commit.events)) for commit in commits)
    origin, epoch, n, first = installation.origin, installation.epoch, tip.n + 1, tip.next_position
    hashed = block_hash(tip.hash, origin, epoch, shard, n, first, sealed)
    return Block(origin, epoch, shard, n, first, sealed, tip.hash, hashed)


def block_hash(
    previous: str, origin: str, epoch: str, shard: int, n: int, first: int, commits: Iterable[Sealed]
) -> str:
    """SHA-256 over a domain tag, the hash before it and everything that never changes of a block; hex."""
    place = {"origin": origin, "epoch": epoch, "shard": shard, "n": n, "first": first}
    body = canonical_json(place | {"commits": [_listed(sealed) for sealed in commits]})
    return sha256(BLOCK_TAG + bytes.fromhex(previous) + body).hexdigest()


def verify_block(block: Block, previous: Tip) -> None:
    """Checks one block against itself and the one before it.

    Raises:
        CorruptBlock: with the first fault found.
    """
    if block.n != previous.n + 1:
        raise CorruptBlock(block.id, f"block {previous.n + 1} is missing")
    if block.prev_hash != previous.hash:
        raise CorruptBlock(block.id, "does not follow the block before it")
    if block.first != previous.next_position:
        raise CorruptBlock(block.id, f"starts at position {block.first}, not at {previous.next_position}")
    expected = block_hash(block.prev_hash, block.origin, block.epoch, block.shard, block.n, block.first, block.commits)
    if expected != block.hash:
        raise CorruptBlock(block.id, "is not what was hashed")


def publishable(commits: Iterable[Commit], unsealed_before: set[str]) -> tuple[Commit, ...]:
    """Those whose predecessor is sealed (its key is not in `unsealed_before`) or stands earlier in the result.

    Streams keep the order in which the scan saw them first; a stream's commits are in the order of their versions.
    """
    seen: dict[str, list[Commit]] = {}
    for commit in commits:
        seen.setdefault(commit.stream, []).append(commit)
    chosen: list[Commit] = []
    for found in seen.values():
        found.sort(key=lambda commit: commit.version)
        if predecessor(found[0]) not in unsealed_before:
            # a gap inside the batch: the scan missed one, which is unsealed; what follows it waits
            _, run = next(groupby(enumerate(found), key=lambda item: item[1].version - item[0]))
            chosen += (commit for _, commit in run)
    return tuple(chosen)


def lowest_predecessors(commits: Iterable[Commit]) -> set[str]:
    """The keys before the lowest version of each stream: they must be sealed for that stream to go on."""
    lowest: dict[str, Commit] = {}
    for commit in commits:
        known = lowest.get(commit.stream)
        if known is None or commit.version < known.version:
            lowest[commit.stream] = commit
    return {predecessor(commit) for commit in lowest.values() if commit.version > 1}


def predecessor(commit: Commit) -> str:
    """The key of the commit before this one (version 0: of none)."""
    return commit_key(commit.stream, commit.version - 1)


def _listed(sealed: Sealed) -> dict[str, Any]:
    return {"key": sealed.key, "hash": sealed.hash, "events": sealed.events}
