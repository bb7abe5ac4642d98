"""What the model of the relay is about: commits, blocks, a topic, relays between two of their steps."""

from enum import StrEnum
from typing import NamedTuple


class Mistake(StrEnum):
    MARK_BEFORE_PUBLISH = "mark before publish"
    LAST_BLOCK_NOT_FINISHED = "skip finishing the last block"
    SCAN_BEFORE_READING_LAST_BLOCK = "scan before reading the last block"  # or on an older snapshot than that read
    NO_UNIQUE_BLOCK = "no unique block"
    LOSER_PUBLISHES = "loser publishes"
    MARK_BY_RANGE = "mark by range"
    BLOCK_BELOW_MAJORITY = "block below majority"
    GO_ON_AFTER_FAILED_SEND = "go on after a failed send"
    BLOCK_MARKED_BEFORE_FLAGS = "block marked before its flags are unset"
    PREDECESSOR_NOT_AWAITED = "predecessor not awaited"


class Commit(NamedTuple):
    stream: str
    version: int

    def __str__(self) -> str:
        return f"{self.stream}@{self.version}"


class Scope(NamedTuple):
    streams: tuple[tuple[str, int], ...]  # name and number of commits
    relays: int
    faults: int
    batch: int = 2


class At(StrEnum):
    IDLE = "idle"
    READ_LAST_BLOCK = "read the last block"  # only where the scan came first
    SCAN = "scan"
    SCANNING = "scanning"
    INSERT = "insert block"
    ACKNOWLEDGEMENT = "wait for majority"
    PUBLISH = "publish"
    UNSET = "unset unsealed"
    MARK = "mark published"


class Record(NamedTuple):
    position: int
    commit: Commit

    def __str__(self) -> str:
        return f"{self.commit} at position {self.position}"


class Block(NamedTuple):
    n: int
    first: int
    commits: tuple[Commit, ...]
    published: bool = False
    durable: bool = False  # held by the majority


class Relay(NamedTuple):
    at: At = At.IDLE
    block: int = 0  # the last one read, then the one worked on
    first: int = 0  # position of its first event
    commits: tuple[Commit, ...] = ()
    done: int = 0  # how many of the commits are through the present step

    def record(self) -> Record:
        """The next one to send: positions number events, gapless."""
        return Record(self.first + self.done, self.commits[self.done])

    def next_block(self) -> Block:
        return Block(self.block + 1, self.first, self.commits)


class State(NamedTuple):
    relays: tuple[Relay, ...]
    stored: frozenset[Commit] = frozenset()
    unsealed: frozenset[Commit] = frozenset()
    blocks: tuple[Block, ...] = ()
    topic: tuple[Record, ...] = ()
    late_records: frozenset[Record] = frozenset()  # sent with unknown outcome: they may arrive yet
    late_blocks: frozenset[Block] = frozenset()
    faults: int = 0


def moved(state: State, number: int, relay: Relay) -> State:
    return state._replace(relays=(*state.relays[:number], relay, *state.relays[number + 1 :]))


def changed(state: State, block: Block, changed: Block) -> State:
    return state._replace(blocks=tuple(changed if b == block else b for b in state.blocks))


def listed(commits: tuple[Commit, ...]) -> str:
    return ", ".join(map(str, commits)) or "nothing"
