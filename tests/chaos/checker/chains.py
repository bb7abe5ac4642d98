"""I3: versions 1..n without gap or fork, every hash computed anew; blocks likewise, naming commits that exist."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from tests.chaos.checker.formats import NO_HASH, Document, StoredCommit, block_hash, commit_hash, sha256, shard_of
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import Store, World

_FIELDS = {"_id", "stream", "version", "shard", "head", "events", "prev_hash", "hash"}
_OPTIONAL = {"unsealed", "traceparent"}


def check_chains(world: World) -> Iterator[Violation]:
    for store in world.stores.values():
        for commits in store.streams.values():
            yield from _stream(store, commits)
        for line in lines_of_blocks(store).values():
            yield from _block_line(store, line)


def _stream(store: Store, commits: Sequence[StoredCommit]) -> Iterator[Violation]:
    previous = NO_HASH
    for expected, commit in enumerate(commits, start=1):
        if commit.version != expected:
            fault = "is there twice (fork)" if commit.version < expected else f"{expected} is missing before it"
            yield Violation("I3", commit.place, fault)
            return
        for fault in _faults(store, commit, previous):
            yield Violation("I3", commit.place, fault)
        previous = commit.hash


def _faults(store: Store, commit: StoredCommit, previous: bytes) -> Iterator[str]:
    document, facts = commit.document, commit.facts
    if odd := (set(document) - _FIELDS - _OPTIONAL) | (_FIELDS - set(document)):
        yield f"has fields that a commit has not, or lacks some: {', '.join(sorted(odd))}"
    if commit.key != f"{commit.stream}@{commit.version}":
        yield f"stands under the key {commit.key}"
    if commit.previous != previous:
        yield "does not follow the commit before it"
    if commit_hash(commit.previous, commit.head) != commit.hash:
        yield "its head is not what was hashed"
    if (facts.get("stream"), facts.get("version")) != (commit.stream, commit.version):
        yield "its head belongs to another place"
    if not commit.events or facts.get("events") != [sha256(event.raw).hex() for event in commit.events]:
        yield "its events are not what was hashed"
    home = (store.installation.get("origin"), store.installation.get("epoch"))
    if (facts.get("origin"), facts.get("epoch")) != home:
        yield "was written by another installation"
    if document.get("shard") != shard_of(commit.stream, store.shards):
        yield f"lies in shard {document.get('shard')}"
    yield from _envelopes(commit)


def _envelopes(commit: StoredCommit) -> Iterator[str]:
    for event in commit.events:
        body = event.body
        said = (body.get("subject"), body.get("streamversion"), body.get("eventindex"), body.get("partitionkey"))
        if said != (commit.stream, commit.version, event.index, commit.stream):
            yield f"event {event.index} says that it stands elsewhere: {said}"
        if not str(body.get("type", "")).startswith(f"eu.etwinning.{commit.service}."):
            yield f"event {event.index} is of another service: {body.get('type')}"
        if body.get("causationid") != commit.facts.get("cause"):
            yield f"event {event.index} names another cause than its commit"


def lines_of_blocks(store: Store) -> dict[tuple[str, str, int], list[Document]]:
    """The blocks of each (origin, epoch, shard), by number."""
    ordered = sorted(store.blocks, key=lambda b: (b["origin"], b["epoch"], b["shard"], b["n"]))
    return {
        line: list(blocks) for line, blocks in groupby(ordered, key=lambda b: (b["origin"], b["epoch"], b["shard"]))
    }


def block_place(store: Store, block: Document) -> str:
    return f"{store.service}/block {block['_id']}"


def _block_line(store: Store, blocks: Sequence[Document]) -> Iterator[Violation]:
    expected_n, first, previous = 1, 1, NO_HASH.hex()
    for block in blocks:
        place = block_place(store, block)
        if block["n"] != expected_n:
            yield Violation("I3", place, f"block {expected_n} is missing before it, or it is there twice")
            return
        if block["prev_hash"] != previous:
            yield Violation("I3", place, "does not follow the block before it")
        if block_hash(block) != block["hash"]:
            yield Violation("I3", place, "is not what was hashed")
        if block["first"] != first:
            yield Violation("I5", place, f"starts at position {block['first']}, not at {first}")
        if block["count"] != sum(sealed["events"] for sealed in block["commits"]):
            yield Violation("I5", place, f"says that it holds {block['count']} events")
        for fault in (fault for sealed in block["commits"] for fault in _sealed(store, block, sealed)):
            yield Violation("I3", place, fault)
        expected_n, first, previous = expected_n + 1, block["first"] + block["count"], block["hash"]


def _sealed(store: Store, block: Document, sealed: dict[str, Any]) -> Iterator[str]:
    commit = store.by_key.get(sealed["key"])
    if commit is None:
        yield f"names {sealed['key']}, which is not in the store"
        return
    if commit.hash.hex() != sealed["hash"]:
        yield f"names {sealed['key']} with another hash"
    if len(commit.events) != sealed["events"]:
        yield f"says that {sealed['key']} has {sealed['events']} events"
    if commit.document.get("shard") != block["shard"]:
        yield f"names {sealed['key']} of another shard"
