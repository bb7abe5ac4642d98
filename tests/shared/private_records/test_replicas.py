"""Replicas over real HTTP routes and the real database: fetched once, erased with their subject."""

from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import pytest

from shared.contracts.base import Service
from shared.event_store.abandonment import Abandonment
from shared.identity.tokens import issue_service_token
from shared.mongo import Database
from shared.private_records.api import private_records_router
from shared.private_records.erasure import Erasure
from shared.private_records.marks import Marks
from shared.private_records.records import Erased, Found, Lookup, Missing, PrivateRecords
from shared.private_records.replicas import OwnersOverHttp, OwnerUnavailable, Replicas
from shared.web.app import create_app
from tests.databases import own_database, own_store, server_url
from tests.shared.web.application import NOTIFICATIONS, NOW, bearer, make_edge, person_token

ANA = {"email": "ana.gil@school.example"}
OWNER: Service = "projects"


class Counting(OwnersOverHttp):
    asked = 0

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        self.asked += 1
        return await super().fetch(owner, ids)


class World:
    def __init__(self, database: Database, owned: PrivateRecords, http: httpx.AsyncClient) -> None:
        self.database, self.owned, self.http = database, owned, http
        self.owners = Counting(http, {OWNER: "http://testserver"}, _token)
        self.replicas = Replicas(database, self.owners)

    async def take_in(self, record: str = "r-1") -> None:
        await self.owned.draft(record, "teacher-1", "email", ANA)


def _token(audience: str) -> str:
    return issue_service_token(NOTIFICATIONS, service="notifications", audience=audience, now=NOW)


@pytest.fixture
async def world(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[World]:
    async with own_database(server_url(request)) as owning:
        owned = PrivateRecords(owning, Abandonment(await own_store(owning)))
        app = create_app(OWNER, [private_records_router(OWNER, owned)], make_edge())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as http:
            yield World(database, owned, http)


async def test_a_record_is_fetched_once_and_kept(world: World) -> None:
    await world.take_in()
    for _ in range(2):
        found = (await world.replicas.get(OWNER, ["r-1"]))["r-1"]
        assert isinstance(found, Found)
        assert (found.subject, found.fields) == ("teacher-1", ANA)
    assert world.owners.asked == 1


async def test_what_is_missing_is_asked_again(world: World) -> None:
    assert await world.replicas.get(OWNER, ["r-1"]) == {"r-1": Missing()}
    await world.take_in()
    assert isinstance((await world.replicas.get(OWNER, ["r-1"]))["r-1"], Found)


async def test_what_the_owner_erased_is_erased_here(world: World) -> None:
    await world.take_in()
    await world.owned.erase("teacher-1")
    for _ in range(2):
        assert await world.replicas.get(OWNER, ["r-1"]) == {"r-1": Erased()}
    assert world.owners.asked == 1


async def test_a_replica_is_erased_with_its_subject_and_stays_so(world: World) -> None:
    await world.take_in()
    await world.replicas.get(OWNER, ["r-1"])
    await Erasure(world.database, [world.replicas.forget]).erase("teacher-1")
    assert await world.replicas.get(OWNER, ["r-1"]) == {"r-1": Erased()}
    stored = await world.database["replicas"].find_one({"_id": "r-1"})
    assert stored is not None
    assert "fields" not in stored


async def test_a_replica_written_after_the_erasure_is_taken_back(world: World) -> None:
    await world.take_in()
    await Marks(world.database).set("teacher-1")
    assert await world.replicas.get(OWNER, ["r-1"]) == {"r-1": Erased()}
    assert await world.replicas.get(OWNER, ["r-1"]) == {"r-1": Erased()}


async def test_more_than_a_request_holds_are_fetched_in_parts(world: World) -> None:
    ids = [f"r-{number}" for number in range(501)]
    await world.take_in("r-500")
    found = await world.replicas.get(OWNER, ids)
    assert list(found) == ids
    assert isinstance(found["r-500"], Found)
    assert world.owners.asked == 2


async def test_an_owner_that_is_down_is_no_answer(world: World) -> None:
    await world.take_in()
    unreachable = OwnersOverHttp(httpx.AsyncClient(), {OWNER: "http://127.0.0.1:1"}, _token)
    with pytest.raises(OwnerUnavailable):
        await Replicas(world.database, unreachable).get(OWNER, ["r-1"])


async def test_an_owner_that_refuses_is_no_answer(world: World) -> None:
    refused = OwnersOverHttp(world.http, {OWNER: "http://testserver"}, lambda _: person_token())
    with pytest.raises(OwnerUnavailable):
        await Replicas(world.database, refused).get(OWNER, ["r-1"])


@pytest.mark.parametrize("ids", [[], ["r"] * 501, ["bad id"], "r-1"])
async def test_a_request_out_of_bounds_is_refused(world: World, ids: object) -> None:
    answer = await world.http.post(
        "/projects/private-records/fetch", json={"ids": ids}, headers=bearer(_token("projects"))
    )
    assert answer.status_code == 422


async def test_people_may_not_fetch(world: World) -> None:
    answer = await world.http.post("/projects/private-records/fetch", json={"ids": ["r-1"]})
    assert answer.status_code == 401
    answer = await world.http.post(
        "/projects/private-records/fetch", json={"ids": ["r-1"]}, headers=bearer(person_token())
    )
    assert answer.status_code == 401


async def test_an_erasure_runs_every_deletion_after_the_mark(world: World) -> None:
    seen: list[tuple[str, bool]] = []
    marks = Marks(world.database)

    async def deletion(subject: str) -> None:
        seen.append((subject, await marks.has(subject)))

    await Erasure(world.database, [deletion, deletion]).erase("teacher-9")
    assert seen == [("teacher-9", True)] * 2
    assert await marks.among(["teacher-9", "teacher-8"]) == {"teacher-9"}
