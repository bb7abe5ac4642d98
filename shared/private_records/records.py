"""Private records of the service that took them in: immutable, named by facts by salted commitment (design §8)."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

import structlog

from shared.contracts.base import RecordRef
from shared.contracts.envelope import canonical_json
from shared.event_store.abandonment import Abandon
from shared.event_store.commits import Commit
from shared.event_store.violations import Busy, IdempotencyKeyReused, RuleViolation
from shared.mongo import Database, Document, DuplicateKeyError, IndexModel, PyMongoError, durable
from shared.private_records.marks import Marks

log = structlog.get_logger()

RECORDS = "private_records"
RECORD_INDEXES = (
    IndexModel([("subject", 1)], name="subject"),
    IndexModel([("written", 1)], name="unsettled_by_age", partialFilterExpression={"unsettled": True}),
)
PATIENCE = timedelta(days=1)
"""How long a record whose commit was not seen is left alone: spares the living, proves nothing."""
FORGET: Document = {"$set": {"erased": True}, "$unset": {"fields": "", "salt": "", "unsettled": ""}}
"""What erasing leaves of a record or replica: that it was there, so that whoever asks by id goes on without it."""

_INTENT = "private_record"
_ROUNDS = 8
SWEPT = 100

Fields: TypeAlias = Mapping[str, str]


class SubjectErased(RuleViolation):
    """The person's data was erased: nothing about that person is taken in any more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record as it was taken in. `salt` lets whoever holds it check the commitment of a fact."""

    subject: str
    kind: str
    fields: Fields
    salt: bytes

    @property
    def commitment(self) -> str:
        return commitment(self.salt, self.fields)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as its subject may see it. `written`: when it was taken in; nothing for a replica."""

    id: str
    kind: str
    fields: Fields
    written: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """It was erased: go on without it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Not known, or not yet: ask again."""


Lookup: TypeAlias = Found | Erased | Missing


def commitment(salt: bytes, fields: Fields) -> str:
    """SHA-256(salt ‖ canonical JSON of the fields), hex."""
    return sha256(salt + canonical_json(dict(fields))).hexdigest()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PrivateRecords:
    """The records of one service's database. `abandon` tells for certain whether a commit will still come."""

    def __init__(self, database: Database, abandon: Abandon, *, clock: Callable[[], datetime] = _utc_now) -> None:
        self._records = durable(database, RECORDS)
        self._marks = Marks(database, clock)
        self._abandon = abandon
        self._clock = clock

    async def draft(self, record_id: str, subject: str, kind: str, fields: Fields) -> "Draft":
        """A record for a commit to come. `record_id` derives from the command: a repeated request finds its record, and
        so names the same commitment. It belongs to no commit until `aim`.

        Raises:
            IdempotencyKeyReused: the same command once came with other fields.
            SubjectErased: the person's data was erased.
        """
        document: Document = {
            "_id": record_id,
            "subject": subject,
            "kind": kind,
            "fields": dict(fields),
            "salt": secrets.token_bytes(32),
            "stream": None,
            "version": 0,
            "written": self._clock(),
            "unsettled": True,
        }
        try:
            await self._records.insert_one(document)
        except DuplicateKeyError:
            document = await self._reused(document)
        await self._refuse_erased(document)
        return Draft(RecordRef(id=record_id, commitment=_read(document).commitment), document, self)

    async def point(self, document: Document, stream: str, version: int) -> None:
        """Writes the record for that version, or points it there; never back.

        Raises:
            IdempotencyKeyReused: it is the record of another stream's commit.
            SubjectErased: the mark was there after the write, which was taken back.
            Busy: too many wrote it at once.
        """
        for _ in range(_ROUNDS):
            if await self._written_for(document, stream, version):
                await self._refuse_erased(document)
                return
        raise Busy(stream=stream)

    async def drop(self, ids: Sequence[str]) -> None:
        """Deletes drafts for which no commit will come; a record that was pointed at one stays."""
        await self._records.delete_many({"_id": {"$in": list(ids)}, "stream": None})

    async def fetch(self, ids: Sequence[str]) -> dict[str, Lookup]:
        """What there is under each id."""
        found = {str(d["_id"]): d for d in await self._records.find({"_id": {"$in": list(ids)}}).to_list(None)}
        return {record_id: lookup(found.get(record_id)) for record_id in ids}

    async def erased(self, subjects: Iterable[str]) -> frozenset[str]:
        """Those of `subjects` who were erased."""
        return await self._marks.among(subjects)

    async def about(self, subject: str) -> list[Kept]:
        """Every record of a subject that is not erased, the oldest first."""
        return kept(await self._records.find({"subject": subject}).to_list(None))

    async def erase(self, subject: str) -> None:
        """Marks the subject first, then forgets every record of it."""
        await self._marks.set(subject)
        await self.forget(subject)

    async def forget(self, subject: str) -> None:
        """Erases what there is now; whoever writes later finds the mark."""
        await self._records.update_many({"subject": subject}, FORGET)

    async def sweep(self, failed: Callable[[Exception], None] = lambda _: None) -> int:
        """Settles up to a hundred records that are older than a day: kept where their commit names them, else deleted.

        One whose stream cannot be judged, whatever is wrong with it, is left for the next time, and `failed` is told.

        Returns:
            How many were settled; as many as SWEPT: there may be more.
        """
        oldest = {"unsettled": True, "written": {"$lt": self._clock() - PATIENCE}}
        stale = await self._records.find(oldest).limit(SWEPT).to_list(SWEPT)
        settled = 0
        for document in stale:
            try:
                await self._settle(document)
            except PyMongoError:
                raise
            except Exception as error:  # noqa: BLE001 it keeps no other record waiting
                log.warning("record_not_settled", stream=document["stream"], error=type(error).__name__)
                failed(error)
            else:
                settled += 1
        return settled

    async def _reused(self, wanted: Document) -> Document:
        found = await self._records.find_one({"_id": wanted["_id"]})
        if found is None:  # swept in between: a repeat begins anew
            raise Busy(record=wanted["_id"])
        if found.get("erased"):
            raise SubjectErased(subject=found["subject"])
        if any(found[name] != wanted[name] for name in ("subject", "kind", "fields")):
            raise IdempotencyKeyReused(record=wanted["_id"])
        return found

    async def _written_for(self, document: Document, stream: str, version: int) -> bool:
        wanted = {"stream": stream, "version": version}
        found = await self._records.find_one({"_id": document["_id"]})
        if found is None:
            return await self._insert(document | wanted | {"written": self._clock(), "unsettled": True})
        if found.get("erased"):
            raise SubjectErased(subject=found["subject"])
        if found["salt"] != document["salt"]:  # swept, and drafted anew by a repeat of the same request
            raise Busy(stream=stream)
        if found["stream"] not in (None, stream):
            raise IdempotencyKeyReused(stream=stream)
        if found["stream"] == stream and found["version"] >= version:
            return True
        names = {"_id": found["_id"], "stream": found["stream"], "version": found["version"], "salt": found["salt"]}
        pointed = await self._records.update_one(names, {"$set": wanted | {"unsettled": True}})
        return pointed.matched_count == 1

    async def _insert(self, document: Document) -> bool:
        try:
            await self._records.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def _refuse_erased(self, document: Document) -> None:
        """After the write: an erasure that came before it did not see the record, so the mark has to be seen here."""
        if await self._marks.has(document["subject"]):
            await self._records.update_one({"_id": document["_id"]}, FORGET)
            raise SubjectErased(subject=document["subject"])

    async def _settle(self, document: Document) -> None:
        if await self._marks.has(document["subject"]):
            await self._records.update_one({"_id": document["_id"]}, FORGET)
            return
        named = {name: document[name] for name in ("_id", "stream", "version")}
        if document["stream"] is None:
            await self._records.delete_one(named)
        elif _names(await self._abandon(document["stream"], document["version"], _INTENT), document["_id"]):
            await self._records.update_one(named, {"$unset": {"unsettled": ""}})
        else:
            await self._records.delete_one(named)


@dataclass(frozen=True)
class Draft:
    """A record on its way to a commit: an `Intent` of `handle`, and what the command names (`ref`)."""

    ref: RecordRef
    document: Document
    records: PrivateRecords

    async def aim(self, stream: str, version: int) -> None:
        """Raises `IdempotencyKeyReused`, `SubjectErased` or `Busy`."""
        await self.records.point(self.document, stream, version)


def kept(documents: Sequence[Document]) -> list[Kept]:
    """What stored records or replicas say to their subject, the oldest first."""
    found = [
        Kept(one["_id"], one["kind"], one["fields"], one.get("written")) for one in documents if not one.get("erased")
    ]
    return sorted(found, key=lambda one: (one.written.isoformat() if one.written else "", one.id))


def lookup(document: Document | None) -> Lookup:
    """What a stored record or replica says."""
    if document is None:
        return Missing()
    return Erased() if document.get("erased") else _read(document)


def _read(document: Mapping[str, Any]) -> Found:
    return Found(document["subject"], document["kind"], document["fields"], bytes(document["salt"]))


def _names(commit: Commit, record_id: str) -> bool:
    """A commit names a record where its head holds the id: the command that it decided carries the reference."""
    return canonical_json(record_id) in commit.head
