"""Claims (design §5, last paragraph): one live account per address, without a transaction and without a clock.

A claim names the stream and the version of the commit that it is for. Whoever wants it first occupies exactly that
version with `IntentAbandoned`, or finds there a commit that does not name it (or whose stream has since let it go), and
only then takes over, conditional on the claim still naming that version. A late write is a writer that pauses first.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, assert_never

from tests.model.checker import MAY


class Mistake(StrEnum):
    TAKEN_OVER_WITHOUT_OCCUPYING = "claim taken over without occupying its version"
    TAKEN_OVER_UNCONDITIONALLY = "claim taken over unconditionally"
    NOT_POINTED_AGAIN = "version lost, claim not pointed at the next"
    POINTED_AGAIN_UNCONDITIONALLY = "own claim pointed unconditionally"


class Scope(NamedTuple):
    writers: tuple[str, ...]  # the stream of each: all want the same address
    others: int  # commits of other commands on the first writer's stream
    releases: int  # accounts that may let the address go again
    faults: int
    tries: int = 2


class At(StrEnum):
    LOAD = "load"
    CLAIM = "claim"
    OCCUPY = "occupy"
    TAKE_OVER = "take over"
    COMMIT = "commit"
    DONE = "done"


class Commit(StrEnum):
    REGISTERED = "AccountRegistered"  # the only one that names the claim
    RELEASED = "AccountRemoved"
    ABANDONED = "IntentAbandoned"
    OTHER = "another event"


class Claim(NamedTuple):
    stream: str
    version: int

    def __str__(self) -> str:
        return f"{self.stream}@{self.version}"


class Writer(NamedTuple):
    at: At = At.LOAD
    version: int = 0
    seen: Claim | None = None  # what the claim named when it was read
    tries: int = 0


class State(NamedTuple):
    writers: tuple[Writer, ...]
    streams: tuple[tuple[str, tuple[Commit, ...]], ...]
    claim: Claim | None = None
    others: int = 0
    releases: int = 0
    faults: int = 0

    def stream(self, name: str) -> tuple[Commit, ...]:
        return dict(self.streams)[name]


class Claims:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake

    def initial(self) -> State:
        scope = self.scope
        streams: tuple[tuple[str, tuple[Commit, ...]], ...] = tuple((name, ()) for name in sorted(set(scope.writers)))
        return State(tuple(Writer() for _ in scope.writers), streams, None, scope.others, scope.releases, scope.faults)

    def canonical(self, state: State) -> State:
        return state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        for number, writer in enumerate(state.writers):
            name = f"writer {number} of {self.scope.writers[number]}"
            for label, changed in self._writer(state, number, writer):
                yield f"{name} {label}", changed
            if state.faults and writer.at is not At.DONE:
                crashed = _moved(state, number, writer._replace(at=At.DONE))
                yield f"{MAY}{name} crashes", crashed._replace(faults=state.faults - 1)
        if state.others:
            first = self.scope.writers[0]
            other = _appended(state, first, Commit.OTHER)._replace(others=state.others - 1)
            yield f"{MAY}another command on {first}", other
        for name, commits in state.streams:
            if state.releases and _live(commits):
                released = _appended(state, name, Commit.RELEASED)._replace(releases=state.releases - 1)
                yield f"{MAY}{name} lets the address go", released

    def _writer(self, state: State, number: int, writer: Writer) -> Iterator[tuple[str, State]]:
        match writer.at:
            case At.LOAD:
                yield self._load(state, number, writer)
            case At.CLAIM:
                yield self._claim(state, number, writer)
            case At.OCCUPY:
                yield self._occupy(state, number, writer)
            case At.TAKE_OVER:
                yield self._take_over(state, number, writer)
            case At.COMMIT:
                yield self._commit(state, number, writer)
            case At.DONE:
                return
            case _:
                assert_never(writer.at)

    def _load(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """A version lost means: load again, and point the claim at the next version before trying again."""
        commits = state.stream(self.scope.writers[number])
        if Commit.REGISTERED in commits or writer.tries == self.scope.tries:
            answer = "is registered already" if Commit.REGISTERED in commits else "gives up: busy"
            return answer, _moved(state, number, writer._replace(at=At.DONE))
        version = len(commits) + 1
        skipped = self.mistake is Mistake.NOT_POINTED_AGAIN and writer.tries > 0
        loaded = Writer(At.COMMIT if skipped else At.CLAIM, version, tries=writer.tries + 1)
        return f"loads, intends version {version}", _moved(state, number, loaded)

    def _claim(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """Insert the claim, or look at what it names. Pointing it at the next version is a take-over like any other:

        the lost version holds a commit that does not name it, and two writers of one stream are rivals too.
        """
        wanted, claim = Claim(self.scope.writers[number], writer.version), state.claim
        forced = self.mistake is Mistake.POINTED_AGAIN_UNCONDITIONALLY
        if claim is None or claim == wanted or (forced and claim.stream == wanted.stream):
            return f"claims for {wanted}", _moved(state._replace(claim=wanted), number, writer._replace(at=At.COMMIT))
        if claim.stream == wanted.stream and claim.version > wanted.version:
            return f"finds the claim for {claim}: loads again", _moved(state, number, writer._replace(at=At.LOAD))
        seen = writer._replace(at=At.OCCUPY, seen=claim)
        return f"finds the claim for {claim}", _moved(state, number, seen)

    def _occupy(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        rival = writer.seen
        assert rival is not None
        commits = state.stream(rival.stream)
        take_over = _moved(state, number, writer._replace(at=At.TAKE_OVER))
        if len(commits) < rival.version:
            if self.mistake is Mistake.TAKEN_OVER_WITHOUT_OCCUPYING:
                return f"finds nothing at {rival}", take_over
            return f"occupies {rival}", _appended(take_over, rival.stream, Commit.ABANDONED)
        if commits[rival.version - 1] is Commit.REGISTERED and Commit.RELEASED not in commits:
            return f"finds the account at {rival}: refused", _moved(state, number, writer._replace(at=At.DONE))
        return f"finds no account at {rival}", take_over

    def _take_over(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """Conditional on the claim still naming the version that was occupied."""
        if state.claim != writer.seen and self.mistake is not Mistake.TAKEN_OVER_UNCONDITIONALLY:
            return "finds the claim changed", _moved(state, number, writer._replace(at=At.CLAIM, seen=None))
        own = Claim(self.scope.writers[number], writer.version)
        taken = writer._replace(at=At.COMMIT, seen=None)
        return f"takes over for {own}", _moved(state._replace(claim=own), number, taken)

    def _commit(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        name = self.scope.writers[number]
        if len(state.stream(name)) >= writer.version:
            return f"loses {name}@{writer.version}", _moved(state, number, writer._replace(at=At.LOAD))
        done = _moved(state, number, writer._replace(at=At.DONE))
        return f"commits {name}@{writer.version}", _appended(done, name, Commit.REGISTERED)

    def broken(self, state: State) -> str | None:
        live = [(name, commits) for name, commits in state.streams if _live(commits)]
        if len(live) > 1:
            return "one address has two live accounts"
        for name, commits in live:
            named = Claim(name, commits.index(Commit.REGISTERED) + 1)
            if state.claim != named:
                return f"the account at {named} is not protected: the claim names {state.claim}"
        if any(commits.count(Commit.REGISTERED) > 1 for _, commits in state.streams):
            return "I6: one registration was committed twice"
        return None

    def broken_at_rest(self, state: State) -> str | None:
        return None if all(writer.at is At.DONE for writer in state.writers) else "a writer never answers"


def _live(commits: tuple[Commit, ...]) -> bool:
    return Commit.REGISTERED in commits and Commit.RELEASED not in commits


def _appended(state: State, name: str, commit: Commit) -> State:
    streams = tuple((n, (*commits, commit) if n == name else commits) for n, commits in state.streams)
    return state._replace(streams=streams)


def _moved(state: State, number: int, writer: Writer) -> State:
    return state._replace(writers=(*state.writers[:number], writer, *state.writers[number + 1 :]))
