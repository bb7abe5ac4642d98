"""One live holder per address, whoever crashes where. The protocol itself is model-checked in tests/model/claims.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.contracts.registration import IntentAbandoned
from shared.event_store.claims import PATIENCE, AddressTaken, ClaimIntent, Claims
from shared.event_store.handling import Handler, Outcome
from shared.event_store.history import History
from shared.event_store.store import EventStore
from shared.observability.metrics import Metrics
from tests.databases import own_database, own_store, server_url
from tests.shared.accounts import ACCOUNT, Clock, CloseAccount, OpenAccount, context

ADDRESS = "Ana.Gil@School.example"
KEY = b"k" * 32


class World:
    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.clock = Clock()
        self.handler = Handler(store, Metrics())
        self.claims = Claims(store, KEY, clock=self.clock)

    async def open(self, account: str, *, handler: Handler | None = None) -> Outcome[bool]:
        intent = self.claims.intent(ADDRESS)
        command = OpenAccount(at=self.clock(), account=account, claim=intent.id)
        used = handler or self.handler
        return await used.handle(ACCOUNT, account, command, context(f"open-{account}"), [intent])

    async def crash_after_claim(self, account: str, version: int = 1) -> None:
        """A writer that claims and is never heard of again."""
        await self.claims.intent(ADDRESS).aim(f"account-{account}", version)

    async def history(self, account: str) -> History:
        return await self.handler.load(f"account-{account}")


@pytest.fixture
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with own_database(server_url(request)) as database:
        yield World(await own_store(database))


async def test_the_first_one_holds_the_address(world: World) -> None:
    assert await world.claims.holder(ADDRESS) is None
    await world.open("a")
    assert await world.claims.holder("ana.gil@SCHOOL.example") == "account-a"


async def test_nobody_takes_an_address_that_a_commit_holds(world: World) -> None:
    await world.open("a")
    world.clock.pass_by(timedelta(days=400))
    with pytest.raises(AddressTaken) as taken:
        await world.open("b")
    assert taken.value.stream == "account-a"
    assert (await world.history("b")).version == 0


async def test_of_many_who_race_exactly_one_opens_an_account(world: World) -> None:
    # A handler each: queues within one process must not be what keeps them apart.
    racers = [world.open(name, handler=Handler(world.store, Metrics())) for name in "abcdefgh"]
    results = await asyncio.gather(*racers, return_exceptions=True)
    opened = [result for result in results if isinstance(result, Outcome)]
    assert len(opened) == 1
    assert {type(result) for result in results} == {Outcome, AddressTaken}
    assert await world.claims.holder(ADDRESS) == opened[0].stream


async def test_a_claim_whose_writer_may_live_is_left_alone(world: World) -> None:
    await world.crash_after_claim("a")
    with pytest.raises(AddressTaken) as taken:
        await world.open("b")
    assert taken.value.stream == "account-a"
    assert (await world.history("a")).version == 0


async def test_a_crash_after_the_claim_leaves_the_address_to_the_next_one(world: World) -> None:
    await world.crash_after_claim("a")
    world.clock.pass_by(PATIENCE)
    await world.open("b")
    assert await world.claims.holder(ADDRESS) == "account-b"
    assert [type(event) for event in (await world.history("a")).events()] == [IntentAbandoned]


async def test_the_crashed_writer_that_was_only_slow_cannot_commit_any_more(world: World) -> None:
    slow: ClaimIntent = world.claims.intent(ADDRESS)
    overtaken = asyncio.Event()

    class Slow:
        async def aim(self, stream: str, version: int) -> None:
            await slow.aim(stream, version)
            if version == 1:
                world.clock.pass_by(PATIENCE)
                await world.open("b")
                overtaken.set()

    command = OpenAccount(at=world.clock(), account="a", claim=slow.id)
    with pytest.raises(AddressTaken):
        await world.handler.handle(ACCOUNT, "a", command, context("open-a"), [Slow()])
    assert overtaken.is_set()
    assert await world.claims.holder(ADDRESS) == "account-b"
    assert [type(event) for event in (await world.history("a")).events()] == [IntentAbandoned]


async def test_a_repeat_after_a_crash_finds_its_own_claim(world: World) -> None:
    await world.crash_after_claim("a")
    assert (await world.open("a")).version == 1


async def test_a_claim_follows_its_stream_to_the_next_version(world: World) -> None:
    await world.crash_after_claim("a")
    closing = CloseAccount(at=world.clock(), account="a")
    await world.handler.handle(ACCOUNT, "a", closing, context("close"))
    assert (await world.open("a")).version == 2
    with pytest.raises(AddressTaken):
        await world.open("b")


async def test_a_commit_that_does_not_name_the_claim_does_not_hold_it(world: World) -> None:
    await world.crash_after_claim("a")
    other = OpenAccount(at=world.clock(), account="a", claim="1:other")
    await world.handler.handle(ACCOUNT, "a", other, context("other"))
    await world.open("b")
    assert await world.claims.holder(ADDRESS) == "account-b"
    assert (await world.history("a")).version == 1


async def test_an_address_that_its_stream_let_go_is_free(world: World) -> None:
    await world.open("a")
    await world.handler.handle(ACCOUNT, "a", CloseAccount(at=world.clock(), account="a"), context("close"))
    await world.open("b")
    assert await world.claims.holder(ADDRESS) == "account-b"


async def test_release_deletes_the_claims_of_one_stream(world: World) -> None:
    await world.open("a")
    await world.claims.release("account-other")
    assert await world.claims.holder(ADDRESS) == "account-a"
    await world.claims.release("account-a")
    assert await world.claims.holder(ADDRESS) is None


async def test_the_claim_shows_nothing_of_the_address(world: World) -> None:
    await world.open("a")
    stored = await world.store.database["claims"].find_one({})
    assert "gil" not in repr(stored).lower()


async def test_another_key_makes_another_identifier(world: World) -> None:
    assert world.claims.identifier(ADDRESS) != Claims(world.store, b"x" * 32).identifier(ADDRESS)
    assert Claims(world.store, KEY, 2).identifier(ADDRESS).startswith("2:")
