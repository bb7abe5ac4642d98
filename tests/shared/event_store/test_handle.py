"""One decision per command, whoever repeats it and whatever the database answers."""

import asyncio
from typing import Any, cast

import pytest

from shared.contracts.envelope import digest
from shared.contracts.registration import ReactionDeclined
from shared.event_store.commits import CommitTooLarge, CorruptCommit
from shared.event_store.handling import Handler
from shared.event_store.store import AppendUnknown, EventStore
from shared.event_store.violations import (
    Busy,
    IdempotencyKeyReused,
    NotYetKnown,
    OutcomeUnknown,
    PreconditionFailed,
)
from shared.mongo import Collection, Document, DuplicateKeyError, PyMongoError
from tests.shared.event_store.counting import (
    CODEC,
    COUNTER,
    NOW,
    Count,
    CountUnseen,
    Pad,
    TooMuch,
    asked_by_person,
    counting,
    following,
    reacting,
)


class Unreliable:
    """A collection whose inserts do to the database what `fault` says, before and instead of an answer."""

    def __init__(self, real: Collection, *faults: Any) -> None:
        self._real, self._faults = real, list(faults)

    async def insert_one(self, document: Document) -> object:
        if self._faults:
            return await self._faults.pop(0)(self._real, document)
        return await self._real.insert_one(document)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


async def stored_but_unanswered(real: Collection, document: Document) -> None:
    await real.insert_one(document)
    raise PyMongoError("the connection broke")


async def lost(real: Collection, document: Document) -> None:
    raise PyMongoError("the connection broke")


async def test_a_command_is_decided_once_and_its_events_are_stored_as_hashed(handler: Handler) -> None:
    outcome = await handler.handle(COUNTER, "1", Count(at=NOW, by=2, times=2), asked_by_person())
    assert (outcome.version, outcome.state, outcome.repeated) == (1, 4, False)
    commit = await handler.store.get("counter-1", 1)
    assert commit == outcome.commit
    assert commit is not None
    assert commit.facts["events"] == [digest(raw) for raw in commit.events]
    assert commit.facts["command"] == {"type": "Count", "data": Count(at=NOW, by=2, times=2).model_dump(mode="json")}


async def test_a_repeated_command_is_answered_from_its_commit(handler: Handler) -> None:
    person = asked_by_person("key-1")
    first = await handler.handle(COUNTER, "1", Count(at=NOW, by=2), person)
    await handler.handle(COUNTER, "1", Count(at=NOW, by=3), asked_by_person())
    again = await handler.handle(COUNTER, "1", Count(at=NOW, by=2, seen=9), person)
    assert again.repeated
    assert (again.version, again.commit) == (1, first.commit)
    assert (await handler.load("counter-1")).version == 2


async def test_the_same_key_with_another_body_is_refused(handler: Handler) -> None:
    await handler.handle(COUNTER, "1", Count(at=NOW, by=2), asked_by_person("key-1"))
    with pytest.raises(IdempotencyKeyReused):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=3), asked_by_person("key-1"))


async def test_a_repeat_that_lost_its_version_to_the_first_finds_it_after_the_reload(store: EventStore) -> None:
    rival, late = counting(store), counting(store)
    person, decided = asked_by_person("key-1"), asyncio.Event()

    class Waiting:
        """The late handler decides before the rival's commit is there, and commits after it."""

        async def aim(self, stream: str, version: int) -> None:  # noqa: ARG002
            if not decided.is_set():
                decided.set()
                await rival.handle(COUNTER, "1", Count(at=NOW, by=2), person)

    outcome = await late.handle(COUNTER, "1", Count(at=NOW, by=2), person, [Waiting()])
    assert outcome.repeated
    assert outcome.state == 2
    assert len(await store.load("counter-1")) == 1


async def test_concurrent_commands_on_one_stream_all_happen(store: EventStore) -> None:
    handlers = [counting(store), counting(store)]
    await asyncio.gather(
        *(handlers[i % 2].handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person()) for i in range(10))
    )
    state, history = await handlers[0].state(COUNTER, "1")
    assert (state, history.version) == (10, 10)


async def test_past_the_bound_of_conflicts_the_caller_is_told_that_nothing_was_done(store: EventStore) -> None:
    handler = counting(store)

    class Faster:
        async def aim(self, stream: str, version: int) -> None:  # noqa: ARG002
            before = await store.load(stream)
            await store.append(following(handler, stream, before))

    with pytest.raises(Busy):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=50), asked_by_person(), [Faster()])
    assert all(recorded.event.model_dump() == {"by": 1} for recorded in (await handler.load("counter-1")).recorded)


async def test_a_rule_says_no_and_nothing_is_stored(handler: Handler) -> None:
    with pytest.raises(TooMuch):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=101), asked_by_person())
    assert (await handler.load("counter-1")).version == 0


