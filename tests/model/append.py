"""Append (design §5): load → decide → insert with a unique `_id`, and what to do with every outcome.

One stream on a replica set. The primary's log may run ahead of what the majority holds; a failover cuts it back. A
document whose outcome is unknown is on its way: it may arrive at any later time, or never. Several writers carry
commands; two of them carry the same one, as when a client repeats it with the same Idempotency-Key.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, assert_never

from tests.model.checker import MAY


class Mistake(StrEnum):
    IDEMPOTENCE_NOT_CHECKED = "idempotence not checked"
    IDEMPOTENCE_ON_FIRST_LOAD_ONLY = "idempotence checked only on the first load"
    DUPLICATE_KEY_TAKEN_FOR_SUCCESS = "duplicate key taken for success"
    UNKNOWN_ANSWERED_AS_FAILURE = "unknown answered as failure"
    COMMIT_BELOW_MAJORITY = "commit acknowledged below majority"


class Scope(NamedTuple):
    commands: tuple[str, ...]  # one writer each
    faults: int


class At(StrEnum):
    LOAD = "load"
    INSERT = "insert"
    ACKNOWLEDGEMENT = "wait for majority"
    RESOLVE = "resolve by reading _id"
    DONE = "done"


class Answer(StrEnum):
    NONE = "none"
    OK = "ok"
    BUSY = "busy"  # certain that nothing was done
    UNKNOWN = "outcome-unknown"


class Commit(NamedTuple):
    writer: int  # stands for the random commit_id
    version: int
    command: str


class Writer(NamedTuple):
    at: At = At.LOAD
    reloads: bool = False
    version: int = 0  # the one it tries to write
    answer: Answer = Answer.NONE


class State(NamedTuple):
    writers: tuple[Writer, ...]
    log: tuple[Commit, ...] = ()
    majority: int = 0  # length of the log that no failover takes away
    in_flight: frozenset[Commit] = frozenset()
    faults: int = 0


class Append:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake

    def initial(self) -> State:
        return State(tuple(Writer() for _ in self.scope.commands), faults=self.scope.faults)

    def canonical(self, state: State) -> State:
        return state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        for number, writer in enumerate(state.writers):
            name = f"writer {number} ({self.scope.commands[number]})"
            for label, changed in self._writer(state, number, writer):
                yield f"{name} {label}", changed
            if state.faults:
                for label, changed in self._faults(state._replace(faults=state.faults - 1), number, writer):
                    yield f"{MAY}{name} {label}", changed
        if state.majority < len(state.log):
            yield f"version {state.majority + 1} replicates", state._replace(majority=state.majority + 1)
        for commit in sorted(state.in_flight):
            left = state._replace(in_flight=state.in_flight - {commit})
            yield f"{MAY}late document of writer {commit.writer} arrives", self._stored(left, commit)
        if state.faults and state.majority < len(state.log):
            yield MAY + "failover", self._failover(state)

    def _writer(self, state: State, number: int, writer: Writer) -> Iterator[tuple[str, State]]:
        match writer.at:
            case At.LOAD:
                yield self._load(state, number, writer)
            case At.INSERT:
                yield self._insert(state, number, writer)
            case At.ACKNOWLEDGEMENT:
                if state.majority >= writer.version:
                    yield "is acknowledged", self._answered(state, number, Answer.OK)
            case At.RESOLVE:
                yield from self._resolve(state, number, writer)
            case At.DONE:
                return
            case _:
                assert_never(writer.at)

    def _faults(self, state: State, number: int, writer: Writer) -> Iterator[tuple[str, State]]:
        if writer.at is not At.DONE:
            yield "crashes", _moved(state, number, writer._replace(at=At.DONE))
        if writer.at is At.INSERT:
            document = self._document(number, writer)
            lost = state._replace(in_flight=state.in_flight | {document})
            yield "inserts: outcome unknown", self._unknown(lost, number)

    def _document(self, number: int, writer: Writer) -> Commit:
        return Commit(number, writer.version, self.scope.commands[number])

    def _load(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        """Read concern majority. Idempotence lives in the stream, and is looked at after every load."""
        loaded = state.log[: state.majority]
        unchecked = self.mistake is Mistake.IDEMPOTENCE_NOT_CHECKED or (
            self.mistake is Mistake.IDEMPOTENCE_ON_FIRST_LOAD_ONLY and writer.reloads
        )
        if not unchecked and self.scope.commands[number] in (commit.command for commit in loaded):
            return "loads: the command is there, done", self._answered(state, number, Answer.OK)
        decided = writer._replace(at=At.INSERT, reloads=True, version=len(loaded) + 1)
        return f"loads and decides version {len(loaded) + 1}", _moved(state, number, decided)

    def _insert(self, state: State, number: int, writer: Writer) -> tuple[str, State]:
        if writer.version <= len(state.log):
            if self.mistake is Mistake.DUPLICATE_KEY_TAKEN_FOR_SUCCESS:
                return "inserts: duplicate key", self._answered(state, number, Answer.OK)
            return "inserts: duplicate key", _moved(state, number, writer._replace(at=At.RESOLVE))
        inserted = self._stored(state, self._document(number, writer))
        if self.mistake is Mistake.COMMIT_BELOW_MAJORITY:
            return "inserts at w: 1", self._answered(inserted, number, Answer.OK)
        waiting = writer._replace(at=At.ACKNOWLEDGEMENT)
        return f"inserts version {writer.version}", _moved(inserted, number, waiting)

    def _unknown(self, state: State, number: int) -> State:
        if self.mistake is Mistake.UNKNOWN_ANSWERED_AS_FAILURE:
            return self._answered(state, number, Answer.BUSY)
        return _moved(state, number, state.writers[number]._replace(at=At.RESOLVE))

    def _resolve(self, state: State, number: int, writer: Writer) -> Iterator[tuple[str, State]]:
        """Same commit_id is success, another is a conflict, absent means retry the identical document."""
        if writer.version > state.majority:
            yield "reads _id: absent, retries", _moved(state, number, writer._replace(at=At.INSERT))
            yield "gives up: outcome-unknown", self._answered(state, number, Answer.UNKNOWN)
        elif state.log[writer.version - 1].writer == number:
            yield "reads _id: its own commit", self._answered(state, number, Answer.OK)
        else:
            yield "reads _id: conflict", _moved(state, number, writer._replace(at=At.LOAD))
            yield "reads _id: conflict, gives up: busy", self._answered(state, number, Answer.BUSY)

    def _stored(self, state: State, document: Commit) -> State:
        """The unique `_id`: a version is written once."""
        return state._replace(log=(*state.log, document)) if document.version == len(state.log) + 1 else state

    def _answered(self, state: State, number: int, answer: Answer) -> State:
        return _moved(state, number, state.writers[number]._replace(at=At.DONE, answer=answer))

    def _failover(self, state: State) -> State:
        """What the majority does not hold is rolled back; who waits for its acknowledgement gets an error."""
        after = state._replace(log=state.log[: state.majority], faults=state.faults - 1)
        for number, writer in enumerate(state.writers):
            if writer.at is At.ACKNOWLEDGEMENT and writer.version > state.majority:
                after = self._unknown(after, number)
        return after

    def broken(self, state: State) -> str | None:
        written = [commit.command for commit in state.log]
        if len(set(written)) < len(written):
            return "I6: a command was applied twice"
        for number, writer in enumerate(state.writers):
            if writer.answer is Answer.OK and self.scope.commands[number] not in written:
                return f"I1: writer {number} was told ok, and its command is not in the store"
            if writer.answer is Answer.BUSY and number in (commit.writer for commit in state.log):
                return f"I1: writer {number} was told that nothing was done, and its commit is in the store"
        return None

    def broken_at_rest(self, state: State) -> str | None:
        return None if all(writer.at is At.DONE for writer in state.writers) else "a writer never answers"


def _moved(state: State, number: int, writer: Writer) -> State:
    writers = state.writers
    return state._replace(writers=(*writers[:number], writer, *writers[number + 1 :]))
