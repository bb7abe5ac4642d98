"""Stores for benchmarks: databases of their own beside nothing else, hosts without processes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from uuid_utils import uuid7

from services.recognition.application import APPLICATION
from services.recognition.commands import ApplyForNQS, AssessNQS, GrantNQS
from shared.contracts.base import Command, Service
from shared.contracts.catalogue import codec
from shared.contracts.recognition import Score
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler, commit_after
from shared.event_store.history import Context, History
from shared.event_store.store import EventStore, Installation
from shared.hosting.preparing import prepare_database
from shared.mongo import connect, database
from shared.observability.metrics import Metrics
from tests.databases import DROPPING_MS

SHARDS = 4
CRITERIA = ("collaboration", "technology", "pedagogy", "curriculum", "results")
AGGREGATE = APPLICATION
CODEC = codec()


@asynccontextmanager
async def store(mongo_url: str, service: Service = "recognition") -> AsyncIterator[EventStore]:
    """A prepared, empty store that is dropped afterwards."""
    client = connect(mongo_url, timeout_ms=DROPPING_MS)
    source = database(client, f"bench_{service}_{uuid7().hex[-8:]}")
    try:
        installation = await prepare_database(source, service, "bench", SHARDS)
        yield EventStore(source, installation, CODEC)
    finally:
        await client.drop_database(source.name)
        client.close()


def handler(of: EventStore) -> Handler:
    """The one road into a store."""
    return Handler(of, Metrics())


def context() -> Context:
    """A person's command with a key of its own."""
    return Context("bench", "teacher", "fr", str(uuid7()), command_id=uuid7().hex)


def application_commands(application: str) -> tuple[Command, ...]:
    """Three commits on one stream: applied, assessed, granted."""
    at = datetime.now(UTC)
    scores = tuple(Score(criterion=name, points=4) for name in CRITERIA)
    return (
        ApplyForNQS(
            at=at, application=application, project=str(uuid7()), teacher="teacher", school="FR-1", country="FR"
        ),
        AssessNQS(at=at, assessor="assessor", scores=scores, criteria=CRITERIA, most_points=5),
        GrantNQS(at=at, officer="officer", country="FR", threshold=15, floor=2),
    )


def first_commit(of: EventStore) -> Commit:
    """The first commit of a new stream, built but not stored."""
    identifier = str(uuid7())
    return following(of.installation, identifier, (), application_commands(identifier)[0])


def following(installation: Installation, identifier: str, commits: Sequence[Commit], command: Command) -> Commit:
    """The commit that `command` adds to `commits`, built but not stored."""
    history = History(AGGREGATE.stream(identifier), tuple(commits), CODEC)
    events = AGGREGATE.decide(AGGREGATE.fold(history.events()), command)
    return commit_after(installation, history, events, command, context())
