"""What the model of claims moves: streams of commits, the claim on one address, the writers that want it."""

from enum import StrEnum
from typing import NamedTuple


class Mistake(StrEnum):
    TAKEN_OVER_WITHOUT_OCCUPYING = "claim taken over without occupying its version"
    TAKEN_OVER_UNCONDITIONALLY = "claim taken over unconditionally"
    NOT_POINTED_AGAIN = "version lost, claim not pointed at the next"
    POINTED_AGAIN_UNCONDITIONALLY = "own claim pointed unconditionally"
    AGREED_WITHOUT_CLAIM = "address changed without its claim being looked at again"
    LET_GO_BY_ANY_CHANGE = "claim let go by the change that it was for"
    EARLIER_ATTEMPT_TRUSTED = "claim of an earlier attempt trusted for a later one"


class Scope(NamedTuple):
    writers: tuple[str, ...]  # the stream of each that registers: all want the same address
    others: int  # commits of other commands on the first stream
    releases: int  # accounts that may let the address go again: removed, or changed to another address
    faults: int
    tries: int = 2
    changes: tuple[str, ...] = ()  # the stream of each that asks to change to the address, and agrees
    withdrawals: int = 0


class At(StrEnum):
    LOAD = "load"
    CLAIM = "claim"
    OCCUPY = "occupy"
    TAKE_OVER = "take over"
    COMMIT = "commit"
    DONE = "done"


class Kind(StrEnum):
    REGISTERED = "AccountRegistered"
    REQUESTED = "EmailChangeRequested"
    CHANGED = "EmailChanged"
    WITHDRAWN = "EmailChangeWithdrawn"
    CHANGED_AWAY = "EmailChanged to another address"
    RELEASED = "AccountRemoved"
    ABANDONED = "IntentAbandoned"
    OTHER = "another event"


NAMING = frozenset({Kind.REGISTERED, Kind.REQUESTED, Kind.CHANGED})


class Commit(NamedTuple):
    kind: Kind
    attempt: int = 0

    @property
    def names(self) -> bool:
        """Whether its command carries the claim."""
        return self.kind in NAMING

    def __str__(self) -> str:
        return f"{self.kind} {self.attempt or ''}".strip()


class Claim(NamedTuple):
    stream: str
    version: int

    def __str__(self) -> str:
        return f"{self.stream}@{self.version}"


class Writer(NamedTuple):
    name: str
    changes: bool = False
    attempt: int = 0
    requested: bool = False
    at: At = At.LOAD
    version: int = 0
    seen: Claim | None = None  # what the claim named when it was read
    intends: Commit | None = None
    tries: int = 0


class State(NamedTuple):
    writers: tuple[Writer, ...]
    streams: tuple[tuple[str, tuple[Commit, ...]], ...]
    claim: Claim | None = None
    others: int = 0
    releases: int = 0
    faults: int = 0
    withdrawals: int = 0

    def stream(self, name: str) -> tuple[Commit, ...]:
        return dict(self.streams)[name]


def let_go(commits: tuple[Commit, ...], version: int) -> bool:
    """Whether the stream has let the claim of that commit go: `shared.event_store.claims.let_go`."""
    attempt = commits[version - 1].attempt
    for commit in commits[version - 1 :]:
        match commit.kind:
            case Kind.RELEASED | Kind.CHANGED_AWAY:
                return True
            case Kind.CHANGED if commit.attempt != attempt:
                return True
            case Kind.WITHDRAWN if commit.attempt == attempt:
                return True
            case Kind.REQUESTED if 0 < attempt < commit.attempt:
                return True  # a later request withdraws the earlier with the same commit
    return False


def pending(commits: tuple[Commit, ...]) -> int:
    """The attempt of the change that is open; 0 without one."""
    open_attempt = 0
    for commit in commits:
        match commit.kind:
            case Kind.REQUESTED:
                open_attempt = commit.attempt
            case Kind.CHANGED | Kind.WITHDRAWN | Kind.RELEASED | Kind.CHANGED_AWAY:
                open_attempt = 0
    return open_attempt


def is_live(commits: tuple[Commit, ...]) -> bool:
    """Whether the address is this account's own now."""
    live = False
    for commit in commits:
        match commit.kind:
            case Kind.REGISTERED | Kind.CHANGED:
                live = True
            case Kind.RELEASED | Kind.CHANGED_AWAY:
                live = False
    return live


def appended(state: State, name: str, commit: Commit) -> State:
    streams = tuple((n, (*commits, commit) if n == name else commits) for n, commits in state.streams)
    return state._replace(streams=streams)


def moved(state: State, number: int, writer: Writer) -> State:
    return state._replace(writers=(*state.writers[:number], writer, *state.writers[number + 1 :]))
