"""Whether this database server answers the product's own queries rightly: asked at every start, on a few documents.

Servers that speak MongoDB's protocol differ in corners (one returned nothing for an equality on a partial index). What
the product relies on is written down here once; a server that answers one of these wrongly is refused by name.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from shared.event_store.store import COMMIT_INDEXES
from shared.messaging.blocks import BLOCK_INDEXES
from shared.mongo import (
    BulkWriteError,
    Database,
    Document,
    DuplicateKeyError,
    InsertOne,
    ReplaceOne,
    database,
    durable,
)

_SHARDS = 2
_VERSIONS = 3
_STREAMS = ("a-1", "a-10", "b-1", "b-2")
_BYTES = bytes(range(256))


class UnfitDatabase(Exception):
    """The server answers a query of the product wrongly; its text is one sentence for the operator."""


class _Wrong(Exception):
    """An answer, and the one that was right."""


Check = Callable[[Database], Awaitable[None]]


async def check_conformance(source: Database) -> None:
    """Makes every query of the product in a scratch database beside `source`, and drops it.

    Raises:
        UnfitDatabase: an answer is wrong.
        PyMongoError: the server does not answer.
    """
    scratch = database(source.client, f"{source.name}_conformance_{uuid4().hex[:8]}")
    try:
        await check_queries(scratch)
    finally:
        await source.client.drop_database(scratch.name)


async def check_queries(scratch: Database) -> None:
    """The same in a database of the caller's, which is empty."""
    await _prepare(scratch)
    for name, check in CHECKS.items():
        try:
            await check(scratch)
        except _Wrong as wrong:
            server = await _server(scratch)
            raise UnfitDatabase(
                f"The database server ({server}) is refused: it answers the query '{name}' wrongly ({wrong}). "
                "Use MongoDB 7 or later as a replica set (ETWINNING_MONGO_URL), or the local server that comes along."
            ) from None


async def _server(scratch: Database) -> str:
    information = await scratch.client.server_info()
    nodes: Any = scratch.client.nodes  # a property, which motor's annotations call a function
    places = ", ".join(f"{host}:{port}" for host, port in sorted(nodes))
    return f"version {information.get('version', 'unknown')} at {places or 'an unknown address'}"


async def _prepare(scratch: Database) -> None:
    commits, blocks = durable(scratch, "commits"), durable(scratch, "blocks")
    await commits.create_indexes(list(COMMIT_INDEXES))
    await blocks.create_indexes(list(BLOCK_INDEXES))
    await commits.insert_many(
        [_commit(stream, version) for stream in _STREAMS for version in range(1, _VERSIONS + 1)], ordered=False
    )
    await blocks.insert_many([_block(epoch, shard, n) for epoch in ("e", "f") for shard in (0, 1) for n in (1, 2, 3)])


def _commit(stream: str, version: int) -> Document:
    shard = _STREAMS.index(stream) % _SHARDS
    document = {"_id": f"{stream}@{version}", "stream": stream, "version": version, "shard": shard, "head": _BYTES}
    return document | ({} if version == 1 else {"unsealed": True})


def _block(epoch: str, shard: int, n: int) -> Document:
    place = {"origin": "o", "epoch": epoch, "shard": shard, "n": n}
    return {"_id": f"o/{epoch}/{shard}/{n}", **place, "commits": [], "published": False}


def _expect(got: object, wanted: object) -> None:
    if got != wanted:
        raise _Wrong(f"{got!r:.120} instead of {wanted!r:.120}")


async def _ids(cursor: Any) -> set[str]:
    return {str(document["_id"]) for document in await cursor.to_list(None)}


async def _stream(scratch: Database) -> None:
    for stream in _STREAMS:
        found = await durable(scratch, "commits").find({"stream": stream}).to_list(None)
        _expect({each["_id"] for each in found}, {f"{stream}@{n}" for n in range(1, _VERSIONS + 1)})
        _expect({bytes(each["head"]) for each in found}, {_BYTES})


async def _unsealed(scratch: Database) -> None:
    async with await scratch.client.start_session(causal_consistency=True) as session:
        for shard in range(_SHARDS):
            cursor = durable(scratch, "commits").find({"shard": shard, "unsealed": True}, session=session, batch_size=2)
            wanted = {f"{stream}@{n}" for stream in _STREAMS[shard::_SHARDS] for n in range(2, _VERSIONS + 1)}
            _expect(await _ids(cursor), wanted)


async def _by_ids(scratch: Database) -> None:
    keys = ["a-1@1", "b-2@3", "c-1@1"]
    found = await _ids(durable(scratch, "commits").find({"_id": {"$in": keys}}, {"unsealed": 1}))
    _expect(found, set(keys[:2]))


