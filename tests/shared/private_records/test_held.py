"""Everything about one person over real HTTP routes and the real database: for registration, and for nobody else."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from shared.contracts.base import Service
from shared.event_store.abandonment import Abandonment
from shared.identity.tokens import issue_service_token
from shared.mongo import Database
from shared.private_records.api import held_router, private_records_router
from shared.private_records.held import Holdings
from shared.private_records.records import PrivateRecords
from shared.private_records.replicas import OwnersOverHttp, OwnerUnavailable, Replicas
from shared.private_records.wire import HeldAnswer
from shared.web.app import create_app
from tests.databases import own_database, own_store, server_url
from tests.shared.web.application import NOTIFICATIONS, NOW, REGISTRATION, bearer, make_edge, person_token

OWNER: Service = "projects"
HOME = "http://testserver"
PATH = "/projects/private-records/held"


async def projects_of(person: str) -> Sequence[Mapping[str, Any]]:
    return [{"project": f"of {person}"}]


def token_of(service: str, key: OKPKey) -> Callable[[str], str]:
    return lambda audience: issue_service_token(key, service=service, audience=audience, now=NOW)


class World:
    def __init__(self, owned: PrivateRecords, replicas: Replicas, http: httpx.AsyncClient) -> None:
        self.owned, self.replicas, self.http = owned, replicas, http

    async def ask(self) -> HeldAnswer:
        owners = OwnersOverHttp(self.http, {OWNER: HOME}, token_of("registration", REGISTRATION))
        return await owners.held(OWNER, "teacher-1")


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME)


@pytest.fixture
async def world(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[World]:
    """The replicas are of the service's own records: from where they came does not matter here."""
    async with own_database(server_url(request)) as owning:
        owned = PrivateRecords(owning, Abandonment(await own_store(owning)), clock=lambda: NOW)
        owner = create_app(OWNER, [private_records_router(OWNER, owned)], make_edge())
        async with _client(owner) as owners, AsyncExitStack() as closing:
            asking = OwnersOverHttp(owners, {OWNER: HOME}, token_of("notifications", NOTIFICATIONS))
            replicas = Replicas(database, asking)
            holdings = Holdings(OWNER, owned, replicas, {"projects": projects_of})
            app = create_app(OWNER, [held_router(OWNER, holdings)], make_edge())
            yield World(owned, replicas, await closing.enter_async_context(_client(app)))


async def test_records_replicas_and_documents_of_that_person_and_of_no_other(world: World) -> None:
    await world.owned.draft("r-1", "teacher-1", "project_title", {"title": "Rivers"})
    await world.owned.draft("r-2", "teacher-2", "project_title", {"title": "Mountains"})
    await world.replicas.get(OWNER, ["r-1", "r-2"])
    answer = await world.ask()
    assert [(one.id, one.kind, one.fields, one.written) for one in answer.records] == [
        ("r-1", "project_title", {"title": "Rivers"}, NOW)
    ]
    assert [(one.id, one.fields, one.written) for one in answer.replicas] == [("r-1", {"title": "Rivers"}, None)]
    assert answer.documents == {"projects": [{"project": "of teacher-1"}]}
    assert "salt" not in answer.model_dump_json()


async def test_of_who_was_erased_nothing_private_is_left(world: World) -> None:
    await world.owned.draft("r-1", "teacher-1", "project_title", {"title": "Rivers"})
    await world.replicas.get(OWNER, ["r-1"])
    await world.owned.erase("teacher-1")
    await world.replicas.forget("teacher-1")
    answer = await world.ask()
    assert (answer.records, answer.replicas) == ([], [])


async def test_other_services_and_people_are_refused(world: World) -> None:
    other = token_of("notifications", NOTIFICATIONS)(OWNER)
    for token, status in ((other, 403), (person_token(), 401)):
        answer = await world.http.post(PATH, json={"person": "teacher-1"}, headers=bearer(token))
        assert answer.status_code == status
    assert (await world.http.post(PATH, json={"person": "teacher-1"})).status_code == 401


async def test_the_answer_is_kept_by_no_cache(world: World) -> None:
    token = token_of("registration", REGISTRATION)(OWNER)
    answer = await world.http.post(PATH, json={"person": "teacher-1"}, headers=bearer(token))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


async def test_a_service_that_is_down_or_answers_of_somebody_else_is_no_answer(world: World) -> None:
    token = token_of("registration", REGISTRATION)
    down = OwnersOverHttp(world.http, {OWNER: "http://testserver/nowhere"}, token)
    with pytest.raises(OwnerUnavailable, match="status 404"):
        await down.held(OWNER, "teacher-1")
    async with httpx.AsyncClient() as nowhere:
        with pytest.raises(OwnerUnavailable, match="ConnectError"):
            await OwnersOverHttp(nowhere, {OWNER: "http://127.0.0.1:1"}, token).held(OWNER, "teacher-1")


async def test_an_answer_of_another_service_is_none(world: World) -> None:
    """As if the addresses of two services were mixed up: what is held there would be told as held here."""
    holdings = Holdings("recognition", world.owned, world.replicas)
    async with _client(create_app(OWNER, [held_router(OWNER, holdings)], make_edge())) as http:
        owners = OwnersOverHttp(http, {OWNER: HOME}, token_of("registration", REGISTRATION))
        with pytest.raises(OwnerUnavailable, match="another question"):
            await owners.held(OWNER, "teacher-1")
