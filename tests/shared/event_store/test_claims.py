"""One live holder per address, whoever crashes where. The protocol itself is model-checked in tests/model/claims.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.registration.commands import AgreeToEmailChange, RequestEmailChange, WithdrawEmailChange
from shared.contracts.base import Command, Event, RecordRef
from shared.contracts.registration import (
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    IntentAbandoned,
    PersonalDataErased,
)
from shared.event_store.claims import PATIENCE, AddressTaken, ClaimIntent, Claims, let_go
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler, Outcome
from shared.event_store.history import History
from shared.event_store.store import Appended, EventStore
from shared.observability.metrics import Metrics
from tests.databases import own_database, own_store, server_url
from tests.shared.accounts import ACCOUNT, NOW, Clock, CloseAccount, OpenAccount, context

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


# --- let go one by one: an account's address, and the one that it is to change to

STREAM = "teacher-t"
MINE, NEXT = "ana@school.example", "ana@next.example"
RECORD = RecordRef(id="r-1", commitment="0" * 64)
LATER = NOW + timedelta(days=1)


class Changing(World):
    """A teacher's real stream: the address of the account, and changes of it."""

    async def committed(self, version: int, command: Command, *events: Event, address: str) -> Commit:
        """Claims, and commits what the command decided."""
        claim = self.claims.intent(address, str(getattr(command, "attempt", "")) or None)
        await claim.aim(STREAM, version)
        history = await self.handler.load(STREAM)
        assert history.version == version - 1
        commit = self.handler.build(history, events, command, context(f"c-{version}"))
        assert await self.store.append(commit) is Appended.STORED
        return commit

    async def asked(self, version: int, attempt: str, address: str = NEXT) -> Commit:
        command = RequestEmailChange(
            at=NOW, claim=self.claims.identifier(address), email=RECORD, attempt=attempt, link_expires=LATER,
            replaces="r-0",
        )  # fmt: skip
        event = EmailChangeRequested(person="t", locale="es", email=RECORD, attempt=attempt, link_expires=LATER)
        return await self.committed(version, command, event, address=address)

    async def agreed(self, version: int, attempt: str, address: str = NEXT) -> Commit:
        claim = self.claims.identifier(address)
        command = AgreeToEmailChange(at=NOW, claim=claim, attempt=attempt, end="new")
        event = EmailChanged(person="t", attempt=attempt, email=RECORD)
        return await self.committed(version, command, event, address=address)

    async def withdrawn(self, version: int, attempt: str) -> None:
        """Needs no claim."""
        history = await self.handler.load(STREAM)
        command = WithdrawEmailChange(at=NOW, attempt=attempt, reason="cancelled")
        event = EmailChangeWithdrawn(person="t", attempt=attempt, reason="cancelled")
        commit = self.handler.build(history, (event,), command, context(f"c-{version}"))
        assert await self.store.append(commit) is Appended.STORED

    async def holders(self) -> tuple[str | None, str | None]:
        await self.claims.release_let_go(STREAM)
        return await self.claims.holder(MINE), await self.claims.holder(NEXT)


@pytest.fixture
async def changing(request: pytest.FixtureRequest) -> AsyncIterator[Changing]:
    """With `MINE` as the account's address: the first commit of the stream."""
    async with own_database(server_url(request)) as database:
        world = Changing(await own_store(database))
        await world.asked(1, "a-1", MINE)
        await world.agreed(2, "a-1", MINE)
        yield world


async def test_a_change_under_way_holds_both_addresses(changing: Changing) -> None:
    await changing.asked(3, "a-2")
    assert await changing.holders() == (STREAM, STREAM)
    assert await changing.claims.count(STREAM) == 2


async def test_a_change_that_was_agreed_to_lets_the_old_address_go_and_holds_the_new_one(changing: Changing) -> None:
    await changing.asked(3, "a-2")
    await changing.agreed(4, "a-2")
    assert await changing.holders() == (None, STREAM)


async def test_a_withdrawn_change_lets_the_new_address_go_and_holds_the_old_one(changing: Changing) -> None:
    await changing.asked(3, "a-2")
    await changing.withdrawn(4, "a-2")
    assert await changing.holders() == (STREAM, None)


async def test_a_later_attempt_on_the_same_address_holds_it_through_the_end_of_the_earlier(changing: Changing) -> None:
    await changing.asked(3, "a-2")
    await changing.asked(4, "a-3")
    await changing.withdrawn(5, "a-2")
    assert await changing.holders() == (STREAM, STREAM)
    await changing.withdrawn(6, "a-3")
    assert await changing.holders() == (STREAM, None)


async def test_a_claim_whose_commit_is_not_there_yet_is_not_released(changing: Changing) -> None:
    """Its writer may live: only whoever wants the address may find out."""
    await changing.claims.intent(NEXT, "a-2").aim(STREAM, 3)
    assert await changing.holders() == (STREAM, STREAM)


async def test_an_address_that_was_let_go_is_anothers_before_it_is_released(changing: Changing) -> None:
    await changing.asked(3, "a-2")
    await changing.withdrawn(4, "a-2")
    await changing.claims.point(changing.claims.identifier(NEXT), "account-b", 1)
    assert await changing.holders() == (STREAM, "account-b")
    with pytest.raises(AddressTaken):
        await changing.claims.point(changing.claims.identifier(MINE), "account-b", 1)


async def test_what_is_let_go_is_decided_by_the_facts_after_the_claim_alone(changing: Changing) -> None:
    named = await changing.asked(3, "a-2")
    own = EmailChanged(person="t", attempt="a-2", email=RECORD)
    for since, free in (
        ((), False),
        ((own,), False),
        ((own.model_copy(update={"attempt": "a-3"}),), True),
        ((EmailChangeWithdrawn(person="t", attempt="a-3", reason="expired"),), False),
        ((EmailChangeWithdrawn(person="t", attempt="a-2", reason="expired"),), True),
        ((own, PersonalDataErased(person="t", reason="requested")), True),
    ):
        assert let_go(named, since) is free, since
