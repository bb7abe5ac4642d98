"""Each query of the product in a small and in a ten times larger collection, in turn: no cost grows with it."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from services.recognition.views import APPLICATIONS
from shared.event_store.claims import CLAIMS
from shared.messaging.parked import PARKED
from shared.mongo import Collection, Database, Document, DuplicateKeyError, ReplaceOne, durable
from shared.private_records.records import RECORDS
from shared.views.live import create_indexes
from tests.benchmarks.figures import Figure, Pairs, milliseconds
from tests.benchmarks.installation import SHARDS, first_commit, store

FEW, MANY = 5_000, 50_000
LOOKS = 60
WARM_UP = 5
BATCH = 1_000
# Ten times the documents may cost a level of a tree and some cache; whatever reads them all costs ten times as much.
AIM = 1.5
WAITING = 5  # unsealed commits of a shard, documents of one list
LAST = 1_000_000
START = datetime(2026, 1, 1, tzinfo=UTC)

Make = Callable[[int], Document]
Query = Callable[[Collection, int], Awaitable[object]]


async def measure(mongo_url: str) -> list[Figure]:
    """Both databases exist side by side, so that what else the machine does slows both down."""
    async with AsyncExitStack() as stack:
        few = (await stack.enter_async_context(store(mongo_url))).database
        larger = await stack.enter_async_context(store(mongo_url))
        many = larger.database
        template = first_commit(larger).to_document()
        for source, size in ((few, FEW), (many, MANY)):
            await _fill(source, size, template)
        return [await _figure(few, many, name, query) for name, query in QUERIES.items()]


async def _figure(few: Database, many: Database, name: str, query: Query) -> Figure:
    collection, _, what = name.partition(": ")
    pairs = Pairs()
    for number in range(WARM_UP + LOOKS):
        small = await _timed(query, durable(few, collection), number * FEW // (WARM_UP + LOOKS))
        large = await _timed(query, durable(many, collection), number * MANY // (WARM_UP + LOOKS))
        if number >= WARM_UP:
            pairs.add(large, small)
    return pairs.figure(f"{what} ({collection}), {MANY:,} ÷ {FEW:,}", milliseconds, AIM, at_least=False)


async def _timed(query: Query, collection: Collection, number: int) -> float:
    started = time.perf_counter()
    await query(collection, number)
    return time.perf_counter() - started


async def _fill(source: Database, size: int, commit: Document) -> None:
    await create_indexes(APPLICATIONS, durable(source, "view"))
    made = MADE | {"commits": lambda number: _commit(commit, number)}
    for name, make in made.items():
        for start in range(0, size, BATCH):
            await durable(source, name).insert_many([make(start + one) for one in range(BATCH)], ordered=False)


def _commit(like: Document, number: int) -> Document:
    place = {"_id": f"s-{number}@1", "stream": f"s-{number}", "shard": number % SHARDS}
    document = {name: value for name, value in like.items() if name != "unsealed"} | place
    return document | ({"unsealed": True} if number < WAITING * SHARDS else {})


def _block(number: int) -> Document:
    """Counted down from LAST, so that the last known number matches one block in either size."""
    place = {"origin": "o", "epoch": "e", "shard": number % SHARDS, "n": LAST - number // SHARDS}
    return {"_id": _block_id(number), **place, "first": 1, "count": 1, "commits": []}


def _block_id(number: int) -> str:
    return f"o/e/{number % SHARDS}/{LAST - number // SHARDS}"


def _listed(number: int) -> Document:
    place = {"country": f"C{number // WAITING}", "status": "applied", "teacher": f"t-{number}"}
    return {"_id": str(number), **place, "_rev": 1, "_seen": [[f"s-{number}", 1, 0]]}


def _parked(number: int) -> Document:
    status, at = ("parked" if number < WAITING else "discarded"), START + timedelta(minutes=number)
    return {"_id": f"g|{number}", "group": "g", "stream": str(number), "status": status, "parked_at": at, "revision": 1}


def _claim(number: int) -> Document:
    return {"_id": str(number), "stream": f"s-{number}", "version": 1, "written": START}


def _record(number: int) -> Document:
    waiting = {"unsettled": True} if number < WAITING else {}
    place = {"subject": f"p-{number}", "kind": "contact", "stream": f"s-{number}", "version": 1}
    return {"_id": str(number), **place, "fields": {"name": "x" * 40}, "written": START} | waiting


def _mark(number: int) -> Document:
    return {"_id": f"p-{number}", "at": START}


MADE: dict[str, Make] = {
    "blocks": _block,
    "view": _listed,
    PARKED: _parked,
    CLAIMS: _claim,
    RECORDS: _record,
    "erased": _mark,
}


def _matching(query: Callable[[int], Document], projection: Document | None = None) -> Query:
    async def find(there: Collection, number: int) -> object:
        return await there.find(query(number), projection).to_list(None)

    return find


def _updating(query: Callable[[int], Document], change: Any, *, upsert: bool = False) -> Query:
    async def update(there: Collection, number: int) -> object:
        return await there.update_many(query(number), change, upsert=upsert)

    return update


async def _again(there: Collection, number: int) -> object:
    with suppress(DuplicateKeyError):
        return await there.insert_one({"_id": f"s-{number}@1", "stream": f"s-{number}", "version": 1})
    return None


async def _insert(there: Collection, number: int) -> object:
    return await there.insert_one({"_id": f"new-{number}@1", "stream": f"new-{number}", "version": 1, "shard": 0})


async def _replace(there: Collection, number: int) -> object:
    writes = [ReplaceOne({"_id": str(number), "_rev": 1}, _listed(number))]
    return await there.bulk_write(writes, ordered=False)


async def _list(there: Collection, number: int) -> object:
    wanted = {"country": f"C{number // WAITING}", "status": "applied"}
    return await there.find(wanted).sort("_id", 1).limit(100).to_list(None)


async def _delete(there: Collection, number: int) -> object:
    return await there.delete_many({"stream": f"s-{number}"})


def _keys(number: int) -> Document:
    return {"_id": {"$in": [f"s-{number}@1", f"s-{number + 1}@1", "s-none@1"]}}


QUERIES: dict[str, Query] = {
    "commits: a stream": _matching(lambda number: {"stream": f"s-{number}"}),
    "commits: one by its place": _matching(lambda number: {"_id": f"s-{number}@1"}),
    "commits: unsealed of a shard": _matching(lambda number: {"shard": number % SHARDS, "unsealed": True}),
    "commits: some by their keys": _matching(_keys, {"unsealed": 1}),
    "commits: a durable insert": _insert,
    "commits: an insert of what is there": _again,
    "commits: taking flags": _updating(_keys, {"$unset": {"unsealed": ""}}),
    "blocks: from the last known on": _matching(
        lambda _: {"origin": "o", "epoch": "e", "shard": 1, "n": {"$gte": LAST}}, {"commits": 0}
    ),
    "blocks: one by its number": _matching(lambda number: {"_id": _block_id(number)}, {"commits": 0}),
    "blocks: marking one": _updating(lambda number: {"_id": _block_id(number)}, {"$set": {"published": True}}),
    "view: documents by their keys": _matching(lambda n: {"_id": {"$in": [str(n), str(n + 1), "none"]}}),
    "view: a list by its index": _list,
    "view: a document at its revision": _replace,
    f"{PARKED}: what is parked": _matching(lambda _: {"group": "g", "status": "parked"}, {"parked_at": 1}),
    f"{PARKED}: changing one at its revision": _updating(
        lambda number: {"_id": f"g|{number}", "revision": 1}, {"$set": {"error": "seen"}}
    ),
    f"{CLAIMS}: the holder of an address": _matching(lambda number: {"_id": str(number)}),
    f"{CLAIMS}: pointing one": _updating(
        lambda number: {"_id": str(number), "stream": f"s-{number}", "version": 1}, {"$set": {"written": START}}
    ),
    f"{CLAIMS}: releasing a stream's": _delete,
    f"{RECORDS}: some by their ids": _matching(lambda n: {"_id": {"$in": [str(n), str(n + 1)]}}),
    f"{RECORDS}: forgetting a person": _updating(lambda number: {"subject": f"p-{number}"}, {"$unset": {"fields": ""}}),
    f"{RECORDS}: what is not settled": _matching(lambda _: {"unsettled": True, "written": {"$lt": START}}),
    "erased: a mark": _matching(lambda number: {"_id": f"p-{number}"}),
    "erased: setting a mark": _updating(
        lambda number: {"_id": f"q-{number}"}, {"$setOnInsert": {"at": START}}, upsert=True
    ),
}
"""`<collection>: <what>`; each takes the collection and a number below its size."""
