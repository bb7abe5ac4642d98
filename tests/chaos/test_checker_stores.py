"""Damaged copies of a store, in the real database server: each damage is reported for what it is."""

import copy
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.stack import LocalStack
from tests.chaos.checker.check import check
from tests.chaos.checker.expectations import EXPECTATIONS, SERVICES
from tests.chaos.checker.reading import read_store, read_stores
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World
from tests.chaos.forge import EPOCH, ORIGIN, SHARDS, Forge, hashed
from tests.chaos.forged_programme import forged_programme

Doc = dict[str, Any]
Damage = Callable[[Database[Doc]], object]


class Copy:
    """The forged programme in a database server; one service at a time is damaged, judged and restored."""

    def __init__(self, client: MongoClient[Doc], url: str, forge: Forge) -> None:
        self.client, self.forge = client, forge
        self.prefix = f"forged_{uuid.uuid4().hex[:8]}_"
        for service in SERVICES:
            self._write(service)
        self.sound = World(read_stores(url, self.prefix), forge.records)

    def database(self, service: str) -> Database[Doc]:
        return self.client[self.prefix + service]

    def _write(self, service: str) -> None:
        home = {"_id": service, "origin": ORIGIN, "epoch": EPOCH, "shards": SHARDS}
        contents = {
            "commits": self.forge.commits[service],
            "blocks": self.forge.blocks[service],
            "positions": self.forge.positions[service],
            "installation": [home],
        }
        for name, documents in contents.items():
            self.database(service)[name].delete_many({})
            if documents:
                self.database(service)[name].insert_many(copy.deepcopy(documents))

    @contextmanager
    def damaged(self, service: str, damage: Damage) -> Iterator[World]:
        try:
            assert damage(self.database(service)) is not None
            store = read_store(self.client, service, self.prefix + service)
            yield replace(self.sound, stores={**self.sound.stores, service: store})
        finally:
            self._write(service)

    def drop(self) -> None:
        for service in SERVICES:
            self.client.drop_database(self.prefix + service)


@pytest.fixture(scope="module")
def forged(stack: LocalStack) -> Iterator[Copy]:
    client: MongoClient[Doc] = MongoClient(stack.mongo_url)
    made = Copy(client, stack.mongo_url, forged_programme())
    yield made
    made.drop()
    client.close()


def found(world: World) -> list[Violation]:
    return check(world, EXPECTATIONS)


def one(database: Database[Doc], collection: str, **wanted: object) -> Doc:
    document = database[collection].find_one(wanted)
    assert document is not None
    return document


def put(database: Database[Doc], collection: str, document: Doc, **changes: object) -> object:
    return database[collection].replace_one({"_id": document["_id"]}, document | changes).matched_count or None


def flip(raw: bytes) -> bytes:
    """One bit of one byte in the middle."""
    middle = len(raw) // 2
    return raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]


def test_a_sound_store_gives_no_finding(forged: Copy) -> None:
    assert found(forged.sound) == []


def delete_commit(key: str) -> Damage:
    return lambda database: database.commits.delete_one({"_id": key}).deleted_count or None


def flip_event(database: Database[Doc]) -> object:
    commit = one(database, "commits", _id="project-p1@2")
    return put(database, "commits", commit, events=[flip(commit["events"][0])])


def flip_head(database: Database[Doc]) -> object:
    commit = one(database, "commits", _id="project-p1@2")
    return put(database, "commits", commit, head=flip(commit["head"]))


def rewrite_consistently(database: Database[Doc]) -> object:
    """Whoever changes the last commit of a stream and computes its hash anew is found by block and Kafka."""
    commit = one(database, "commits", _id="project-p1@4")
    head = orjson.loads(commit["head"]) | {"time": "2026-01-01T00:00:00Z"}
    raw = orjson.dumps(head, option=orjson.OPT_SORT_KEYS)
    return put(database, "commits", commit, head=raw, hash=hashed(b"etwinning.commit.v1\n", commit["prev_hash"], raw))


def fork(database: Database[Doc]) -> object:
    commit = one(database, "commits", _id="project-p1@3")
    return database.commits.insert_one(commit | {"_id": "project-p1@3'"}).inserted_id


