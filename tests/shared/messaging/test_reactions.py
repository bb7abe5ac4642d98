"""Reactions: at most one commit per event, policy and stream, in the name of the event that caused it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.event_store.handling import Handler
from shared.event_store.violations import NotYetKnown
from shared.messaging.reactions import ReactionsWork
from shared.mongo import Database
from tests.shared.event_store.counting import (
    CODEC,
    COUNTER,
    NOW,
    Count,
    Counted,
    CountUnseen,
    Pad,
    counting,
    prepared_store,
)
from tests.shared.messaging.consuming import Shard, clock, count_again

LATER = NOW + timedelta(days=1)


def count_far_too_much(recorded: Recorded[Counted]) -> Sequence[Directed]:
    return (Directed("limit", Count(at=recorded.time, by=1000)),)


def count_what_is_unseen(recorded: Recorded[Counted]) -> Sequence[Directed]:
    return (Directed("unseen", CountUnseen(at=recorded.time)),)


def break_on_second(recorded: Recorded[Counted]) -> Sequence[Directed]:
    if recorded.version == 2:
        raise ZeroDivisionError
    return count_again(recorded)


async def work_of(source: Database, *policies: Any, **more: Any) -> ReactionsWork:
    store = await prepared_store(source)
    return ReactionsWork({Counted: policies}, [COUNTER], counting(store), CODEC, lambda: LATER, **more)


async def heads(source: Database, stream: str) -> list[dict[str, Any]]:
    found = await source["commits"].find({"stream": stream}).to_list(None)
    return [orjson.loads(document["head"]) for document in sorted(found, key=lambda one: int(one["version"]))]


async def test_a_reaction_says_its_cause_its_policy_and_its_own_time(own_database: Database, handler: Handler) -> None:
    (delivered,) = Shard(handler).add("a-1")
    work = await work_of(own_database, count_again)
    for _ in range(2):
        assert await work.run([delivered]) == {}
    (head,) = await heads(own_database, "counter-mirror-a-1")
    cause = CODEC.decode(delivered.value)
    assert (head["cause"], head["policy"], head["basis"]) == (cause.id, "count_again", [cause.id])
    assert head["time"] == LATER.isoformat()
    document = await own_database["commits"].find_one({"stream": "counter-mirror-a-1"})
    assert document is not None
    written = CODEC.decode(bytes(document["events"][0])).envelope
    assert (written.correlationid, written.actor, written.capacity) == ("correlation-1", "system", "system")


async def test_the_trace_goes_on_in_what_the_reaction_commits(own_database: Database, handler: Handler) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    (delivered,) = Shard(handler).add("a-1")
    await (await work_of(own_database, count_again)).run([replace(delivered, traceparent=traceparent)])
    document = await own_database["commits"].find_one({"stream": "counter-mirror-a-1"})
    assert document is not None
    assert document["traceparent"].split("-")[1] == traceparent.split("-")[1]


async def test_a_rule_that_says_no_is_a_recorded_decline(own_database: Database, handler: Handler) -> None:
    work = await work_of(own_database, count_far_too_much, count_again)
    assert await work.run(Shard(handler).add("a-1")) == {}
    document = await own_database["commits"].find_one({"stream": "counter-limit"})
    assert document is not None
    assert orjson.loads(bytes(document["events"][0]))["data"]["reason"] == "too_much"
    assert len(await heads(own_database, "counter-mirror-a-1")) == 1


async def test_a_fact_not_known_yet_fails_its_stream_alone_and_at_that_event(
    own_database: Database, handler: Handler
) -> None:
    work = await work_of(own_database, count_what_is_unseen)
    first, _, other = deliveries = Shard(handler).add("a-1", "a-1", "b-1")
    failures = await work.run(deliveries)
    assert {stream: failure.at for stream, failure in failures.items()} == {"a-1": first, "b-1": other}
    assert isinstance(failures["a-1"].error, NotYetKnown)


async def test_what_follows_a_failure_in_its_stream_is_not_tried(own_database: Database, handler: Handler) -> None:
    deliveries = Shard(handler).add("a-1", "a-1", "a-1", "b-1")
    failures = await (await work_of(own_database, break_on_second)).run(deliveries)
    assert {stream: failure.at.position for stream, failure in failures.items()} == {"a-1": 2}
    assert len(await heads(own_database, "counter-mirror-a-1")) == 1
    assert len(await heads(own_database, "counter-mirror-b-1")) == 1


async def test_a_new_policy_leaves_history_alone(own_database: Database, handler: Handler) -> None:
    deliveries = Shard(handler).add("a-1")
    assert await (await work_of(own_database, count_again, react_from={"count_again": LATER})).run(deliveries) == {}
    assert await heads(own_database, "counter-mirror-a-1") == []
    assert await (await work_of(own_database, count_again, react_from={"count_again": NOW})).run(deliveries) == {}
    assert len(await heads(own_database, "counter-mirror-a-1")) == 1


async def test_a_command_that_nobody_decides_is_a_failure_to_be_seen(own_database: Database, handler: Handler) -> None:
    def pad(recorded: Recorded[Counted]) -> Sequence[Directed]:
        return (Directed("x", Pad(at=recorded.time, size=1)),)

    store = await prepared_store(own_database)
    counter = replace(COUNTER, decisions={Count: COUNTER.decisions[Count]})
    work = ReactionsWork({Counted: [pad]}, [counter], counting(store), CODEC, clock)
    failures = await work.run(Shard(handler).add("a-1"))
    assert [type(failure.error).__name__ for failure in failures.values()] == ["NoAggregate"]


@pytest.mark.parametrize("ignored", [(), ("eu.etwinning.registration.Invented.v1",)])
async def test_an_unknown_type_is_an_explicit_choice(
    own_database: Database, handler: Handler, ignored: tuple[str, ...]
) -> None:
    (delivered,) = Shard(handler).add("a-1")
    unknown = replace(delivered, value=delivered.value.replace(b"Counted.v1", b"Invented.v1"))
    failures = await (await work_of(own_database, count_again, ignored_types=ignored)).run([unknown])
    assert [type(failure.error).__name__ for failure in failures.values()] == ([] if ignored else ["UnknownEventType"])
