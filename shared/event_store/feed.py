"""The feed: whole commits and blocks of one shard, in order, over HTTP (design §6).

For auditors, for repair after the broker lost data, and for installations whose Kafka keeps things for a while only.
Kafka carries events; the feed carries the decisions behind them. Bytes are exact, in base64.
"""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.event_store.commits import Commit, from_document
from shared.event_store.store import EventStore
from shared.messaging.blocks import BLOCKS, Block, block_from_document
from shared.mongo import durable
from shared.web.problem import not_found
from shared.web.routes import edge_router

MOST_BLOCKS = 100
# A page ends with the block that passes this, so that neither side ever holds much more than one large block.
PAGE_BYTES = 4 * 1024 * 1024
_BATCH = 100
_LARGEST = 2**53 - 1
_Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FeedCommit(BaseModel):
    """One decision: `head`, `events`, `prev_hash` and `hash` are the stored bytes in base64."""

    model_config = ConfigDict(frozen=True)
    stream: str
    version: int
    head: str
    events: list[str]
    prev_hash: str
    hash: str

    def commit(self, shard: int) -> Commit:
        """The commit; raises ValueError for what is not base64."""
        return Commit(
            self.stream,
            self.version,
            shard,
            _bytes(self.head),
            tuple(map(_bytes, self.events)),
            _bytes(self.prev_hash),
            _bytes(self.hash),
        )


class FeedBlock(BaseModel):
    """One block with its commits in order; `first` is the position of its first event."""

    model_config = ConfigDict(frozen=True)
    n: int
    first: int
    prev_hash: _Hex
    hash: _Hex
    commits: list[FeedCommit]


class FeedPage(BaseModel):
    """Blocks after the one asked for; none: the reader has caught up. Ask on with the last `n`."""

    model_config = ConfigDict(frozen=True)
    service: str
    origin: str
    epoch: str
    shards: int
    shard: int
    blocks: list[FeedBlock]


class SealedCommitMissing(Exception):
    """The store lost a commit that a block names; `etwinning verify` says more."""


class Feed:
    """Reads what the feed serves."""

    def __init__(self, store: EventStore) -> None:
        self.installation = store.installation
        self._commits = store.commits
        self._blocks = durable(store.database, BLOCKS)

    async def page(self, shard: int, after: int, count: int, epoch: str | None = None) -> dict[str, Any]:
        """What FeedPage describes; `epoch` is another incarnation of the database (none: the current one)."""
        installation = self.installation
        place = {"origin": installation.origin, "epoch": epoch or installation.epoch, "shard": shard}
        query = place | {"n": {"$gt": after, "$lte": after + count}}
        cursor = self._blocks.find(query, {"commits": 0})
        numbers = sorted(document["n"] for document in await cursor.to_list(count))
        blocks, size = [], 0
        for n in numbers:
            block = block_from_document((await self._blocks.find(place | {"n": n}).to_list(1))[0])
            commits = await self._commits_of(block)
            blocks.append(_block(block, commits))
            size += sum(len(raw) for commit in commits for raw in (commit.head, *commit.events))
            if size >= PAGE_BYTES:
                break
        return {"service": installation.service, "shards": installation.shards, **place, "blocks": blocks}

    async def _commits_of(self, block: Block) -> list[Commit]:
        found: dict[str, Commit] = {}
        keys = [sealed.key for sealed in block.commits]
        for start in range(0, len(keys), _BATCH):
            cursor = self._commits.find({"_id": {"$in": keys[start : start + _BATCH]}})
            found |= {document["_id"]: from_document(document) for document in await cursor.to_list(None)}
        try:
            return [found[key] for key in keys]
        except KeyError:
            raise SealedCommitMissing(block.id) from None


def feed_router(feed: Feed, authorised: Callable[..., Any]) -> APIRouter:
    """`GET /<service>/feed/{shard}`; `authorised` is a dependency that lets services and auditors pass."""
    service, shards = feed.installation.service, feed.installation.shards
    router = edge_router(f"/{service}", tags=["feed"])

    @router.get("/feed/{shard}", response_model=FeedPage, dependencies=[Depends(authorised)])
    async def read_feed(
        shard: Annotated[int, Path(ge=0, le=_LARGEST)],
        after: Annotated[int, Query(ge=0, le=_LARGEST - MOST_BLOCKS)] = 0,
        count: Annotated[int, Query(ge=1, le=MOST_BLOCKS)] = 10,
        epoch: Annotated[str | None, Query(pattern="^[0-9a-f]{1,64}$")] = None,
    ) -> Response:
        """Whole commits and blocks of one shard, in order, from the block after `after` on."""
        if shard >= shards:
            raise not_found()
        page = await feed.page(shard, after, count, epoch)
        return Response(orjson.dumps(page), media_type="application/json")

    return router


def _block(block: Block, commits: Sequence[Commit]) -> dict[str, Any]:
    return {
        "n": block.n,
        "first": block.first,
        "prev_hash": block.prev_hash,
        "hash": block.hash,
        "commits": [_commit(commit) for commit in commits],
    }


def _commit(commit: Commit) -> dict[str, Any]:
    return {
        "stream": commit.stream,
        "version": commit.version,
        "head": _text(commit.head),
        "events": [_text(raw) for raw in commit.events],
        "prev_hash": _text(commit.prev_hash),
        "hash": _text(commit.hash),
    }


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