def move_shard(database: Database[Doc]) -> object:
    commit = one(database, "commits", _id="project-p1@4")
    return put(database, "commits", commit, shard=(commit["shard"] + 1) % SHARDS)


def leave_unsealed(database: Database[Doc]) -> object:
    return put(database, "commits", one(database, "commits", _id="project-p1@1"), unsealed=True)


def a_block(database: Database[Doc], n: int = 1) -> Doc:
    found = list(database.blocks.find({"n": n}))
    return max(found, key=lambda block: len(block["commits"]))


def delete_block(database: Database[Doc]) -> object:
    return database.blocks.delete_one({"_id": a_block(database)["_id"]}).deleted_count or None


def swap_in_block(database: Database[Doc]) -> object:
    block = a_block(database)
    return put(database, "blocks", block, commits=block["commits"][::-1])


def another_streams_commits(database: Database[Doc]) -> object:
    block, other = a_block(database), database.blocks.find_one({"shard": {"$ne": a_block(database)["shard"]}})
    assert other is not None
    return put(database, "blocks", block, commits=other["commits"])


def shift_block(database: Database[Doc]) -> object:
    block = a_block(database)
    return put(database, "blocks", block, first=block["first"] + 1)


def seal_twice(database: Database[Doc]) -> object:
    block = a_block(database)
    return put(database, "blocks", block, commits=block["commits"] + block["commits"][:1])


def leave_unpublished(database: Database[Doc]) -> object:
    return put(database, "blocks", a_block(database), published=False)


def forget_offsets(database: Database[Doc]) -> object:
    block = a_block(database)
    return put(database, "blocks", block, offsets={"first": 900, "last": 901})


def another_epoch(database: Database[Doc]) -> object:
    return put(database, "installation", one(database, "installation"), epoch="e2")


DAMAGES: dict[str, tuple[str, Damage, str, str]] = {
    "a commit is lost in the middle": ("projects", delete_commit("project-p1@2"), "I3", "2 is missing before it"),
    "the tail is deleted": ("projects", delete_commit("project-p1@4"), "I3", "which is not in the store"),
    "the tail is deleted and others saw it": ("projects", delete_commit("project-p1@4"), "I2", "rests on the event"),
    "what Kafka holds is deleted": ("projects", delete_commit("project-p1@4"), "I2", "its store does not hold"),
    "a byte of an event flips": ("projects", flip_event, "I3", "events are not what was hashed"),
    "a byte of an event flips (Kafka)": ("projects", flip_event, "I2", ""),
    "a byte of a head flips": ("projects", flip_head, "I3", "head is not what was hashed"),
    "a commit is rewritten with a new hash": ("projects", rewrite_consistently, "I3", "with another hash"),
    "a stream forks": ("projects", fork, "I3", "is there twice (fork)"),
    "a commit moves to another shard": ("projects", move_shard, "I3", "lies in shard"),
    "a commit stays unsealed": ("projects", leave_unsealed, "I4", "is not sealed"),
    "a block is deleted": ("notifications", delete_block, "I4", "is in no block"),
    "a block is reordered": ("notifications", swap_in_block, "I3", "is not what was hashed"),
    "a block has another stream's commits": ("notifications", another_streams_commits, "I3", "of another shard"),
    "a block is shifted": ("notifications", shift_block, "I5", "starts at position"),
    "a commit is sealed twice": ("notifications", seal_twice, "I5", "was sealed twice"),
    "a block stays unpublished": ("notifications", leave_unpublished, "I4", "is not published"),
    "a block forgets its offsets": ("notifications", forget_offsets, "I4", "remembers offset"),
    "the installation was restored": ("projects", another_epoch, "I3", "written by another installation"),
    "an effect is lost": ("recognition", delete_commit("seal-t1@1"), "I6", "1 of 2 effects of issue_seal_to_founders"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_copy_is_found(name: str, forged: Copy) -> None:
    service, damage, invariant, evidence = DAMAGES[name]
    with forged.damaged(service, damage) as world:
        assert any(one.invariant == invariant and evidence in one.evidence for one in found(world)), found(world)


def test_a_restored_copy_is_sound_again(forged: Copy) -> None:
    with forged.damaged("projects", flip_event) as world:
        assert found(world)
    with forged.damaged("projects", lambda _: True) as world:
        assert found(world) == []
