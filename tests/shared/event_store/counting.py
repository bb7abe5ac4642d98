"""A domain of one number, for tests of what every domain stands on."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from shared.contracts.base import Command, Event
from shared.contracts.envelope import Codec
from shared.contracts.registration import IntentAbandoned, ReactionDeclined
from shared.event_store.aggregate import Aggregate
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.event_store.history import Context, History
from shared.event_store.installation import prepare_installation
from shared.event_store.store import COMMIT_INDEXES, EventStore
from shared.event_store.violations import NotYetKnown, RuleViolation
from shared.messaging.blocks import BLOCK_INDEXES, BLOCKS
from shared.mongo import Database
from shared.observability.metrics import Metrics

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHARDS = 2


class Counted(Event):
    SERVICE: ClassVar[Any] = "registration"
    by: int


class Padded(Event):
    SERVICE: ClassVar[Any] = "registration"
    padding: str


class TooMuch(RuleViolation):
    """The count ends at a hundred."""


class Count(Command):
    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"seen"})
    by: int
    times: int = 1
    seen: int = 0


class Pad(Command):
    size: int


class CountUnseen(Command):
    pass


def count(state: int, command: Count) -> tuple[Event, ...]:
    if state + command.by > 100:
        raise TooMuch(state=state)
    return tuple(Counted(by=command.by) for _ in range(command.times)) if command.by else ()


def pad(state: int, command: Pad) -> tuple[Event, ...]:
    return (Padded(padding="x" * command.size),)


def count_unseen(state: int, command: CountUnseen) -> tuple[Event, ...]:
    raise NotYetKnown


def evolve(state: int, event: Counted | Padded) -> int:
    return state + event.by if isinstance(event, Counted) else state


COUNTER: Aggregate[int] = Aggregate("counter", 0, evolve, {Count: count, Pad: pad, CountUnseen: count_unseen})
CODEC = Codec((Counted, Padded, ReactionDeclined, IntentAbandoned))


def asked_by_person(command_id: str | None = None, **more: Any) -> Context:
    return Context("person-1", "teacher", "fr", "correlation-1", command_id=command_id or uuid4().hex, **more)


def reacting(cause: str, policy: str = "count_again") -> Context:
    return Context("system", "reaction", "fr", "correlation-1", cause=cause, policy=policy)


async def prepared_store(database: Database, shards: int = SHARDS) -> EventStore:
    """A store of a service of its own, with the indexes of the product."""
    installation = await prepare_installation(database, "registration", "test", shards)
    await database["commits"].create_indexes(list(COMMIT_INDEXES))
    await database[BLOCKS].create_indexes(list(BLOCK_INDEXES))
    return EventStore(database, installation, CODEC)


def counting(store: EventStore) -> Handler:
    return Handler(store, Metrics())


def following(handler: Handler, stream: str, before: tuple[Commit, ...] = (), times: int = 1) -> Commit:
    """The commit of `times` events that follows `before`, not stored."""
    events = [Counted(by=1)] * times
    return handler.build(History(stream, before, CODEC), events, Count(at=NOW, by=1), asked_by_person())


async def fill(store: EventStore, streams: int, versions: int, times: int = 1, first: int = 0) -> None:
    """Stores `versions` commits in each of `streams` streams from `counter-<first>` on, in bulk."""
    handler = counting(store)
    documents = []
    for number in range(first, first + streams):
        stream = f"counter-{number}"
        before: tuple[Commit, ...] = ()
        for _ in range(versions):
            before = (*before, following(handler, stream, before, times))
        documents += [commit.to_document() for commit in before]
    await store.commits.insert_many(documents, ordered=False)
