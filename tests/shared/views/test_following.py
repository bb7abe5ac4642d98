"""A view in memory tells what the database tells, through changes, a rebuild and a lost stream of changes."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.mongo import Collection, Database, durable
from shared.views import following
from shared.views.following import Followed, Source
from shared.views.live import LiveVersions, ViewNotReady, prepare_views, view_collection
from shared.views.reader import ViewReader
from tests.shared.views.totals import GROUP, TOTALS

Kept = dict[str, int]


def put(kept: Kept, document: Mapping[str, Any]) -> None:
    kept[document["_id"]] = document["n"]


def drop(kept: Kept, gone: str) -> None:
    del kept[gone]


async def begun(source: Database) -> tuple[Followed[Kept], Collection]:
    await prepare_views(source, GROUP, [TOTALS])
    live = (await LiveVersions(source).read([TOTALS.name]))[TOTALS.name]
    return Followed(Kept, ViewReader(source).source(TOTALS, ("n",), put)), view_collection(source, TOTALS, live)


async def test_what_was_there_and_what_came_is_there(own_database: Database) -> None:
    followed, collection = await begun(own_database)
    await collection.insert_one({"_id": "a", "n": 1, "_rev": 1})
    assert await followed.current() == {"a": 1}
    await collection.insert_one({"_id": "b", "n": 1, "_rev": 1})
    await collection.replace_one({"_id": "a"}, {"n": 2, "_rev": 2})
    assert await followed.current() == {"a": 2, "b": 1}
    await followed.close()


async def test_whatever_changes_while_it_is_read_is_not_missed(own_database: Database) -> None:
    followed, collection = await begun(own_database)
    await collection.insert_many([{"_id": str(number), "n": 0, "_rev": 1} for number in range(300)])

    async def change(number: int) -> None:
        await collection.replace_one({"_id": str(number)}, {"n": 1, "_rev": 2})

    await asyncio.gather(followed.current(), *(change(number) for number in range(0, 300, 3)))
    assert await followed.current() == {str(number): int(number % 3 == 0) for number in range(300)}
    await followed.close()


async def test_many_who_ask_at_once_are_told_what_was_written_before(own_database: Database) -> None:
    followed, collection = await begun(own_database)
    for number in range(5):
        await collection.insert_one({"_id": str(number), "n": 1, "_rev": 1})
        answers = await asyncio.gather(*(followed.current() for _ in range(10)))
        assert all(str(number) in answer for answer in answers)
    await followed.close()


async def test_a_rebuilt_view_is_read_anew(own_database: Database) -> None:
    followed, collection = await begun(own_database)
    await collection.insert_one({"_id": "old", "n": 1, "_rev": 1})
    assert await followed.current() == {"old": 1}
    versions = LiveVersions(own_database)
    _, other = await versions.attempt(TOTALS.name, TOTALS.version)
    await view_collection(own_database, TOTALS, other).insert_one({"_id": "new", "n": 1, "_rev": 1})
    assert await versions.write(TOTALS.name, other, other)
    assert await followed.current() == {"new": 1}
    await followed.close()


async def test_after_a_lost_stream_of_changes_everything_is_read_again(own_database: Database) -> None:
    followed, collection = await begun(own_database)
    assert await followed.current() == {}
    await followed.close()
    await collection.insert_one({"_id": "a", "n": 1, "_rev": 1})
    assert await followed.current() == {"a": 1}
    await followed.close()
    await collection.delete_one({"_id": "a"})
    assert await followed.current() == {}
    await followed.close()


async def test_two_collections_fill_one_and_what_is_deleted_is_gone(own_database: Database) -> None:
    _, collection = await begun(own_database)
    other = durable(own_database, "other")

    async def place() -> Collection:
        return other

    followed = Followed(
        Kept,
        ViewReader(own_database).source(TOTALS, ("n",), put),
        Source(place, ("n",), put, drop),
    )
    await other.insert_many([{"_id": "b", "n": 2}, {"_id": "c", "n": 3}])
    await collection.insert_one({"_id": "a", "n": 1, "_rev": 1})
    assert await followed.current() == {"a": 1, "b": 2, "c": 3}
    await other.delete_many({"n": 2})
    await other.replace_one({"_id": "d"}, {"n": 4}, upsert=True)
    assert await followed.current() == {"a": 1, "c": 3, "d": 4}
    await followed.close()


async def test_what_an_earlier_release_built_is_not_read(own_database: Database) -> None:
    _, collection = await begun(own_database)
    await collection.insert_one({"_id": "a", "another": "shape", "_rev": 1})
    later = Followed(Kept, ViewReader(own_database).source(replace(TOTALS, version=2), ("n",), put))
    with pytest.raises(ViewNotReady):
        await later.current()
    await later.close()


async def test_whoever_reads_everything_tells_of_each_batch(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 10)
    followed, collection = await begun(own_database)
    await collection.insert_many([{"_id": str(number), "n": 0, "_rev": 1} for number in range(35)])
    told: list[bool] = []
    followed.progress = lambda: told.append(followed._kept is None)
    await followed.current()
    assert told == [True] * 4, "three batches, and the end of what there was to read"
    await followed.close()
