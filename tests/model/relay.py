"""Relay (design §6): rival relays on one shard, crashes at every step, failing sends, a failover.

Shards share nothing, so one is enough. Commits of a few streams appear at any time. A topic is kept as what consumers
make of it: the records by first occurrence, since a repeat of a record lies at or below the stored position.
"""

from collections.abc import Iterator
from itertools import chain, combinations
from typing import assert_never

from tests.model.checker import MAY
from tests.model.relay_state import (
    At,
    Block,
    Commit,
    Mistake,
    Record,
    Relay,
    Scope,
    State,
    changed,
    listed,
    moved,
)


class RelayModel:
    def __init__(self, scope: Scope, mistake: Mistake | None = None) -> None:
        self.scope, self.mistake = scope, mistake
        self.all = frozenset(Commit(name, n) for name, count in scope.streams for n in range(1, count + 1))
        orders: dict[Mistake | None, tuple[At, At, At]] = {
            Mistake.MARK_BEFORE_PUBLISH: (At.UNSET, At.MARK, At.PUBLISH),
            Mistake.BLOCK_MARKED_BEFORE_FLAGS: (At.PUBLISH, At.MARK, At.UNSET),
            None: (At.PUBLISH, At.UNSET, At.MARK),
        }
        self.order = orders.get(mistake, orders[None])

    def initial(self) -> State:
        return State((Relay(),) * self.scope.relays, faults=self.scope.faults)

    def canonical(self, state: State) -> State:
        """Relays are interchangeable: nothing stored names one."""
        return state._replace(relays=tuple(sorted(state.relays)))

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        for commit in sorted(self.all - state.stored):
            if commit.version == 1 or Commit(commit.stream, commit.version - 1) in state.stored:
                inserted = state._replace(stored=state.stored | {commit}, unsealed=state.unsealed | {commit})
                yield f"{commit} is committed", inserted
        for block in state.blocks:
            if not block.durable:
                yield f"block {block.n} replicates", changed(state, block, block._replace(durable=True))
                if state.faults:
                    yield MAY + f"failover: block {block.n} is rolled back", self._failover(state, block)
        yield from self._late(state)
        for number, relay in enumerate(state.relays):
            if number == 0 or relay != state.relays[number - 1]:
                yield from self._relay(state, number, relay)

    def _late(self, state: State) -> Iterator[tuple[str, State]]:
        for record in sorted(state.late_records):
            left = state._replace(late_records=state.late_records - {record})
            yield f"{MAY}late record arrives: {record}", self._appended(left, record)
        for block in sorted(state.late_blocks):
            left = state._replace(late_blocks=state.late_blocks - {block})
            fenced = any(b.n == block.n for b in state.blocks)
            arrived = left if fenced else left._replace(blocks=tuple(sorted((*state.blocks, block))))
            yield f"{MAY}late block {block.n} arrives: {listed(block.commits)}", arrived

    def _relay(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        for label, after in self._step(state, number, relay):
            yield f"relay {number}: {label}", after
        if state.faults and relay.at is not At.IDLE:
            failing = state._replace(faults=state.faults - 1)
            yield f"{MAY}relay {number} crashes", moved(failing, number, Relay())
            for label, after in self._failures(failing, number, relay):
                yield f"{MAY}relay {number}: {label}", after

    def _step(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        match relay.at:
            case At.IDLE:
                yield from self._tick(state, number, relay)
            case At.READ_LAST_BLOCK:
                yield self._read_last_block(state, number, relay)
            case At.SCAN:
                yield self._scan(state, number, relay)
            case At.SCANNING:
                yield from self._scanned(state, number, relay)
            case At.INSERT:
                yield self._insert(state, number, relay)
            case At.ACKNOWLEDGEMENT:
                yield from self._acknowledged(state, number, relay)
            case At.PUBLISH:
                yield self._publish(state, number, relay)
            case At.UNSET:
                yield self._unset(state, number, relay)
            case At.MARK:
                yield self._mark(state, number, relay)
            case _:
                assert_never(relay.at)

    def _tick(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        """A tick that could not find anything, now or later, is left out: it changes nothing."""
        if state.stored != self.all or state.unsealed or not all(b.published for b in state.blocks):
            scans = self.mistake is Mistake.SCAN_BEFORE_READING_LAST_BLOCK
            yield (self._scan if scans else self._read_last_block)(state, number, relay)

    def _read_last_block(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        """§6.1, first of all and at majority: a block that is not marked published is finished before anything else."""
        last = max((b for b in state.blocks if b.durable), default=Block(0, 1, (), published=True))
        if not last.published and self.mistake is not Mistake.LAST_BLOCK_NOT_FINISHED:
            unfinished = Relay(At.IDLE, last.n, last.first, last.commits)
            return f"reads block {last.n}, finishes it", self._next_step(state, number, unfinished)
        then = At.INSERT if relay.at is At.READ_LAST_BLOCK else At.SCAN
        read = Relay(then, last.n, last.first + len(last.commits), relay.commits)
        return f"reads block {last.n}, published", moved(state, number, read)

    def _scan(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        scanning = relay._replace(at=At.SCANNING, commits=tuple(sorted(state.unsealed)))
        return "scan begins", moved(state, number, scanning)

    def _scanned(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        """§6.2: the scan is not a snapshot. What was inserted meanwhile it may have seen or missed."""
        meanwhile = sorted(state.unsealed - set(relay.commits))
        for seen in chain.from_iterable(combinations(meanwhile, n) for n in range(len(meanwhile) + 1)):
            batch = self._batch(state, sorted({*relay.commits, *seen}))
            came_first = self.mistake is Mistake.SCAN_BEFORE_READING_LAST_BLOCK
            then = At.READ_LAST_BLOCK if came_first else At.INSERT
            found = relay._replace(at=then, commits=batch) if batch else Relay()
            yield f"scan ends with {listed(batch)}", moved(state, number, found)

    def _batch(self, state: State, scanned: list[Commit]) -> tuple[Commit, ...]:
        """A commit whose predecessor in its stream is not yet sealed and not earlier in this batch waits."""
        batch: list[Commit] = []
        for commit in scanned:
            predecessor = Commit(commit.stream, commit.version - 1)
            sealed = commit.version == 1 or predecessor in state.stored - state.unsealed
            if sealed or predecessor in batch or self.mistake is Mistake.PREDECESSOR_NOT_AWAITED:
                batch.append(commit)
        return tuple(batch[: self.scope.batch])

    def _insert(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        """§6.3: the unique `_id` fences rivals; whoever loses throws its own block away and starts again at 1."""
        block, what = relay.next_block(), f"inserts block {relay.block + 1}"
        own = relay._replace(block=block.n)
        if any(b.n == block.n for b in state.blocks) and self.mistake is not Mistake.NO_UNIQUE_BLOCK:
            if self.mistake is Mistake.LOSER_PUBLISHES:
                return f"{what} and loses", self._next_step(state, number, own)
            return f"{what} and loses", moved(state, number, Relay())
        inserted = state._replace(blocks=tuple(sorted((*state.blocks, block))))
        if self.mistake is Mistake.BLOCK_BELOW_MAJORITY:
            return f"{what} at w: 1", self._next_step(inserted, number, own)
        return f"{what} {listed(block.commits)}", moved(inserted, number, own._replace(at=At.ACKNOWLEDGEMENT))

    def _acknowledged(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        if any(b.n == relay.block and b.durable for b in state.blocks):
            yield "block acknowledged", self._next_step(state, number, relay)

    def _publish(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        """§6.4: in order."""
        record = relay.record()
        return f"sends {record}", self._advanced(self._appended(state, record), number, relay)

    def _failures(self, state: State, number: int, relay: Relay) -> Iterator[tuple[str, State]]:
        """After one failed or unknown send nothing later goes out on that producer: start again at 1 with another."""
        if relay.at is At.INSERT:
            unknown = state._replace(late_blocks=state.late_blocks | {relay.next_block()})
            yield "inserts a block: outcome unknown", moved(unknown, number, Relay())
        if relay.at is not At.PUBLISH:
            return
        record = relay.record()
        unknown = state._replace(late_records=state.late_records | {record})
        for outcome, after in (("failed", state), ("unknown", unknown)):
            on = self.mistake is Mistake.GO_ON_AFTER_FAILED_SEND
            reached = self._advanced(after, number, relay) if on else moved(after, number, Relay())
            yield f"sends {record}: {outcome}", reached

    def _unset(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        """§6.5: on exactly those commits, by `_id`."""
        commit = relay.commits[relay.done]
        if self.mistake is Mistake.MARK_BY_RANGE:
            left = frozenset(c for c in state.unsealed if c > relay.commits[-1])
            return f"unsets all up to {relay.commits[-1]}", self._next_step(
                state._replace(unsealed=left), number, relay
            )
        return f"unsets {commit}", self._advanced(state._replace(unsealed=state.unsealed - {commit}), number, relay)

    def _mark(self, state: State, number: int, relay: Relay) -> tuple[str, State]:
        """A write at majority: what was written before it, the block included, is then held by the majority too."""
        for block in state.blocks:
            if block.n == relay.block and block.commits == relay.commits:
                state = changed(state, block, block._replace(published=True, durable=True))
        return f"marks block {relay.block} published", self._next_step(state, number, relay)

    def _advanced(self, state: State, number: int, relay: Relay) -> State:
        if relay.done + 1 < len(relay.commits):
            return moved(state, number, relay._replace(done=relay.done + 1))
        return self._next_step(state, number, relay)

    def _next_step(self, state: State, number: int, relay: Relay) -> State:
        """What follows in the order publish, unset, mark; after the last of them the relay is idle."""
        following = self.order.index(relay.at) + 1 if relay.at in self.order else 0
        if following == len(self.order):
            return moved(state, number, Relay())
        return moved(state, number, relay._replace(at=self.order[following], done=0))

    def _appended(self, state: State, record: Record) -> State:
        return state if record in state.topic else state._replace(topic=(*state.topic, record))

    def _failover(self, state: State, block: Block) -> State:
        relays = tuple(Relay() if r.at is At.ACKNOWLEDGEMENT and r.block == block.n else r for r in state.relays)
        left = tuple(b for b in state.blocks if b != block)
        return state._replace(blocks=left, relays=relays, faults=state.faults - 1)

    def broken(self, state: State) -> str | None:
        sealed = [commit for block in state.blocks for commit in block.commits]
        if len(set(sealed)) < len(sealed):
            return "I4: a commit is sealed in two blocks, so it has two positions"
        chained = {b.first + i: commit for b in state.blocks for i, commit in enumerate(b.commits)}
        seen: set[Commit] = set()
        for expected, record in enumerate(state.topic, 1):
            if record.position != expected:
                return f"I5: position {record.position} ({record.commit}) comes where {expected} was due"
            if record.commit.version > 1 and Commit(record.commit.stream, record.commit.version - 1) not in seen:
                return f"I5: {record.commit} comes before its predecessor"
            if chained.get(record.position) != record.commit:
                return f"I2: {record.commit} is in the topic at position {record.position}, and in no such block"
            seen.add(record.commit)
        return None

    def broken_at_rest(self, state: State) -> str | None:
        missing = self.all - {record.commit for record in state.topic}
        return f"I4: {listed(tuple(sorted(missing)))} never reaches the topic" if missing else None
