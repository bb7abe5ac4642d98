"""The feed serves exact bytes in order, and its reader believes only what the hashes prove."""

import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import orjson
import pytest
from fastapi import FastAPI, Header

from deploy.local.stack import LocalStack
from shared.event_store.commits import from_document
from shared.event_store.feed import Feed, feed_router
from shared.event_store.feed_client import FeedClient, FeedCorrupt, FeedUnavailable, VerifiedBlock
from shared.event_store.store import EventStore
from shared.identity.keys import KeyRing
from shared.messaging.blocks import Tip
from shared.web.app import Edge, create_app
from shared.web.authentication import Access
from shared.web.problem import Problem
from tests.shared.event_store.counting import SHARDS
from tests.shared.event_store.published import three_blocks
from tests.shared.messaging.relays import blocks_of

TOKEN = "secret"


def authorised(authorization: Annotated[str | None, Header()] = None) -> None:
    if authorization != f"Bearer {TOKEN}":
        raise Problem(401, "not-signed-in")


@pytest.fixture
async def filled(store: EventStore, stack: LocalStack) -> EventStore:
    await three_blocks(store, stack.kafka, streams=10)
    return store


@pytest.fixture
def app(filled: EventStore) -> FastAPI:
    return create_app("registration", [feed_router(Feed(filled), authorised)], Edge(NOBODY))


NOBODY = Access(KeyRing({}), "http://127.0.0.1", "registration", lambda: datetime.now(UTC))


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


def reader(http: httpx.AsyncClient, token: str = TOKEN) -> FeedClient:
    return FeedClient(http, "registration", lambda: token)


async def everything(client: FeedClient, shard: int, **options: Any) -> list[VerifiedBlock]:
    return [block async for block in client.blocks(shard, **options)]


@pytest.mark.parametrize("count", [1, 2, 10])
async def test_the_reader_gets_every_block_and_commit_as_it_is_stored(
    filled: EventStore, http: httpx.AsyncClient, count: int
) -> None:
    for shard in range(SHARDS):
        read = await everything(reader(http), shard, count=count)
        stored = await blocks_of(filled, shard)
        assert [(each.block.id, each.block.hash, each.block.commits) for each in read] == [
            (block.id, block.hash, block.commits) for block in stored
        ]
        for commit in (commit for each in read for commit in each.commits):
            document = await filled.commits.find_one({"_id": commit.key})
            assert document is not None
            assert commit == from_document(document)


async def test_the_reader_goes_on_where_it_was(http: httpx.AsyncClient) -> None:
    read = await everything(reader(http), 0)
    assert [each.block.n for each in await everything(reader(http), 0, after=read[0].tip)] == [2, 3]
    assert await everything(reader(http), 0, after=read[-1].tip) == []


async def test_the_reader_finds_the_block_of_a_position_without_reading_all(http: httpx.AsyncClient) -> None:
    read = await everything(reader(http), 0)
    for verified in read:
        last = verified.block.first + verified.block.count - 1
        for position in (verified.block.first, last):
            tip = await reader(http).before(0, position)
            assert (await everything(reader(http), 0, after=tip))[0] == verified
    assert (await reader(http).before(0, 10**6)).n == 2
    assert await reader(http).before(0, 1, epoch="0" * 32) == Tip()


async def test_a_stranger_reads_nothing(http: httpx.AsyncClient) -> None:
    with pytest.raises(FeedUnavailable, match="401"):
        await everything(reader(http, "guessed"), 0)


@pytest.mark.parametrize(
    ("path", "status"),
    [("2", 404), ("-1", 422), ("x", 422), ("0?after=-1", 422), ("0?count=0", 422), ("0?count=101", 422)],
)
async def test_bad_input_is_a_problem(http: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await http.get(f"/registration/feed/{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_epoch_that_never_was_is_empty(http: httpx.AsyncClient) -> None:
    assert await everything(reader(http), 0, epoch="0" * 32) == []


def flip_event(page: Any) -> None:
    raw = bytearray(base64.b64decode(page["blocks"][0]["commits"][0]["events"][0]))
    raw[10] ^= 1
    page["blocks"][0]["commits"][0]["events"][0] = base64.b64encode(raw).decode()


def swap_commits(page: Any) -> None:
    page["blocks"][0]["commits"].reverse()


def leave_out_a_block(page: Any) -> None:
    del page["blocks"][0]


def leave_out_a_commit(page: Any) -> None:
    del page["blocks"][1]["commits"][0]


def move_a_position(page: Any) -> None:
    page["blocks"][0]["first"] += 1


def serve_no_base64(page: Any) -> None:
    page["blocks"][0]["commits"][0]["head"] = "é"


def serve_another_shard(page: Any) -> None:
    page["shard"] = 1


LIES = [
    flip_event,
    swap_commits,
    leave_out_a_block,
    leave_out_a_commit,
    move_a_position,
    serve_no_base64,
    serve_another_shard,
]


@pytest.mark.parametrize("lie", LIES, ids=[lie.__name__ for lie in LIES])
async def test_an_owner_that_lies_is_not_believed(http: httpx.AsyncClient, lie: Callable[[Any], None]) -> None:
    answer = await http.get("/registration/feed/0", headers={"Authorization": f"Bearer {TOKEN}"})
    page = orjson.loads(answer.content)
    lie(page)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=orjson.dumps(page)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as lying:
        with pytest.raises(FeedCorrupt):
            await everything(reader(lying), 0)
