"""Parked streams: what a consumer group could not handle waits in order, exact bytes and headers, for an operator.

One document for each (group, stream), `_id` `<group>|<stream>`. Every change is compare-and-set on its incarnation and
revision; whoever finds it gone handles the event itself (design §7).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils import uuid7

from shared.contracts.envelope import Undecodable
from shared.event_store.violations import RuleViolation
from shared.messaging.delivery import Delivery, read
from shared.messaging.transient import Transient
from shared.mongo import Collection, Database, Document, DuplicateKeyError, IndexModel, durable
from shared.observability.logs import described

PARKED = "parked"
PARKED_INDEXES = (IndexModel([("group", 1), ("status", 1)], name="group_status"),)
ROUNDS = 20


class Contended(Transient):
    """A parked stream kept changing under our hands; asking again soon helps."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a stream was parked: the class of the error and a sentence that repeats nothing of the event's data."""

    error: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """A parked stream as it was read: its deliveries in order, the first being the one that failed."""

    group: str
    stream: str
    status: str
    parked_at: datetime
    fault: Fault
    deliveries: tuple[Delivery, ...]
    incarnation: str
    revision: int
    discarded_by: str | None = None
    discarded_at: datetime | None = None

    @property
    def id(self) -> str:
        return parked_id(self.group, self.stream)

    @property
    def unchanged(self) -> Document:
        """The filter of a compare-and-set."""
        return {"_id": self.id, "incarnation": self.incarnation, "revision": self.revision}


class ParkedStreams:
    """The parked streams of one group, as the group itself sees and fills them."""

    def __init__(self, source: Database, group: str, clock: Callable[[], datetime]) -> None:
        self._collection = durable(source, PARKED)
        self._group = group
        self._clock = clock
        self.streams: set[str] = set()
        self._parked_meanwhile: set[str] = set()
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> None:
        """Learns what other members and operators did. To be read after the positions, never before: who parks
        stores the position afterwards."""
        async with self._refreshing:
            self._parked_meanwhile.clear()
            found = self._collection.find({"group": self._group, "status": "parked"}, {"stream": 1})
            self.streams = {document["stream"] async for document in found} | self._parked_meanwhile

    async def park(self, stream: str, deliveries: Sequence[Delivery], fault: Fault) -> bool:
        """Parks a stream from its first failing delivery on; false: it was parked and is gone again, handle them."""
        written = _document(self._group, stream, deliveries, fault, self._clock())
        try:
            await self._collection.insert_one(written)
        except DuplicateKeyError:
            return await self.append(stream, deliveries)
        self._seen(stream)
        return True

    async def append(self, stream: str, deliveries: Sequence[Delivery]) -> bool:
        """Parks deliveries behind those of their stream; false: it is parked no more, handle them yourself.

        Raises:
            Contended: it kept changing.
        """
        for _ in range(ROUNDS):
            there = await find_parked(self._collection, self._group, stream)
            if there is None:
                self.streams.discard(stream)
                return False
            self._seen(stream)
            later = behind(there.deliveries, deliveries)
            if not later or await _replace(self._collection, there, (*there.deliveries, *later)):
                return True
        raise Contended(stream)

    async def parked_since(self, moment: datetime) -> int:
        """How many streams of the group were parked since then and are parked still."""
        # A range beside an equality made the local server read every stream that was ever parked: 18 ms at 500.
        there = {"group": self._group, "status": "parked"}
        found = await self._collection.find(there, {"parked_at": 1}).to_list(None)
        return sum(one["parked_at"] >= moment for one in found)

    def _seen(self, stream: str) -> None:
        self.streams.add(stream)
        self._parked_meanwhile.add(stream)


def behind(parked: Sequence[Delivery], arriving: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Those of `arriving` that are not parked yet: a repeat of what is parked, or of what stood before it, is none."""
    known = {delivered.identity for delivered in parked}
    last = {delivered.place: delivered.position for delivered in parked if delivered.place is not None}
    return tuple(
        delivered
        for delivered in arriving
        if delivered.identity not in known
        and (delivered.place is None or delivered.position > last.get(delivered.place, 0))
    )


def fault_of(error: Exception) -> Fault:
    """The fault without data: messages of validation and drivers repeat what somebody typed."""
    name = type(error).__name__
    if isinstance(error, Undecodable):
        return Fault(name, str(error))
    if isinstance(error, RuleViolation):
        return Fault(name, f"the rule {error.code()} said no")
    places = described(error)["places"]
    return Fault(name, f"raised at {places[-1]}" if places else "raised outside of any code of ours")


def parked_id(group: str, stream: str) -> str:
    return f"{group}|{stream}"


async def find_parked(collection: Collection, group: str, stream: str) -> ParkedStream | None:
    """The parked stream, if it is parked."""
    found = await collection.find_one({"_id": parked_id(group, stream)})
    return from_document(found) if found else None


async def shorten(collection: Collection, there: ParkedStream, handled: int) -> bool:
    """Takes the first `handled` deliveries away, and the whole document with the last; false: it had changed."""
    rest = there.deliveries[handled:]
    if rest:
        return await _replace(collection, there, rest)
    return bool((await collection.delete_one(there.unchanged)).deleted_count)


async def _replace(collection: Collection, there: ParkedStream, deliveries: Sequence[Delivery]) -> bool:
    change = {"deliveries": [_stored(delivered) for delivered in deliveries], "revision": there.revision + 1}
    return bool((await collection.update_one(there.unchanged, {"$set": change})).matched_count)


def from_document(document: Mapping[str, Any]) -> ParkedStream:
    return ParkedStream(
        group=document["group"],
        stream=document["stream"],
        status=document["status"],
        parked_at=document["parked_at"],
        fault=Fault(document["error"], document["sentence"]),
        deliveries=tuple(_restored(stored) for stored in document["deliveries"]),
        incarnation=document["incarnation"],
        revision=document["revision"],
        discarded_by=document.get("discarded_by"),
        discarded_at=document.get("discarded_at"),
    )


def archived(there: ParkedStream, by: str, at: datetime) -> Document:
    """What stays of a discarded stream: everything that was parked, and who decided."""
    document = _document(there.group, there.stream, there.deliveries, there.fault, there.parked_at)
    return document | {
        "_id": f"{there.id}|{there.incarnation}|{there.revision}",
        "incarnation": there.incarnation,
        "revision": there.revision,
        "status": "discarded",
        "discarded_by": by,
        "discarded_at": at,
    }


def _document(group: str, stream: str, deliveries: Sequence[Delivery], fault: Fault, at: datetime) -> Document:
    return {
        "_id": parked_id(group, stream),
        "group": group,
        "stream": stream,
        "status": "parked",
        "parked_at": at,
        "first": deliveries[0].identity,
        "error": fault.error,
        "sentence": fault.sentence,
        "deliveries": [_stored(delivered) for delivered in deliveries],
        "incarnation": uuid7().hex,
        "revision": 1,
    }


def _stored(delivered: Delivery) -> Document:
    return {
        "topic": delivered.topic,
        "partition": delivered.partition,
        "offset": delivered.offset,
        "key": delivered.key,
        "value": delivered.value,
        "headers": [[name, raw] for name, raw in delivered.headers],
    }


def _restored(stored: Mapping[str, Any]) -> Delivery:
    headers = tuple((name, bytes(raw) if raw is not None else None) for name, raw in stored["headers"])
    key = bytes(stored["key"]) if stored["key"] is not None else None
    return read(stored["topic"], stored["partition"], stored["offset"], key, bytes(stored["value"]), headers)
