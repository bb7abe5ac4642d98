"""Private records: one per command, pointed at their commit, taken back when their subject is erased, swept."""

import asyncio
from datetime import timedelta

import pytest

from shared.contracts.base import derived_id
from shared.contracts.registration import IntentAbandoned
from shared.event_store.abandonment import Abandonment
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.event_store.violations import Busy, IdempotencyKeyReused
from shared.mongo import Database
from shared.observability.metrics import Metrics
from shared.private_records.marks import Marks
from shared.private_records.records import (
    PATIENCE,
    RECORD_INDEXES,
    RECORDS,
    Draft,
    Erased,
    Found,
    Missing,
    PrivateRecords,
    SubjectErased,
    commitment,
)
from tests.databases import own_store
from tests.shared.accounts import ACCOUNT, Clock, CloseAccount, OpenAccount, context

ANA = {"email": "ana.gil@school.example"}
SUBJECT = "teacher-1"
RECORD = derived_id("command-1", "email")


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()

    async def prepare(self) -> "World":
        await self.database[RECORDS].create_indexes(list(RECORD_INDEXES))
        self.store = await own_store(self.database)
        self.handler = Handler(self.store, Metrics())
        self.records = PrivateRecords(self.database, Abandonment(self.store, self.clock), clock=self.clock)
        return self

    async def draft(self, fields: dict[str, str] = ANA, subject: str = SUBJECT) -> Draft:
        return await self.records.draft(RECORD, subject, "email", fields)

    async def open(self, draft: Draft, account: str = "a") -> None:
        command = OpenAccount(at=self.clock(), account=account, record=draft.ref)
        await self.handler.handle(ACCOUNT, account, command, context("command-1"), [draft])

    async def found(self) -> object:
        return (await self.records.fetch([RECORD]))[RECORD]


@pytest.fixture
async def world(database: Database) -> World:
    return await World(database).prepare()


async def test_a_record_is_found_under_the_id_and_commitment_of_the_fact(world: World) -> None:
    draft = await world.draft()
    await world.open(draft)
    found = await world.found()
    assert isinstance(found, Found)
    assert found.fields == ANA
    assert found.commitment == draft.ref.commitment == commitment(found.salt, ANA)


async def test_the_commitment_says_nothing_without_the_salt(world: World) -> None:
    first = await world.records.draft("r-1", SUBJECT, "email", ANA)
    second = await world.records.draft("r-2", SUBJECT, "email", ANA)
    assert first.ref.commitment != second.ref.commitment


async def test_a_repeated_request_names_the_same_record(world: World) -> None:
    first, second = await asyncio.gather(world.draft(), world.draft())
    assert first.ref == second.ref
    await world.open(first)
    await world.open(second)
    assert (await world.handler.load("account-a")).version == 1


async def test_the_same_command_with_other_fields_is_refused(world: World) -> None:
    await world.draft()
    with pytest.raises(IdempotencyKeyReused):
        await world.draft({"email": "other@school.example"})


async def test_one_record_belongs_to_one_stream(world: World) -> None:
    draft = await world.draft()
    await world.open(draft)
    with pytest.raises(IdempotencyKeyReused):
        await world.open(await world.draft(), account="b")


async def test_what_is_not_there_is_missing(world: World) -> None:
    assert await world.records.fetch(["nothing"]) == {"nothing": Missing()}


async def test_erasing_forgets_every_record_of_the_subject_and_no_other(world: World) -> None:
    await world.open(await world.draft())
    kept = await world.records.draft("r-2", "teacher-2", "email", ANA)
    await world.records.erase(SUBJECT)
    assert await world.records.fetch([RECORD, "r-2"]) == {
        RECORD: Erased(),
        "r-2": Found("teacher-2", "email", ANA, kept.document["salt"]),
    }
    stored = await world.database[RECORDS].find_one({"_id": RECORD})
    assert stored is not None
    assert not {"fields", "salt"} & set(stored)