async def test_a_command_that_is_so_already_commits_nothing(handler: Handler) -> None:
    outcome = await handler.handle(COUNTER, "1", Count(at=NOW, by=0), asked_by_person())
    assert (outcome.version, outcome.commit) == (0, None)


async def test_another_version_than_the_caller_named_is_refused(handler: Handler) -> None:
    with pytest.raises(PreconditionFailed):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person(if_match=3))


@pytest.mark.parametrize(("by", "reason"), [(101, "too_much"), (0, "nothing_to_do")])
async def test_a_reaction_that_does_nothing_commits_that_it_declined(handler: Handler, by: int, reason: str) -> None:
    outcome = await handler.handle(COUNTER, "1", Count(at=NOW, by=by), reacting("event-1"))
    assert outcome.commit is not None
    (recorded,) = outcome.commit.decoded(CODEC)
    assert recorded.event == ReactionDeclined(policy="count_again", cause="event-1", reason=reason)
    again = await handler.handle(COUNTER, "1", Count(at=NOW, by=5), reacting("event-1"))
    assert again.repeated
    assert again.state == 0


async def test_a_reaction_acts_once_per_event_and_policy(handler: Handler) -> None:
    for policy in ("first", "second", "first", "second"):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), reacting("event-1", policy))
    assert (await handler.state(COUNTER, "1"))[0] == 2


async def test_a_reaction_that_needs_a_fact_not_seen_yet_decides_nothing(handler: Handler) -> None:
    with pytest.raises(NotYetKnown):
        await handler.handle(COUNTER, "1", CountUnseen(at=NOW), reacting("event-1"))
    assert (await handler.load("counter-1")).version == 0


@pytest.mark.parametrize("fault", [stored_but_unanswered, lost])
async def test_an_unknown_outcome_is_resolved_by_reading(store: EventStore, fault: Any) -> None:
    store.commits = cast(Any, Unreliable(store.commits, fault, fault))
    outcome = await counting(store).handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    assert (outcome.version, outcome.repeated) == (1, False)
    assert len(await store.load("counter-1")) == 1


async def test_a_duplicate_of_ones_own_insert_is_success_and_of_another_a_conflict(store: EventStore) -> None:
    handler = counting(store)
    mine, other = following(handler, "counter-1"), following(handler, "counter-1")

    async def duplicate(real: Collection, document: Document) -> None:
        await real.insert_one(mine.to_document())
        raise DuplicateKeyError("seen twice")

    store.commits = cast(Any, Unreliable(store.commits, duplicate))
    assert (await store.append(mine)).name == "STORED"
    assert (await store.append(other)).name == "CONFLICT"


async def test_an_outcome_that_stays_unknown_is_not_answered_as_a_failure(store: EventStore) -> None:
    handler = counting(store)
    append = store.append

    async def once(commit: Any) -> Any:
        return await append(commit, attempts=1)

    store.append = once  # type: ignore[method-assign, assignment]
    store.commits = cast(Any, Unreliable(store.commits, lost))
    with pytest.raises(OutcomeUnknown):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person("key-1"))
    assert (await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person("key-1"))).version == 1


async def test_a_commit_over_256_kib_is_refused(handler: Handler) -> None:
    await handler.handle(COUNTER, "1", Pad(at=NOW, size=255 * 1024), asked_by_person())
    with pytest.raises(CommitTooLarge):
        await handler.handle(COUNTER, "1", Pad(at=NOW, size=256 * 1024), asked_by_person())
    assert (await handler.load("counter-1")).version == 1


DAMAGE = {
    "a flipped byte of an event": {"$set": {"events": [b"{}"]}},
    "a flipped byte of the head": {"$set": {"head": b"{}"}},
    "another hash": {"$set": {"hash": bytes(32)}},
    "another predecessor": {"$set": {"prev_hash": bytes(32)}},
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_changed_commit_is_not_loaded(store: EventStore, handler: Handler, change: Document) -> None:
    for _ in range(3):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    await store.commits.update_one({"_id": "counter-1@2"}, change)
    with pytest.raises(CorruptCommit):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())


async def test_a_stream_with_a_hole_is_not_loaded(store: EventStore, handler: Handler) -> None:
    for _ in range(3):
        await handler.handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    await store.commits.delete_one({"_id": "counter-1@2"})
    with pytest.raises(CorruptCommit):
        await store.load("counter-1")


async def hanging(real: Collection, document: Document) -> None:
    await asyncio.Event().wait()


async def test_an_append_that_is_never_answered_ends_as_unknown_within_its_deadline(store: EventStore) -> None:
    commit = following(counting(store), COUNTER.stream("hangs"), (), times=1)
    store.commits = cast(Collection, Unreliable(store.commits, hanging))
    with pytest.raises(AppendUnknown):
        await store.append(commit, deadline_s=0.1)
