"""Shards are shared out evenly among the living."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.ownership import HEARTBEATS, Ownership, shares
from shared.mongo import Database

SHARDS = 64


async def test_one_process_owns_everything(own_database: Database) -> None:
    assert await Ownership(own_database, "relay", "p1", SHARDS).mine() == set(range(SHARDS))


async def test_processes_share_the_shards_of_their_role_without_overlap(own_database: Database) -> None:
    processes = [Ownership(own_database, "relay", f"p{n}", SHARDS) for n in range(3)]
    await Ownership(own_database, "sender", "p9", SHARDS).mine()
    for process in processes:
        await process.mine()
    parts = [await _now(process) for process in processes]
    assert set().union(*parts) == set(range(SHARDS))
    assert sum(map(len, parts)) == SHARDS
    assert all(parts)


async def test_who_resigns_is_followed_at_once(own_database: Database) -> None:
    stays, goes = (Ownership(own_database, "relay", name, SHARDS) for name in ("p1", "p2"))
    await goes.mine()
    assert len(await stays.mine()) < SHARDS
    await goes.resign()
    assert await _now(stays) == set(range(SHARDS))


async def test_who_has_not_been_heard_of_for_five_seconds_of_the_server_is_not_counted(own_database: Database) -> None:
    alive, silent = (Ownership(own_database, "relay", name, SHARDS) for name in ("p1", "p2"))
    await silent.mine()
    heartbeats = own_database[HEARTBEATS]
    document = await heartbeats.find_one({"_id": "relay/p2"})
    assert document is not None
    await heartbeats.update_one({"_id": "relay/p2"}, {"$set": {"at": document["at"] - timedelta(seconds=6)}})
    assert await alive.mine() == set(range(SHARDS))
    await heartbeats.update_one({"_id": "relay/p2"}, {"$set": {"at": document["at"] - timedelta(minutes=2)}})
    await _now(alive)
    assert await heartbeats.count_documents({}) == 1, "the long silent are forgotten"


async def test_beats_and_questions_are_asked_once_a_second(own_database: Database) -> None:
    first, late = (Ownership(own_database, "relay", name, SHARDS) for name in ("p1", "p2"))
    everything = await first.mine()
    await late.mine()
    assert await first.mine() == everything


@given(st.integers(1, SHARDS), st.sets(st.uuids().map(str), min_size=1, max_size=9))
def test_every_process_has_as_many_shards_as_any_other_or_one_less(shards: int, processes: set[str]) -> None:
    chosen = shares(shards, processes)
    assert set(chosen) == set(range(shards))
    counts = Counter(dict.fromkeys(processes, 0)) + Counter(chosen.values())
    assert max(counts.values()) - min(counts.get(process, 0) for process in processes) <= 1


def test_all_processes_come_to_the_same_answer_in_whatever_order_they_see_each_other() -> None:
    assert shares(SHARDS, ["p1", "p2", "p3"]) == shares(SHARDS, ["p3", "p1", "p2"])


async def _now(process: Ownership) -> set[int]:
    """As after the second that an answer is good for."""
    process._asked_at = None
    return await process.mine()
