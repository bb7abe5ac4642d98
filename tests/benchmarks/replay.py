"""Verified replay (decode, verify the chain, fold) against the replay of the `eventsourcing` library.

Both from memory, the same facts with the same types: who asked for what in which capacity, scores as values. The
library reads from its own recorder through its JSON transcoder, and verifies nothing. Both sides run alone in one
thread without I/O, so their own processor time is measured: what else the machine does is no part of it.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from eventsourcing.application import Application as LibraryApplication
from eventsourcing.domain import Aggregate as LibraryAggregate
from eventsourcing.domain import event
from eventsourcing.persistence import JSONTranscoder, Transcoding
from uuid_utils import uuid7

from services.recognition.application import Status
from shared.contracts.recognition import Score
from shared.event_store.commits import Commit, chained
from shared.event_store.history import Context, History
from shared.event_store.store import Installation
from shared.mongo import Document
from tests.benchmarks.figures import Figure, Pairs, per_second
from tests.benchmarks.installation import AGGREGATE, CODEC, CRITERIA, application_commands, context, following

STREAMS = 300
ROUNDS = 15
EVENTS_OF_A_STREAM = 3
INSTALLATION = Installation("recognition", "bench", "epoch", 4)


class Application(LibraryAggregate):
    """The library's aggregate with the facts and the context that our events of an application carry."""

    @event("Applied")
    def __init__(self, project: str, teacher: str, school: str, country: str, asked: dict[str, str]) -> None:
        self.project, self.teacher, self.school, self.country = project, teacher, school, country
        self.asked, self.status = asked, Status.APPLIED.value

    @event("Assessed")
    def assess(self, assessor: str, scores: tuple[Score, ...], total: int, asked: dict[str, str]) -> None:
        self.assessor, self.scores, self.total = assessor, scores, total
        self.asked, self.status = asked, Status.ASSESSED.value

    @event("Granted")
    def grant(self, project: str, teacher: str, school: str, country: str, asked: dict[str, str]) -> None:
        self.granted = (project, teacher, school, country)
        self.asked, self.status = asked, Status.GRANTED.value


class ScoreAsFields(Transcoding):
    """How the library is told to write a value object."""

    type = Score
    name = "score"

    def encode(self, obj: Score) -> dict[str, object]:
        return obj.model_dump()

    def decode(self, data: dict[str, object]) -> Score:
        return Score.model_validate(data)


class TupleAsList(Transcoding):
    type = tuple
    name = "tuple"

    def encode(self, obj: tuple[object, ...]) -> list[object]:
        return list(obj)

    def decode(self, data: list[object]) -> tuple[object, ...]:
        return tuple(data)


class Library(LibraryApplication[UUID]):
    """With its recorder in memory, the leanest that it has, and without snapshots."""

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(ScoreAsFields())
        transcoder.register(TupleAsList())


async def measure() -> list[Figure]:
    """Events per second of processor time, rounds in turn; the ratio is the median of the rounds' ratios."""
    streams = [_stream() for _ in range(STREAMS)]
    library = Library()
    identifiers = [_saved(library) for _ in range(STREAMS)]
    pairs = Pairs()
    for _ in range(ROUNDS):
        pairs.add(_replay(streams), _library_replay(library, identifiers))
    return [pairs.figure("verified replay, events", per_second, 4.0)]


def _stream() -> list[Document]:
    identifier, commits = str(uuid7()), list[Commit]()
    for command in application_commands(identifier):
        commits.append(following(INSTALLATION, identifier, commits, command))
    return [commit.to_document() for commit in commits]


def _replay(streams: list[list[Document]]) -> float:
    """What `EventStore.load` does with what it has read, and the fold."""
    started, events = time.process_time(), 0
    for documents in streams:
        stream = documents[0]["stream"]
        state = AGGREGATE.fold(History(stream, chained(stream, documents), CODEC).events())
        if state.status is not Status.GRANTED:
            raise RuntimeError("the fold did not arrive")
        events += EVENTS_OF_A_STREAM
    return events / (time.process_time() - started)


def _saved(library: Library) -> UUID:
    project, asked = str(uuid7()), _asked(context())
    application = Application(project, "teacher", "FR-1", "FR", asked)
    scores = tuple(Score(criterion=name, points=4) for name in CRITERIA)
    application.assess("assessor", scores, 4 * len(CRITERIA), asked)
    application.grant(project, "teacher", "FR-1", "FR", asked)
    library.save(application)
    return application.id


def _asked(by: Context) -> dict[str, str]:
    at = datetime.now(UTC).isoformat()
    return {"actor": by.actor, "capacity": by.capacity, "node": by.node, "correlation": by.correlation_id, "at": at}


def _library_replay(library: Library, identifiers: list[UUID]) -> float:
    started = time.process_time()
    for identifier in identifiers:
        application: Application = library.repository.get(identifier)
        if application.status != Status.GRANTED.value:
            raise RuntimeError("the fold did not arrive")
    return EVENTS_OF_A_STREAM * len(identifiers) / (time.process_time() - started)
