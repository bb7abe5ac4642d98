"""A database that answers one of the product's queries wrongly is refused before anything rests on it."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.event_store.conformance import CHECKS, UnfitDatabase, check_conformance, check_queries
from shared.mongo import Collection, Database


async def test_the_server_in_use_answers_every_query_rightly_and_nothing_is_left(own_database: Database) -> None:
    await check_conformance(own_database)
    names = await own_database.client.list_database_names()
    assert not [name for name in names if name.startswith(f"{own_database.name}_conformance")]


class Cursor:
    """Loses the last document of every answer."""

    def __init__(self, real: Any) -> None:
        self._real = real

    async def to_list(self, length: int | None) -> list[Any]:
        return list(await self._real.to_list(length))[:-1]


class Result:
    matched_count = modified_count = deleted_count = 1


def forgets_documents(real: Collection, name: str) -> Any:
    return (lambda *query, **options: Cursor(real.find(*query, **options))) if name == "find" else None


def takes_duplicates(real: Collection, name: str) -> Any:
    async def take(document: Any) -> None:
        await real.replace_one({"_id": document["_id"]}, document, upsert=True)

    return take if name == "insert_one" else None


def ignores_conditions(real: Collection, name: str) -> Any:
    async def update(query: Any, change: Any, **options: Any) -> Any:
        return await real.update_one({"_id": query["_id"]}, change, **options)

    return update if name == "update_one" else None


def unflags_only_the_first(real: Collection, name: str) -> Any:
    async def update(query: Any, change: Any) -> Any:
        return await real.update_one(query, change)

    return update if name == "update_many" else None


def has_no_clock(real: Collection, name: str) -> Any:
    async def find(query: Any, change: Any, **options: Any) -> Any:
        fields = {key: str(value) for key, value in change[0]["$set"].items()}
        return await real.find_one_and_update(query, {"$set": fields}, **options)

    return find if name == "find_one_and_update" else None


class WrongCollection:
    def __init__(self, real: Collection, wrong: Callable[[Collection, str], Any]) -> None:
        self._real, self._wrong = real, wrong

    def __getattr__(self, name: str) -> Any:
        return self._wrong(self._real, name) or getattr(self._real, name)


class WrongServer:
    """The real server, but for one kind of answer."""

    def __init__(self, real: Database, wrong: Callable[[Collection, str], Any]) -> None:
        self._real, self._wrong = real, wrong

    def get_collection(self, name: str, **options: Any) -> Any:
        return WrongCollection(self._real.get_collection(name, **options), self._wrong)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


PLANTED = [
    (forgets_documents, "a stream by its index"),
    (takes_duplicates, "an insert that breaks a unique index"),
    (unflags_only_the_first, "taking a flag from a list of _id"),
    (ignores_conditions, "marking a block once"),
    (has_no_clock, "a heartbeat by the server's clock"),
]


@pytest.mark.parametrize(("wrong", "query"), PLANTED, ids=[wrong.__name__ for wrong, _ in PLANTED])
async def test_a_wrong_server_is_refused_by_the_name_of_the_query(
    own_database: Database, wrong: Callable[[Collection, str], Any], query: str
) -> None:
    assert query in CHECKS
    with pytest.raises(UnfitDatabase) as refused:
        await check_queries(cast(Database, WrongServer(own_database, wrong)))
    assert f"answers the query '{query}' wrongly" in str(refused.value)
    assert "127.0.0.1" in str(refused.value)
