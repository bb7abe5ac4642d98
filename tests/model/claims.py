"""Claims (design §5, last paragraph): one live account per address, without a transaction and without a clock.

A claim names the stream and the version of the commit that it is for. Whoever wants it first occupies exactly that
version with `IntentAbandoned`, or finds there a commit that does not name it (or whose stream has since let it go), and
only then takes over, conditional on the claim still naming that version. A late write is a writer that pauses first.

An account may hold the one address that is looked at here in two ways: it registered with it, or it asked to change to
it, and the change was agreed to. So it lets go by removal, by a change to another address, or by a change withdrawn.
"""

from collections.abc import Iterator
from typing import assert_never

from tests.model.checker import MAY
from tests.model.claims_state import (
    At,
    Claim,
    Commit,
    Kind,
    Mistake,
    Scope,
    State,
    Writer,
    appended,
    is_live,
    let_go,
    moved,
    pending,
)


class Claims:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake

    def initial(self) -> State:
        scope = self.scope
        names = sorted(set(scope.writers) | set(scope.changes))
        streams: tuple[tuple[str, tuple[Commit, ...]], ...] = tuple((name, ()) for name in names)
        registering = tuple(Writer(name) for name in scope.writers)
        changing = tuple(Writer(name, changes=True, attempt=n + 1) for n, name in enumerate(scope.changes))
        return State(
            registering + changing, streams, None, scope.others, scope.releases, scope.faults, scope.withdrawals
        )

    def canonical(self, state: State) -> State:
        return state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        for number, writer in enumerate(state.writers):
            name = f"writer {number} of {writer.name}"
            for label, changed in self._writer(state, number, writer):
                yield f"{name} {label}", changed
            if state.faults and writer.at is not At.DONE:
                crashed = moved(state, number, writer._replace(at=At.DONE))
                yield f"{MAY}{name} crashes", crashed._replace(faults=state.faults - 1)
        if state.others:
            first = state.streams[0][0]
            other = appended(state, first, Commit(Kind.OTHER))._replace(others=state.others - 1)
            yield f"{MAY}another command on {first}", other
        for name, commits in state.streams:
            yield from self._lets_go(state, name, commits)

    def _lets_go(self, state: State, name: str, commits: tuple[Commit, ...]) -> Iterator[tuple[str, State]]:
        """Commands of the account that need no claim, at any moment that they are decided in."""
        if state.releases and is_live(commits):
            fewer = state._replace(releases=state.releases - 1)
            yield f"{MAY}{name} is removed", appended(fewer, name, Commit(Kind.RELEASED))
            yield f"{MAY}{name} changes to another address", appended(fewer, name, Commit(Kind.CHANGED_AWAY))
        attempt = pending(commits)
        if state.withdrawals and attempt:
            fewer = state._replace(withdrawals=state.withdrawals - 1)
            yield f"{MAY}{name} withdraws", appended(fewer, name, Commit(Kind.WITHDRAWN, attempt))

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
        commits = state.stream(writer.name)
        intended = self._intended(commits, writer)
        if intended is None or writer.tries == self.scope.tries:
            answer = "has nothing to decide" if intended is None else "gives up: busy"
            return answer, moved(state, number, writer._replace(at=At.DONE))
        version = len(commits) + 1
        skipped = self.mistake is Mistake.NOT_POINTED_AGAIN and writer.tries > 0
        agrees = intended.kind is Kind.CHANGED
        skipped = skipped or (agrees and self.mistake is Mistake.AGREED_WITHOUT_CLAIM)
        at = At.COMMIT if skipped else At.CLAIM
        loaded = writer._replace(at=at, version=version, seen=None, intends=intended, tries=writer.tries + 1)
        return f"loads, intends version {version}: {intended}", moved(state, number, loaded)

    def _intended(self, commits: tuple[Commit, ...], writer: Writer) -> Commit | None:
        """What the writer's command decides on that history; nothing where it refuses or is so already."""
        if not writer.changes:
            known = any(commit.kind in {Kind.REGISTERED, Kind.CHANGED} for commit in commits)
            return None if known else Commit(Kind.REGISTERED)
        if writer.requested:
            open_still = pending(commits) == writer.attempt
            return Commit(Kind.CHANGED, writer.attempt) if open_still else None
        return None if is_live(commits) else Commit(Kind.REQUESTED, writer.attempt)

    def _claim(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """Insert the claim, or look at what it names. Pointing it at the next version is a take-over like any other:

        the lost version holds a commit that does not name it, and two writers of one stream are rivals too.
        """
        wanted, claim = Claim(writer.name, writer.version), state.claim
        forced = self.mistake is Mistake.POINTED_AGAIN_UNCONDITIONALLY
        if claim is None or claim == wanted or (forced and claim.stream == wanted.stream):
            return f"claims for {wanted}", moved(state._replace(claim=wanted), number, writer._replace(at=At.COMMIT))
        if claim.stream == wanted.stream and claim.version > wanted.version:
            return f"finds the claim for {claim}: loads again", moved(state, number, writer._replace(at=At.LOAD))
        seen = writer._replace(at=At.OCCUPY, seen=claim)
        return f"finds the claim for {claim}", moved(state, number, seen)

    def _occupy(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        rival = writer.seen
        assert rival is not None
        commits = state.stream(rival.stream)
        take_over = moved(state, number, writer._replace(at=At.TAKE_OVER))
        if len(commits) < rival.version:
            if self.mistake is Mistake.TAKEN_OVER_WITHOUT_OCCUPYING:
                return f"finds nothing at {rival}", take_over
            return f"occupies {rival}", appended(take_over, rival.stream, Commit(Kind.ABANDONED))
        if not self._holds(commits, rival.version):
            return f"finds nobody who holds {rival}", take_over
        if rival.stream != writer.name:
            return f"finds the account at {rival}: refused", moved(state, number, writer._replace(at=At.DONE))
        if commits[rival.version - 1].attempt == writer.attempt or self.mistake is Mistake.EARLIER_ATTEMPT_TRUSTED:
            return f"holds {rival} already", moved(state, number, writer._replace(at=At.COMMIT, seen=None))
        return f"finds its earlier attempt at {rival}", take_over

    def _holds(self, commits: tuple[Commit, ...], version: int) -> bool:
        if not commits[version - 1].names:
            return False
        if self.mistake is Mistake.LET_GO_BY_ANY_CHANGE:
            after = commits[version:]
            return not any(c.kind in {Kind.RELEASED, Kind.CHANGED, Kind.CHANGED_AWAY, Kind.WITHDRAWN} for c in after)
        return not let_go(commits, version)

    def _take_over(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """Conditional on the claim still naming the version that was occupied."""
        if state.claim != writer.seen and self.mistake is not Mistake.TAKEN_OVER_UNCONDITIONALLY:
            return "finds the claim changed", moved(state, number, writer._replace(at=At.CLAIM, seen=None))
        own = Claim(writer.name, writer.version)
        taken = writer._replace(at=At.COMMIT, seen=None)
        return f"takes over for {own}", moved(state._replace(claim=own), number, taken)

    def _commit(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        assert writer.intends is not None
        if len(state.stream(writer.name)) >= writer.version:
            return f"loses {writer.name}@{writer.version}", moved(state, number, writer._replace(at=At.LOAD))
        requested = writer.intends.kind is Kind.REQUESTED
        # Who asked for a change comes back later, with the links of both ends.
        later = writer._replace(at=At.LOAD, requested=True, tries=0) if requested else writer._replace(at=At.DONE)
        done = appended(moved(state, number, later), writer.name, writer.intends)
        return f"commits {writer.name}@{writer.version}: {writer.intends}", done

    def broken(self, state: State) -> str | None:
        live = [(name, commits) for name, commits in state.streams if is_live(commits)]
        if len(live) > 1:
            return "one address has two live accounts"
        for name, commits in live:
            claim = state.claim
            if claim is None or claim.stream != name or not _protects(commits, claim.version):
                return f"the account {name} is not protected: the claim names {claim}"
        for _, commits in state.streams:
            if sum(commit.kind is Kind.REGISTERED for commit in commits) > 1:
                return "I6: one registration was committed twice"
        return None

    def broken_at_rest(self, state: State) -> str | None:
        return None if all(writer.at is At.DONE for writer in state.writers) else "a writer never answers"


def _protects(commits: tuple[Commit, ...], version: int) -> bool:
    """Whether nobody can take the claim over: its commit is there, names it, and is not let go."""
    return version <= len(commits) and commits[version - 1].names and not let_go(commits, version)
