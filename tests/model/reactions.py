"""Reactions (design §7, §5.3, §5.5): an event becomes at most one commit per stream it concerns.

One partition, read by one consumer group. A worker whose partition was taken away may still be at work; a crash may
come after any step; the relay may repeat records; the topic may be wiped and published again, without the repeats.
Meanwhile a person changes the target stream, so that what was declined would now be done.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, assert_never

from tests.model.checker import MAY


class Mistake(StrEnum):
    IDEMPOTENCE_NOT_CHECKED = "idempotence not checked"
    IDEMPOTENCE_ON_FIRST_LOAD_ONLY = "idempotence checked only on the first load"
    OFFSET_BEFORE_WORK = "offset before work"
    DECLINE_NOT_RECORDED = "decline not recorded"
    POSITION_NOT_STORED = "position not stored"


class Scope(NamedTuple):
    concerns: tuple[tuple[str, ...], ...]  # of each event, in the order of the positions: the streams it concerns
    repeats: int
    faults: int
    batch: int = 2


class At(StrEnum):
    FETCH = "fetch"
    LOAD = "load"
    INSERT = "insert"
    STORE_POSITION = "store position"
    COMMIT_OFFSET = "commit offset"


class Outcome(StrEnum):
    EFFECT = "effect"
    DECLINED = "ReactionDeclined"


class Commit(NamedTuple):
    event: int  # its position, 0 for what a person did
    outcome: Outcome


PERSON = Commit(0, Outcome.EFFECT)


class Work(NamedTuple):
    event: int
    stream: str


class Worker(NamedTuple):
    at: At = At.FETCH
    cursor: int = 0  # offset that it reads next
    reached: int = 0  # position of the last event of its batch
    work: tuple[Work, ...] = ()  # what is left of its batch
    version: int = 0  # that it tries to write
    reloads: bool = False


class State(NamedTuple):
    workers: tuple[Worker, ...]
    streams: tuple[tuple[str, tuple[Commit, ...]], ...]
    owner: int = 0  # the worker whom the broker takes for the owner
    published: int = 0
    partition: tuple[int, ...] = ()  # positions, in the order of the offsets
    wiped: bool = False
    offset: int = 0  # committed in Kafka
    position: int = 0  # stored in the group's own database
    decided: frozenset[tuple[Work, Outcome]] = frozenset()  # what was ever done or declined: an observer's notes
    repeats: int = 0
    faults: int = 0

    def stream(self, name: str) -> tuple[Commit, ...]:
        return dict(self.streams)[name]


class Reactions:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake
        self.after_fetch = At.COMMIT_OFFSET if mistake is Mistake.OFFSET_BEFORE_WORK else At.LOAD

    def initial(self) -> State:
        names = sorted({name for streams in self.scope.concerns for name in streams})
        streams: tuple[tuple[str, tuple[Commit, ...]], ...] = tuple((name, ()) for name in names)
        return State((Worker(), Worker()), streams, repeats=self.scope.repeats, faults=self.scope.faults)

    def canonical(self, state: State) -> State:
        """The two workers are interchangeable."""
        return state._replace(workers=state.workers[::-1], owner=0) if state.owner else state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self._source(state)
        for name, commits in state.streams:
            if PERSON not in commits:
                yield f"{MAY}a person acts on {name}", _appended(state, name, PERSON)
        for number, worker in enumerate(state.workers):
            for label, changed in self._worker(state, number, worker):
                yield f"worker {number} {label}", changed
            if state.faults and worker.at is not At.FETCH:
                crashed = _moved(state, number, Worker(cursor=state.offset))
                yield f"{MAY}worker {number} crashes", crashed._replace(faults=state.faults - 1)
        other = 1 - state.owner
        if state.faults and state.workers[other].at is At.FETCH:
            taken = _moved(state, other, Worker(cursor=state.offset))
            yield f"{MAY}worker {other} gets the partition", taken._replace(owner=other, faults=state.faults - 1)

    def _source(self, state: State) -> Iterator[tuple[str, State]]:
        """The relay publishes in order and may repeat. A wiped topic is published again before it goes on."""
        events, published = len(self.scope.concerns), state.published
        if published < events:
            grown = state._replace(partition=(*state.partition, published + 1), published=published + 1)
            yield f"event {published + 1} is published", grown
        if state.repeats:
            for position in sorted(set(state.partition)):
                repeated = state._replace(partition=(*state.partition, position), repeats=state.repeats - 1)
                yield f"{MAY}event {position} is repeated", repeated
        if state.faults and not state.wiped and 0 < published < events - 1:
            again = tuple(range(1, published + 1))
            yield (
                f"{MAY}topic wiped, published again up to {published}",
                state._replace(partition=again, wiped=True, faults=state.faults - 1),
            )

    def _worker(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        match worker.at:
            case At.FETCH:
                if number == state.owner and worker.cursor != len(state.partition):
                    yield self._fetch(state, number, worker)
            case At.LOAD:
                yield self._load(state, number, worker)
            case At.INSERT:
                yield self._insert(state, number, worker)
            case At.STORE_POSITION:
                position = max(state.position, worker.reached)
                stored = state._replace(position=position)
                yield f"stores position {position}", _moved(stored, number, worker._replace(at=At.COMMIT_OFFSET))
            case At.COMMIT_OFFSET:
                yield self._commit_offset(state, number, worker)
            case _:
                assert_never(worker.at)

    def _fetch(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """The offset is only where to start reading: repeats are dropped and gaps found by the stored position."""
        if worker.cursor > len(state.partition):
            return "is out of range: reads from the start", _moved(state, number, worker._replace(cursor=0))
        records = state.partition[worker.cursor : worker.cursor + self.scope.batch]
        batch, expected = [], state.position + 1
        for position in records:
            if self.mistake is Mistake.POSITION_NOT_STORED or position == expected:
                batch.append(position)
                expected = position + 1
            elif position > expected:
                return f"finds a gap before {position}: reads again", _moved(state, number, worker._replace(cursor=0))
        work = tuple(Work(event, stream) for event in batch for stream in self.scope.concerns[event - 1])
        after = self.after_fetch if work else At.COMMIT_OFFSET
        fetched = Worker(after, worker.cursor + len(records), max(batch, default=0), work)
        return f"fetches {list(records)}, takes {batch}", _moved(state, number, fetched)

    def _load(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """Every (event, policy) ever applied to the stream is in the stream, and is looked for after every load."""
        work, commits = worker.work[0], state.stream(worker.work[0].stream)
        unchecked = self.mistake is Mistake.IDEMPOTENCE_NOT_CHECKED or (
            self.mistake is Mistake.IDEMPOTENCE_ON_FIRST_LOAD_ONLY and worker.reloads
        )
        if not unchecked and work.event in (commit.event for commit in commits):
            return f"loads {work.stream}: event {work.event} is there", self._worked(state, number, worker)
        if self._outcome(commits) is Outcome.DECLINED and self.mistake is Mistake.DECLINE_NOT_RECORDED:
            noted = state._replace(decided=state.decided | {(work, Outcome.DECLINED)})
            return f"declines event {work.event} for {work.stream}", self._worked(noted, number, worker)
        loaded = worker._replace(at=At.INSERT, version=len(commits) + 1)
        return f"loads {work.stream} for event {work.event}", _moved(state, number, loaded)

    def _outcome(self, commits: tuple[Commit, ...]) -> Outcome:
        """Until a person has acted there is nothing to do. To decline is a fact, and is committed like one."""
        return Outcome.EFFECT if PERSON in commits else Outcome.DECLINED

    def _insert(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        work, commits = worker.work[0], state.stream(worker.work[0].stream)
        if len(commits) >= worker.version:
            again = worker._replace(at=At.LOAD, reloads=True)
            return f"loses {work.stream}@{worker.version}", _moved(state, number, again)
        outcome = self._outcome(commits)
        inserted = _appended(state, work.stream, Commit(work.event, outcome))
        noted = inserted._replace(decided=state.decided | {(work, outcome)})
        return f"commits {outcome} of {work.event} to {work.stream}", self._worked(noted, number, worker)

    def _worked(self, state: State, number: int, worker: Worker) -> State:
        left = worker._replace(at=At.LOAD, work=worker.work[1:], version=0, reloads=False)
        if not left.work:
            skips = self.mistake is Mistake.POSITION_NOT_STORED
            left = left._replace(at=At.COMMIT_OFFSET if skips else At.STORE_POSITION)
        return _moved(state, number, left)

    def _commit_offset(self, state: State, number: int, worker: Worker) -> tuple[str, State]:
        """Once per batch, after the work. The broker refuses it from whoever is not the owner any more."""
        after = worker._replace(at=At.LOAD) if worker.work else Worker(cursor=worker.cursor)
        if number != state.owner:
            return "is refused the offset", _moved(state, number, after)
        return f"commits offset {worker.cursor}", _moved(state._replace(offset=worker.cursor), number, after)

    def broken(self, state: State) -> str | None:
        for name, commits in state.streams:
            events = [commit.event for commit in commits]
            if len(set(events)) < len(events):
                return f"I6: one event acted twice on {name}"
        if len({work for work, _ in state.decided}) < len(state.decided):
            return "I6: one event was declined, and later acted upon"
        passed = set(range(1, state.position + 1)) | set(() if state.wiped else state.partition[: state.offset])
        handled = {work.event for work, _ in state.decided}
        if not passed <= handled:
            return f"I8: offset or position passes event {min(passed - handled)}, which nobody handled"
        return None

    def broken_at_rest(self, state: State) -> str | None:
        for event, streams in enumerate(self.scope.concerns, 1):
            for name in streams:
                if event not in (commit.event for commit in state.stream(name)):
                    return f"I6: event {event} has left neither effect nor decision in {name}"
        return None


def _appended(state: State, name: str, commit: Commit) -> State:
    return state._replace(streams=tuple((n, (*c, commit) if n == name else c) for n, c in state.streams))


def _moved(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=(*state.workers[:number], worker, *state.workers[number + 1 :]))
