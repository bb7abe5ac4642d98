"""Folds deliveries into documents: one query, fold in memory, one bulk write, each write on the whole document's
revision (design §7). Two shards that feed one document, and two owners during a rebalance, cannot undo each other.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared import mongo
from shared.contracts.base import Event
from shared.contracts.envelope import Codec, Recorded, UnknownEventType
from shared.event_store.violations import Busy
from shared.messaging.delivery import Delivery, decode
from shared.messaging.processing import Failure
from shared.messaging.transient import Transient
from shared.views.live import Live, LiveVersions, Readiness, ViewNotReady, readiness, view_collection
from shared.views.view import Document, View, from_stored

ROUNDS = 10
_DUPLICATE_KEY = 11000


class LostRace(Transient):
    """Others kept changing the same documents."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event to fold; `source` is what the caller knows it by."""

    recorded: Recorded[Event]
    source: Delivery | None = None

    @property
    def stream(self) -> str:
        """The delivery's key, which is the event's stream."""
        return self.source.stream if self.source is not None else self.recorded.stream


@dataclass(frozen=True, slots=True)
class FoldFailure:
    """The first event of a stream that a view could not fold."""

    item: Item
    error: Exception


class ViewsWork:
    """The views of one service."""

    def __init__(
        self, views: Sequence[View], source: mongo.Database, codec: Codec, *, ignored_types: Collection[str] = ()
    ) -> None:
        """`ignored_types`: types that this release does not know and may pass over; any other parks its stream."""
        self._views = tuple(views)
        self._source = source
        self._codec = codec
        self._ignored_types = frozenset(ignored_types)
        self._versions = LiveVersions(source)

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        """Folds deliveries into the live version of every view; answers the streams that failed."""
        items, failures = self._decoded(deliveries)
        try:
            failed = await self._fold(items)
        except (mongo.PyMongoError, Transient, Busy) as error:
            return _all_failed(deliveries, error)
        for failure in failed:
            if failure.item.source is not None:
                _keep_first(failures, Failure(failure.item.source, failure.error), deliveries)
        return failures

    def _decoded(self, deliveries: Sequence[Delivery]) -> tuple[list[Item], dict[str, Failure]]:
        items: list[Item] = []
        failures: dict[str, Failure] = {}
        for delivered in deliveries:
            if delivered.stream in failures:
                continue
            try:
                items.append(Item(decode(self._codec, delivered), delivered))
            except UnknownEventType as unknown:
                if unknown.type_name not in self._ignored_types:
                    failures[delivered.stream] = Failure(delivered, unknown)
            except Exception as error:  # noqa: BLE001 whatever it is, it fails this stream alone
                failures[delivered.stream] = Failure(delivered, error)
        return items, failures

    async def _fold(self, items: Sequence[Item]) -> list[FoldFailure]:
        """Folds into what is live, and again when something else is live afterwards: a swap passes no event by."""
        for _ in range(ROUNDS):
            live = await self._versions.read(view.name for view in self._views)
            kept = [view for view in self._views if await self._keeps(view, live[view.name])]
            folds = (fold_batch(view, view_collection(self._source, view, live[view.name]), items) for view in kept)
            failures = [failure for failed in await asyncio.gather(*folds) for failure in failed]
            if await self._versions.read(live) == live:
                return failures
        raise LostRace("views kept being swapped")

    async def _keeps(self, view: View, live: Live) -> bool:
        """Whether `view` is to be folded. An outdated one holds up no other: its rebuild folds what passes it by, and
        before anything does it is said that its documents are kept no longer.

        Raises:
            ViewNotReady: it is being swapped, or of a later release, whose processes fold it.
        """
        found = readiness(view, live)
        if found is Readiness.OUTDATED:
            if live.fold:
                await self._versions.leave(view.name, live)
            return False
        if found is not Readiness.LIVE:
            raise ViewNotReady(view.name, found)
        return True


async def fold_batch(view: View, collection: mongo.Collection, items: Sequence[Item]) -> list[FoldFailure]:
    """Folds items into one view's collection; answers the first event of each stream that could not be folded.

    Raises:
        LostRace: others kept changing the same documents.
        PyMongoError: the database did not answer; what was written is skipped when this is repeated.
    """
    concerned, failures = _concerned(view, items)
    for _ in range(ROUNDS):
        documents = await _load(collection, {key for _, keys in concerned for key in keys})
        failed = _fold_in_memory(view, documents, concerned)
        if failed is not None:  # what a fold left half-done in memory is thrown away with everything else
            failures[failed.item.stream] = failed
            concerned = _before(concerned, failed.item)
        elif await _write(collection, [document for document in documents.values() if document.changed]):
            return list(failures.values())
    raise LostRace(view.name)


Concerned = list[tuple[Item, Sequence[str]]]


def _concerned(view: View, items: Iterable[Item]) -> tuple[Concerned, dict[str, FoldFailure]]:
    concerned: Concerned = []
    failures: dict[str, FoldFailure] = {}
    for item in items:
        if item.stream in failures:
            continue
        try:
            keys = view.concerns(item.recorded)
        except Exception as error:  # noqa: BLE001 whatever it is, it fails this stream alone
            failures[item.stream] = FoldFailure(item, error)
        else:
            concerned += [(item, keys)] if keys else []
    return concerned, failures


def _fold_in_memory(view: View, documents: Mapping[str, Document], concerned: Concerned) -> FoldFailure | None:
    for item, keys in concerned:
        for key in keys:
            try:
                documents[key].fold(view, item.recorded)
            except Exception as error:  # noqa: BLE001 whatever it is, it fails this stream alone
                return FoldFailure(item, error)
    return None


def _before(concerned: Concerned, failed: Item) -> Concerned:
    """Without the failed event and what its stream says later."""
    start = next(index for index, (item, _) in enumerate(concerned) if item is failed)
    return concerned[:start] + [(item, keys) for item, keys in concerned[start:] if item.stream != failed.stream]


async def _load(collection: mongo.Collection, keys: set[str]) -> dict[str, Document]:
    if not keys:
        return {}
    found = await collection.find({"_id": {"$in": sorted(keys)}}).to_list(None)
    return {key: Document(key) for key in keys} | {stored["_id"]: from_stored(stored) for stored in found}


async def _write(collection: mongo.Collection, changed: Sequence[Document]) -> bool:
    """One bulk write; false when a document was no longer as it was read: load and fold again."""
    if not changed:
        return True
    writes = [
        mongo.ReplaceOne({"_id": document.key, "_rev": document.revision}, document.to_stored())
        if document.revision
        else mongo.InsertOne(document.to_stored())
        for document in changed
    ]
    try:
        result = await collection.bulk_write(writes, ordered=False)
    except mongo.BulkWriteError as error:
        if any(fault["code"] != _DUPLICATE_KEY for fault in (error.details or {}).get("writeErrors", ())):
            raise
        return False
    return bool(result.matched_count + result.inserted_count == len(changed))


def _keep_first(failures: dict[str, Failure], failure: Failure, order: Sequence[Delivery]) -> None:
    """Of two failures of one stream (of two views, say) the earlier one counts: from there on it is repeated."""
    known = failures.get(failure.at.stream)
    first = next(d for d in order if d is failure.at or (known is not None and d is known.at))
    if known is None or first is failure.at:
        failures[failure.at.stream] = failure


def _all_failed(deliveries: Iterable[Delivery], error: Exception) -> dict[str, Failure]:
    failures: dict[str, Failure] = {}
    for delivered in deliveries:
        failures.setdefault(delivered.stream, Failure(delivered, error))
    return failures