async def _unflag(scratch: Database) -> None:
    commits = durable(scratch, "commits")
    changed = await commits.update_many({"_id": {"$in": ["a-1@2", "a-1@3"]}}, {"$unset": {"unsealed": ""}})
    _expect(changed.modified_count, 2)
    _expect(await _ids(commits.find({"shard": 0, "unsealed": True})), {"b-1@2", "b-1@3"})
    _expect(await _ids(commits.find({"stream": "a-1"})), {"a-1@1", "a-1@2", "a-1@3"})


async def _last_blocks(scratch: Database) -> None:
    blocks = durable(scratch, "blocks")
    place = {"origin": "o", "epoch": "e", "shard": 1}
    _expect(await _ids(blocks.find(place | {"n": {"$gte": 2}}, {"commits": 0})), {"o/e/1/2", "o/e/1/3"})
    _expect(await _ids(blocks.find(place | {"n": {"$gte": 4}}, {"commits": 0})), set())
    _expect(await _ids(blocks.find(place | {"n": {"$gt": 1, "$lte": 2}})), {"o/e/1/2"})


async def _duplicates(scratch: Database) -> None:
    again: list[Document] = [_commit("a-1", 1), _commit("a-1", 1) | {"_id": "another"}]
    for document in again:
        try:
            await durable(scratch, "commits").insert_one(document)
        except DuplicateKeyError:
            continue
        raise _Wrong("a second document with a unique key was taken")


async def _mark(scratch: Database) -> None:
    blocks = durable(scratch, "blocks")
    query = {"_id": "o/e/0/1", "published": False}
    for offset, marked in ((1, 1), (2, 0)):
        change = {"$set": {"published": True, "offsets": {"first": offset}}}
        _expect((await blocks.update_one(query, change)).matched_count, marked)


async def _revisions(scratch: Database) -> None:
    view = durable(scratch, "view")
    await view.insert_one({"_id": "1", "_rev": 1})
    stale = ReplaceOne({"_id": "1", "_rev": 7}, {"_rev": 8})
    fresh = ReplaceOne({"_id": "1", "_rev": 1}, {"_rev": 2, "text": "\u00e9"})
    _expect((await view.bulk_write([stale, fresh, InsertOne({"_id": "2", "_rev": 1})], ordered=False)).matched_count, 1)
    try:
        await view.bulk_write([InsertOne({"_id": "2"}), InsertOne({"_id": "3", "_rev": 1})], ordered=False)
    except BulkWriteError as error:
        _expect([fault["code"] for fault in (error.details or {})["writeErrors"]], [11000])
    else:
        raise _Wrong("a second document with the same _id was taken")
    found = {each["_id"]: each["_rev"] for each in await view.find({"_id": {"$in": ["1", "2", "3"]}}).to_list(None)}
    _expect(found, {"1": 2, "2": 1, "3": 1})


async def _claims(scratch: Database) -> None:
    claims = durable(scratch, "claims")
    await claims.insert_one({"_id": "claim", "stream": "a-1", "version": 1})
    names = {"_id": "claim", "stream": "a-1", "version": 1}
    _expect((await claims.update_one(names, {"$set": {"version": 2}})).matched_count, 1)
    _expect((await claims.update_one(names, {"$set": {"version": 3}})).matched_count, 0)
    _expect((await claims.delete_one(names)).deleted_count, 0)
    _expect((await claims.delete_many({"stream": "a-1"})).deleted_count, 1)


async def _marks(scratch: Database) -> None:
    marks = durable(scratch, "erased")
    for at in (1, 2):
        await marks.update_one({"_id": "person"}, {"$setOnInsert": {"at": at}}, upsert=True)
    _expect(await marks.find_one({"_id": "person"}), {"_id": "person", "at": 1})


async def _server_clock(scratch: Database) -> None:
    heartbeats = durable(scratch, "heartbeats")
    change = [{"$set": {"role": "relay", "at": "$$NOW"}}]
    before: datetime | None = None
    for _ in range(2):
        found = await heartbeats.find_one_and_update({"_id": "p"}, change, upsert=True, return_document=True)
        at = found["at"] if found else None
        if not isinstance(at, datetime) or (before is not None and at < before):
            raise _Wrong(f"{at!r} as its own time")
        before = at
    _expect(await _ids(heartbeats.find({"role": "relay"})), {"p"})


CHECKS: dict[str, Check] = {
    "a stream by its index": _stream,
    "unsealed commits of a shard by the partial index": _unsealed,
    "documents by a list of _id": _by_ids,
    "blocks from a number on": _last_blocks,
    "an insert that breaks a unique index": _duplicates,
    "taking a flag from a list of _id": _unflag,
    "marking a block once": _mark,
    "replacing a document at a revision": _revisions,
    "pointing a claim that still names a version": _claims,
    "setting a mark once": _marks,
    "a heartbeat by the server's clock": _server_clock,
}
