"""Where commits live: one MongoDB document a decision, durable before it is true (design §5)."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from shared.contracts.base import Service
from shared.contracts.envelope import Codec
from shared.event_store.commits import Commit, chained, commit_key, from_document
from shared.messaging.failpoints import FAILPOINTS
from shared.mongo import Database, DuplicateKeyError, IndexModel, PyMongoError, durable

log = structlog.get_logger()

COMMITS = "commits"
# A request and its stream's queue wait no longer than this for a database that died between the load and the insert.
APPEND_DEADLINE_S = 20.0
COMMIT_INDEXES = (
    IndexModel([("stream", 1), ("version", 1)], name="stream_version", unique=True),
    IndexModel([("shard", 1)], name="unsealed_by_shard", partialFilterExpression={"unsealed": True}),
)


class Appended(Enum):
    """What became of one insert, known for certain."""

    STORED = auto()
    CONFLICT = auto()


class AppendUnknown(Exception):
    """Whether the commit is stored could not be found out within the bound. Never a failure: it may be true."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Which installation writes, which incarnation of its database, and its number of shards for life."""

    service: Service
    origin: str
    epoch: str
    shards: int


class EventStore:
    """The commits of one service."""

    def __init__(self, source: Database, installation: Installation, codec: Codec) -> None:
        self.installation = installation
        self.codec = codec
        self.database = source
        self.commits = durable(source, COMMITS)

    async def load(self, stream: str) -> tuple[Commit, ...]:
        """All commits of a stream in order, their chain verified.

        Raises:
            CorruptCommit: versions have a gap, or bytes are not what was hashed.
        """
        return chained(stream, await self.commits.find({"stream": stream}).to_list(None))

    async def append(self, commit: Commit, *, attempts: int = 8, deadline_s: float = APPEND_DEADLINE_S) -> Appended:
        """Inserts one commit and finds out for certain what became of it.

        Every outcome but a plain acknowledgement is resolved by reading `_id`: the same commit_id is success, another
        is a conflict, absent means trying the identical document again (design §5.4).

        Raises:
            AppendUnknown: neither could be established in `attempts` tries, or within the deadline (seconds).
        """
        try:
            async with asyncio.timeout(deadline_s):
                return await self._append(commit, attempts)
        except TimeoutError:
            raise AppendUnknown(commit.key) from None

    async def _append(self, commit: Commit, attempts: int) -> Appended:
        document = commit.to_document()
        for attempt in range(attempts):
            try:
                await self.commits.insert_one(document)
                FAILPOINTS.reach("after_insert")
                return Appended.STORED
            except PyMongoError as error:
                if not isinstance(error, DuplicateKeyError):
                    log.warning("append_unanswered", stream=commit.stream, version=commit.version, attempt=attempt)
                found = await self._resolve(commit)
            if found is not None:
                return found
            await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
        raise AppendUnknown(commit.key)

    async def _resolve(self, commit: Commit) -> Appended | None:
        try:
            there = await self.commits.find_one({"_id": commit.key})
        except PyMongoError:
            return None
        if there is None:
            return None
        return Appended.STORED if from_document(there).id == commit.id else Appended.CONFLICT

    async def get(self, stream: str, version: int) -> Commit | None:
        """One commit by its place."""
        document = await self.commits.find_one({"_id": commit_key(stream, version)})
        return from_document(document) if document else None