async def test_nothing_is_taken_in_about_an_erased_subject(world: World) -> None:
    await world.records.erase(SUBJECT)
    with pytest.raises(SubjectErased):
        await world.draft()
    assert await world.found() == Erased()


async def test_a_record_written_while_its_subject_is_erased_is_taken_back(world: World) -> None:
    draft = await world.draft()
    await world.database[RECORDS].delete_many({})  # the erasure's deletion; its mark is there, the write comes after it
    await Marks(world.database).set(SUBJECT)
    with pytest.raises(SubjectErased):
        await world.open(draft)
    assert await world.found() == Erased()
    assert (await world.handler.load("account-a")).version == 0


async def test_a_record_erased_before_its_commit_refuses_the_commit(world: World) -> None:
    draft = await world.draft()
    await world.records.erase(SUBJECT)
    with pytest.raises(SubjectErased):
        await world.open(draft)


async def test_a_lost_version_points_the_record_at_the_next_one(world: World) -> None:
    draft = await world.draft()
    await draft.aim("account-a", 1)
    await world.handler.handle(ACCOUNT, "a", CloseAccount(at=world.clock(), account="a"), context("close"))
    await world.open(draft)
    stored = await world.database[RECORDS].find_one({"_id": RECORD})
    assert stored is not None
    assert (stored["stream"], stored["version"]) == ("account-a", 2)


async def test_a_record_is_never_pointed_back(world: World) -> None:
    draft = await world.draft()
    await draft.aim("account-a", 3)
    await draft.aim("account-a", 2)
    stored = await world.database[RECORDS].find_one({"_id": RECORD})
    assert stored is not None
    assert stored["version"] == 3


async def test_the_sweep_leaves_the_young_alone(world: World) -> None:
    await (await world.draft()).aim("account-a", 1)
    assert await world.records.sweep() == 0
    assert (await world.handler.load("account-a")).version == 0


async def test_the_sweep_settles_what_a_commit_names(world: World) -> None:
    await world.open(await world.draft())
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    assert await world.records.sweep() == 1
    assert await world.records.sweep() == 0
    assert isinstance(await world.found(), Found)


async def test_the_sweep_deletes_a_record_whose_commit_never_came(world: World) -> None:
    draft = await world.draft()
    await draft.aim("account-a", 1)
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    await world.records.sweep()
    assert await world.found() == Missing()
    assert [type(event) for event in (await world.handler.load("account-a")).events()] == [IntentAbandoned]


async def test_the_sweep_deletes_a_draft_that_was_never_aimed(world: World) -> None:
    await world.draft()
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    await world.records.sweep()
    assert await world.found() == Missing()


async def test_a_writer_that_the_sweep_overtook_commits_at_the_next_version_with_its_record(world: World) -> None:
    draft = await world.draft()
    await draft.aim("account-a", 1)
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    await world.records.sweep()
    await world.open(draft)
    found = await world.found()
    assert isinstance(found, Found)
    assert found.commitment == draft.ref.commitment
    assert (await world.handler.load("account-a")).version == 2


async def test_the_sweep_forgets_what_a_crash_left_of_an_erased_subject(world: World) -> None:
    await world.draft()
    await Marks(world.database).set(SUBJECT)
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    await world.records.sweep()
    assert await world.found() == Erased()


async def test_a_stream_that_cannot_be_judged_now_keeps_no_other_record(world: World) -> None:
    for name in ("blocked", "lost"):
        draft = await world.records.draft(derived_id(name), name, "email", ANA)
        await draft.aim(f"account-{name}", 1)
    world.clock.pass_by(PATIENCE + timedelta(seconds=1))
    judge = Abandonment(world.store, world.clock)

    async def abandon(stream: str, version: int, intent: str) -> Commit:
        if stream == "account-blocked":
            raise Busy(stream=stream)
        return await judge(stream, version, intent)

    records = PrivateRecords(world.database, abandon, clock=world.clock)
    assert await records.sweep() == 1
    found = await records.fetch([derived_id("blocked"), derived_id("lost")])
    assert [type(one) for one in found.values()] == [Found, Missing]
