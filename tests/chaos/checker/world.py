"""Everything that the checker judges, read before it judges: stores, topics, committed offsets, journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from tests.chaos.checker.formats import Document, KafkaRecord, StoredCommit, StoredEvent
from tests.chaos.checker.journal import Command


class GroupPartition(NamedTuple):
    """Where a consumer group commits its offsets."""

    group: str
    topic: str
    partition: int


@dataclass(frozen=True)
class Store:
    """The collections of one service's database that the invariants speak of."""

    service: str
    commits: Sequence[StoredCommit] = ()
    blocks: Sequence[Document] = ()
    positions: Sequence[Document] = ()
    parked: Sequence[Document] = ()
    installation: Document = field(default_factory=dict)

    @property
    def shards(self) -> int:
        return int(self.installation.get("shards", 1))

    @cached_property
    def by_key(self) -> Mapping[str, StoredCommit]:
        return {commit.key: commit for commit in self.commits}

    @cached_property
    def by_command(self) -> Mapping[str | None, Sequence[StoredCommit]]:
        """Commits by the identity of the person's command that they carry out."""
        found: dict[str | None, list[StoredCommit]] = {}
        for commit in self.commits:
            if commit.facts.get("command_id"):
                found.setdefault(str(commit.facts["command_id"]), []).append(commit)
        return found

    @cached_property
    def streams(self) -> Mapping[str, Sequence[StoredCommit]]:
        """Commits by stream, in the order of their versions."""
        found: dict[str, list[StoredCommit]] = {}
        for commit in self.commits:
            found.setdefault(commit.stream, []).append(commit)
        return {stream: sorted(commits, key=lambda commit: commit.version) for stream, commits in found.items()}


@dataclass(frozen=True)
class World:
    """One moment of an installation. Read in this order, so that a running system proves nothing false: offsets,
    records, stores (a record is in its store before it is in Kafka, a position is stored before its offset)."""

    stores: Mapping[str, Store]
    records: Mapping[str, Sequence[KafkaRecord]] = field(default_factory=dict)
    offsets: Mapping[GroupPartition, int] = field(default_factory=dict)
    journal: Sequence[Command] = ()

    @cached_property
    def commits(self) -> Sequence[StoredCommit]:
        return [commit for store in self.stores.values() for commit in store.commits]

    @cached_property
    def events(self) -> Sequence[StoredEvent]:
        """Every event, streams in the order of their versions."""
        return [
            event
            for store in self.stores.values()
            for commits in store.streams.values()
            for commit in commits
            for event in commit.events
        ]

    @cached_property
    def by_id(self) -> Mapping[str, StoredEvent]:
        return {event.id: event for event in self.events}

    def named(self, *names: str) -> list[StoredEvent]:
        """Events of these types."""
        return [event for event in self.events if event.name in names]
