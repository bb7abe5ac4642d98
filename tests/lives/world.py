"""The real aggregates, handlers and reactions on streams in memory, with one simulated clock and no I/O."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from services.registration.profile import PROFILE
from services.registration.reactions import REACTIONS as OF_REGISTRATION
from services.registration.teacher import TEACHER
from services.validation.case import CASE
from services.validation.reactions import reactions
from shared.contracts.base import Command, Event, ProtocolEvent, derived_id
from shared.contracts.envelope import Recorded
from shared.event_store.aggregate import Aggregate
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.event_store.history import Context, History
from shared.event_store.store import Appended, Installation
from shared.event_store.violations import RuleViolation
from shared.observability.metrics import Metrics
from tests.services.recorded import CODEC, START

T = TypeVar("T")
REAL: Mapping[str, Aggregate[Any]] = {one.name: one for one in (TEACHER, PROFILE, CASE)}
SERVICE_OF = {"teacher": "registration", "profile": "registration", "case": "validation"}
METRICS = Metrics()


def at_once(running: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that never waits for anything."""
    try:
        running.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("it waits, so it does I/O")


class Memory:
    """A store of one service that forgets everything with the test."""

    codec = CODEC

    def __init__(self, service: str) -> None:
        self.installation = Installation(service=service, origin="lives", epoch="1", shards=4)  # type: ignore[arg-type]
        self.streams: dict[str, tuple[Commit, ...]] = {}

    async def load(self, stream: str) -> tuple[Commit, ...]:
        return self.streams.get(stream, ())

    async def append(self, commit: Commit) -> Appended:
        self.streams[commit.stream] = (*self.streams.get(commit.stream, ()), commit)
        return Appended.STORED


@dataclass(frozen=True)
class Answer:
    """`said`: `no` (refused), `same` (so already), `done`; `events`: what then happened."""

    said: str
    events: tuple[Recorded[Event], ...] = ()


@dataclass
class World:
    """`aggregates`: those under test, the real ones unless a mistake is planted. `unread`: events still to react to.

    `again`: whether Spain validates again at another school.
    """

    aggregates: Mapping[str, Aggregate[Any]] = field(default_factory=lambda: REAL)
    now: datetime = START
    again: bool = True
    asked: int = 0
    states: dict[str, Any] = field(default_factory=dict)
    unread: list[Recorded[Event]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tables = (OF_REGISTRATION, reactions(lambda country, _: self.again or country != "ES"))
        self._stores = {service: Memory(service) for service in set(SERVICE_OF.values())}
        self._handlers = {
            service: Handler(store, METRICS)  # type: ignore[arg-type]
            for service, store in self._stores.items()
        }

    def number(self) -> int:
        self.asked += 1
        return self.asked

    def history(self, kind: str, identifier: str) -> tuple[Recorded[Event], ...]:
        stream = f"{kind}-{identifier}"
        commits = self._stores[SERVICE_OF[kind]].streams.get(stream, ())
        return History(stream, commits, CODEC).recorded

    def state(self, kind: str, identifier: str) -> Any:
        return self.states.get(f"{kind}-{identifier}", self.aggregates[kind].initial)

    def ask(self, kind: str, identifier: str, command: Command, actor: str = "system") -> Answer:
        """A person's command, sent twice as an impatient browser does."""
        key = derived_id("key", str(self.number()))
        return self._twice(kind, identifier, command, Context(actor, actor, "es", derived_id("c"), command_id=key))

    def react(self, recorded: Recorded[Event]) -> list[tuple[str, str, Command, Answer]]:
        """Every consequence of the event, which is delivered twice as Kafka does."""
        found: list[tuple[str, str, Command, Answer]] = []
        for table in self._tables:
            for reaction in table.get(type(recorded.event), ()):
                for identifier, command in reaction(recorded):
                    kind = self._kind(command)
                    if kind is not None:
                        policy = reaction.__name__
                        context = Context("system", "system", "es", derived_id("c"), cause=recorded.id, policy=policy)
                        answer = self._twice(kind, identifier, command, context)
                        found.append((kind, identifier, command, answer))
        return found

    def sweep(self, kind: str, identifier: str, command: Command, context: Context) -> Answer:
        """A deadline's command, from two processes."""
        return self._twice(kind, identifier, command, context)

    def _kind(self, command: Command) -> str | None:
        return next((name for name, one in self.aggregates.items() if type(command) in one.decisions), None)

    def _twice(self, kind: str, identifier: str, command: Command, context: Context) -> Answer:
        first = self._handled(kind, identifier, command, context)
        before = self.history(kind, identifier)
        self._handled(kind, identifier, command, context)
        assert self.history(kind, identifier) == before, f"{command!r} happened twice"
        return first

    def _handled(self, kind: str, identifier: str, command: Command, context: Context) -> Answer:
        aggregate, handler = self.aggregates[kind], self._handlers[SERVICE_OF[kind]]
        try:
            outcome = at_once(handler.handle(aggregate, identifier, command, context))
        except RuleViolation:
            return Answer("no")
        if outcome.commit is None or outcome.repeated:
            return Answer("same")
        stream = f"{kind}-{identifier}"
        happened = outcome.commit.decoded(CODEC)
        told = [one for one in happened if not isinstance(one.event, ProtocolEvent)]
        self.states[stream] = aggregate.fold([one.event for one in told], self.state(kind, identifier))
        anew = aggregate.fold(one.event for one in self.history(kind, identifier))
        assert self.states[stream] == anew == outcome.state, "folding from scratch tells another story"
        self.unread += told
        return Answer("done" if told else "same", tuple(told))
