"""Verified replay (decode, verify the chain, fold) against the replay of the `eventsourcing` library, both in memory."""

import time
from datetime import UTC, datetime

from eventsourcing.application import Application as LibraryApplication
from eventsourcing.domain import Aggregate as LibraryAggregate
from eventsourcing.domain import event
from uuid_utils import uuid7

from shared.contracts.catalogue import codec
from shared.event_store.commits import GENESIS, from_document, verify
from shared.event_store.history import History
from tests.benchmarks.figures import Figure, median, per_second
from tests.benchmarks.installation import AGGREGATE, application_commands, context, handler, store

STREAMS = 300
ROUNDS = 5


class Counted(LibraryAggregate):
    """The library's aggregate with the same three facts."""

    @event("Applied")
    def __init__(self, project: str, teacher: str, school: str, country: str) -> None:
        self.project, self.teacher, self.school, self.country = project, teacher, school, country
        self.status = "applied"

    @event("Assessed")
    def assess(self, assessor: str, scores: list[int], total: int) -> None:
        self.assessor, self.scores, self.total = assessor, scores, total
        self.status = "assessed"

    @event("Granted")
    def grant(self, at: str) -> None:
        self.granted_at = at
        self.status = "granted"


async def measure(mongo_url: str) -> list[Figure]:
    """Events per second of each; the ratio is the median of the rounds' ratios."""
    documents = await _documents(mongo_url)
    library, identifiers = _library()
    ratios, ours, bare = [], 0.0, 0.0
    for _ in range(ROUNDS):
        ours, bare = _replay(documents), _library_replay(library, identifiers)
        ratios.append(ours / bare)
    return [Figure("verified replay, events", per_second(ours), per_second(bare), median(ratios), 4.0)]


async def _documents(mongo_url: str) -> list[list[dict[str, object]]]:
    async with store(mongo_url) as made:
        handling, streams = handler(made), []
        for _ in range(STREAMS):
            identifier = str(uuid7())
            for command in application_commands(identifier):
                await handling.handle(AGGREGATE, identifier, command, context())
            streams.append([commit.to_document() for commit in await made.load(AGGREGATE.stream(identifier))])
        return streams


def _replay(documents: list[list[dict[str, object]]]) -> float:
    read, started, events = codec(), time.perf_counter(), 0
    for stream in documents:
        previous = GENESIS
        commits = tuple(from_document(document) for document in stream)
        for commit in commits:
            verify(commit, previous)
            previous = commit.hash
        history = History(commits[0].stream, commits, read)
        state = AGGREGATE.fold(history.events())
        if state.status != "granted":
            raise RuntimeError("the fold did not arrive")
        events += len(history.recorded)
    return events / (time.perf_counter() - started)


def _library() -> tuple[LibraryApplication, list[object]]:
    application: LibraryApplication = LibraryApplication()
    identifiers = []
    for _ in range(STREAMS):
        counted = Counted(str(uuid7()), "teacher", "FR-1", "FR")
        counted.assess("assessor", [4, 4, 4, 4, 4], 20)
        counted.grant(datetime.now(UTC).isoformat())
        application.save(counted)
        identifiers.append(counted.id)
    return application, identifiers


def _library_replay(application: LibraryApplication, identifiers: list[object]) -> float:
    started = time.perf_counter()
    for identifier in identifiers:
        counted: Counted = application.repository.get(identifier)  # type: ignore[arg-type]
        if counted.status != "granted":
            raise RuntimeError("the fold did not arrive")
    return 3 * len(identifiers) / (time.perf_counter() - started)
