"""Views and parked streams (design §7): one document fed by three streams on two shards, one of them poisoned.

Two workers share shard 1 (one may have lost it and not know), a third has shard 2. Some events of stream A cannot be
handled until the cause is repaired; A is then parked, later events of A are parked behind it, and operators resume it
in order (two of them may do so at once), while the others go on. Offset and stored position are one (see `reactions`).
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, assert_never

from tests.model.checker import MAY


class Mistake(StrEnum):
    GUARDED_BY_OWN_SHARD_ONLY = "view guarded only by its own shard"
    SKIPPING_BY_POSITION = "view skipping by position past a parked stream"
    SKIPPING_BY_VERSION_ALONE = "view skipping by version alone, without the index"
    PARKED_NOT_COMPARED = "parked stream written unconditionally"
    PARKED_REVISION_STARTS_AGAIN = "parked stream's revision starts again"
    PARKED_GONE_AND_DROPPED = "parked stream gone, event dropped"
    OFFSET_BEFORE_PARKED = "offset before parking"


class Event(NamedTuple):
    stream: str
    version: int
    nth: int = 0  # index within its commit: a commit's events may arrive in two batches

    def __str__(self) -> str:
        return f"{self.stream}@{self.version}.{self.nth}"


class Scope(NamedTuple):
    shards: tuple[tuple[Event, ...], tuple[Event, ...]]
    poison: tuple[Event, ...]  # events of one stream on the first shard
    operators: int
    faults: int


class At(StrEnum):
    NEXT = "next"
    PARK = "park"
    READ = "read document"
    WRITE = "write document"
    STORE = "store position"
    UNPARK = "take off the parked stream"


class Document(NamedTuple):
    """What the fold made of each stream, kept apart by stream. Its revision is the number of writes."""

    folded: tuple[Event, ...] = ()  # by stream, then in the order folded
    positions: tuple[int, int] = (0, 0)  # per shard: says where to go on, decides nothing
    revision: int = 0


class Parked(NamedTuple):
    events: tuple[Event, ...]
    revision: int


NO_EVENT = Event("", 0)
NOTHING_READ = Document()


class Worker(NamedTuple):
    at: At = At.NEXT
    cursor: int = 0
    event: Event = NO_EVENT  # that it is at
    document: Document = NOTHING_READ  # as it read it
    parked: Parked | None = None  # as it read it


class State(NamedTuple):
    workers: tuple[Worker, ...]  # two for shard 1, one for shard 2, then the operators
    owner: int = 0  # of shard 1: worker 0 or 1
    document: Document = Document()
    parked: Parked | None = None  # the poisoned stream
    revisions: int = 0  # of parked documents, ever: none is given twice
    repaired: frozenset[Event] = frozenset()
    positions: tuple[int, int] = (0, 0)
    faults: int = 0


OPERATORS = 3  # the number of the first


class Views:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake
        self.place = {e: (shard, n) for shard, log in enumerate(scope.shards) for n, e in enumerate(log, 1)}
        self.history: dict[str, list[Event]] = {}
        for event in self.place:
            self.history.setdefault(event.stream, []).append(event)

    def initial(self) -> State:
        return State((Worker(),) * (OPERATORS + self.scope.operators), faults=self.scope.faults)

    def canonical(self, state: State) -> State:
        """The two workers of shard 1 are interchangeable, and so are operators."""
        one, two, three, *operators = state.workers
        first, second = (two, one) if state.owner else (one, two)
        operators.sort(key=lambda operator: (operator.at, operator.event, operator.parked or (), operator.document))
        return state._replace(workers=(first, second, three, *operators), owner=0)

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        for number, worker in enumerate(state.workers):
            name = f"operator {number - OPERATORS}" if number >= OPERATORS else f"worker {number}"
            for label, changed in self._worker(state, number, worker):
                yield f"{name} {label}", changed
            if state.faults and worker.at is not At.NEXT:
                restarted = Worker(cursor=0 if number >= OPERATORS else state.positions[_shard(number)])
                crashed = _moved(state, number, restarted)
                yield f"{MAY}{name} crashes", crashed._replace(faults=state.faults - 1)
        for event in state.parked.events if state.parked else ():
            if self._is_poison(state, event):
                yield f"the cause is repaired that failed {event}", state._replace(repaired=state.repaired | {event})
        other = 1 - state.owner
        if state.faults and state.workers[other].at is At.NEXT:
            taken = _moved(state, other, Worker(cursor=state.positions[0]))
            yield f"{MAY}worker {other} gets shard 1", taken._replace(owner=other, faults=state.faults - 1)

    def _worker(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        match worker.at:
            case At.NEXT:
                yield from self._begin(state, number, worker)
            case At.READ:
                yield self._read(state, number, worker)
            case At.WRITE:
                yield self._write(state, number, worker)
            case At.PARK:
                yield self._park(state, number, worker)
            case At.UNPARK:
                yield self._unpark(state, number, worker)
            case At.STORE:
                yield self._store(state, number, worker)
            case _:
                assert_never(worker.at)

    def _begin(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        if number >= OPERATORS:
            if state.parked and not self._is_poison(state, state.parked.events[0]):
                begun = Worker(At.READ, event=state.parked.events[0], parked=state.parked)
                yield f"resumes {begun.event}", _moved(state, number, begun)
        elif number in (state.owner, 2) and worker.cursor < len(self.scope.shards[_shard(number)]):
            yield self._next(state, number, worker)

    def _next(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """A group drops what lies at or below its stored position; events of a parked stream go behind it."""
        event, stored = self.scope.shards[_shard(number)][worker.cursor], state.positions[_shard(number)]
        if worker.cursor < stored:
            return f"drops what lies below {stored}", _moved(state, number, Worker(cursor=stored))
        behind = state.parked is not None and event.stream == self.scope.poison[0].stream
        if behind and self.mistake is Mistake.OFFSET_BEFORE_PARKED:
            state = self._stored(state, number, worker.cursor + 1)
        if behind:
            parking = Worker(At.PARK, worker.cursor, event, parked=state.parked)
            return f"takes {event}, whose stream is parked", _moved(state, number, parking)
        return f"takes {event}", _moved(state, number, Worker(At.READ, worker.cursor, event))

    def _read(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        event = worker.event
        if self._is_poison(state, event):
            return f"cannot handle {event}", _moved(state, number, worker._replace(at=At.PARK))
        if self._is_folded(state.document, event):
            return f"finds {event} folded", _moved(state, number, self._handled(number, worker))
        reading = worker._replace(at=At.WRITE, document=state.document)
        return f"reads the document for {event}", _moved(state, number, reading)

    def _is_poison(self, state: State, event: Event) -> bool:
        return event in self.scope.poison and event not in state.repaired

    def _is_folded(self, document: Document, event: Event) -> bool:
        """Skips by (stream, version, index) alone: a position would lose what a parked stream delivers late."""
        if self.mistake is Mistake.SKIPPING_BY_POSITION:
            shard, position = self.place[event]
            return position <= document.positions[shard]
        of_stream = [folded for folded in document.folded if folded.stream == event.stream]
        if self.mistake is Mistake.SKIPPING_BY_VERSION_ALONE:
            return any(folded.version >= event.version for folded in of_stream)
        return any(folded >= event for folded in of_stream)

    def _write(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """Conditional on the whole document being unchanged since it was read."""
        event, read = worker.event, worker.document
        shard, position = self.place[event]
        unchanged = state.document.revision == read.revision
        if self.mistake is Mistake.GUARDED_BY_OWN_SHARD_ONLY:
            unchanged = state.document.positions[shard] == read.positions[shard]
        if not unchanged:
            again = worker._replace(at=At.READ, document=NOTHING_READ)
            return f"finds the document changed, {event} again", _moved(state, number, again)
        reached = max(position, read.positions[shard])
        positions = (reached, read.positions[1]) if shard == 0 else (read.positions[0], reached)
        folded = tuple(sorted((*read.folded, event), key=lambda e: e.stream))
        written = state._replace(document=Document(folded, positions, read.revision + 1))
        return f"writes the document with {event}", _moved(written, number, self._handled(number, worker))

    def _handled(self, number: int, worker: Worker) -> Worker:
        return worker._replace(at=At.UNPARK if number >= OPERATORS else At.STORE, document=NOTHING_READ)

    def _park(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """Compare-and-set on the revision read; whoever finds it gone handles the event itself."""
        event, read, held = worker.event, worker.parked, state.parked
        if self.mistake is Mistake.PARKED_NOT_COMPARED:
            held = read
        if read and held is None:
            then = At.STORE if self.mistake is Mistake.PARKED_GONE_AND_DROPPED else At.READ
            alone = worker._replace(at=then, parked=None)
            return f"finds the parked stream gone at {event}", _moved(state, number, alone)
        if held != read and (held is None or read is None or held.revision != read.revision):
            return "finds the parked stream changed", _moved(state, number, worker._replace(parked=held))
        parked = _moved(state, number, worker._replace(at=At.STORE, parked=None))
        if held and event in held.events:
            return f"finds {event} parked", parked
        return f"parks {event}", self._changed(parked, held, (*(held.events if held else ()), event))

    def _unpark(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        read, held, idle = worker.parked, state.parked, _moved(state, number, Worker())
        if read is None or held is None or read.revision != held.revision:
            return "finds the parked stream changed", idle
        return f"takes {held.events[0]} off the parked stream", self._changed(idle, held, held.events[1:])

    def _changed(self, state: State, held: Parked | None, events: tuple[Event, ...]) -> State:
        """The parked stream under a new revision, or gone when nothing is left."""
        revision = state.revisions + 1
        if self.mistake is Mistake.PARKED_REVISION_STARTS_AGAIN:
            revision = held.revision + 1 if held else 1
        return state._replace(parked=Parked(events, revision) if events else None, revisions=revision)

    def _store(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        after = _moved(self._stored(state, number, worker.cursor + 1), number, Worker(cursor=worker.cursor + 1))
        return f"stores position {worker.cursor + 1}", after

    def _stored(self, state: State, number: int, reached: int) -> State:
        """Whoever does not own the shard any more is refused; a position never goes back."""
        one, two = state.positions
        if number == 2:
            return state._replace(positions=(one, max(two, reached)))
        return state._replace(positions=(max(one, reached), two)) if number == state.owner else state

    def broken(self, state: State) -> str | None:
        for stream, history in self.history.items():
            folded = [event for event in state.document.folded if event.stream == stream]
            if folded != history[: len(folded)]:
                return f"I7: the document has folded {', '.join(map(str, folded))} of {stream}"
        parked = state.parked.events if state.parked else ()
        for shard, position in enumerate(state.positions):
            for event in self.scope.shards[shard][:position]:
                if event not in state.document.folded and event not in parked:
                    return f"I8: the position passes {event}, which is neither folded nor parked"
        return None

    def broken_at_rest(self, state: State) -> str | None:
        missing = [str(event) for event in self.place if event not in state.document.folded]
        if missing:
            return f"I7: a rebuilt document would hold {', '.join(missing)}, and the live one does not"
        return "a stream stays parked" if state.parked else None


def _shard(number: int) -> int:
    return 1 if number == 2 else 0


def _moved(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))
