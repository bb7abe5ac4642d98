"""What is left of a person, counted over the real database and real routes: for registration and auditors alone."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from joserfc.jwk import OKPKey

from shared.contracts.base import Service
from shared.event_store.abandonment import Abandonment
from shared.hosting.consuming import group_name
from shared.identity.office_view import OFFICES
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.identity.tokens import issue_access_token, issue_service_token
from shared.mongo import Database
from shared.private_records.proof import Remains, proof_router
from shared.private_records.records import PrivateRecords
from shared.private_records.replicas import OwnersOverHttp, OwnerUnavailable
from shared.private_records.wire import ErasureProof
from shared.views.live import prepare_views
from shared.views.reader import ViewReader
from shared.web.app import create_app
from tests.databases import own_store
from tests.shared.web.application import NOTIFICATIONS, NOW, REGISTRATION, bearer, make_edge, person_token

HERE: Service = "projects"
HOME = "http://testserver"
PERSON = "teacher-1"
PATH = f"/projects/erasures/{PERSON}"


def token_of(service: str, key: OKPKey) -> Callable[[str], str]:
    return lambda audience: issue_service_token(key, service=service, audience=audience, now=NOW)


async def some_titles(person: str) -> int:
    return 2 if person == PERSON else 0


class World:
    def __init__(self, database: Database, records: PrivateRecords, http: httpx.AsyncClient) -> None:
        self.database, self.records, self.http = database, records, http

    @property
    def asking(self) -> OwnersOverHttp:
        return OwnersOverHttp(self.http, {HERE: HOME}, token_of("registration", REGISTRATION))

    async def proof(self) -> ErasureProof:
        return await self.asking.proof(HERE, PERSON)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    records = PrivateRecords(database, Abandonment(await own_store(database)), clock=lambda: NOW)
    remains = Remains(HERE, database, {"titles": some_titles})
    await prepare_views(database, group_name(HERE, "views"), [OFFICES])
    app = create_app(HERE, [proof_router(remains, HERE, ViewReader(database))], make_edge())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as http:
        yield World(database, records, http)


async def test_records_replicas_and_collections_of_that_person_are_counted(world: World) -> None:
    for record, subject in (("r-1", PERSON), ("r-2", PERSON), ("r-3", "teacher-2")):
        draft = await world.records.draft(record, subject, "project_title", {"title": "Rivers"})
        await draft.aim("project-1", 1)
    await world.database["replicas"].insert_one({"_id": "r-9", "subject": PERSON, "kind": "name", "fields": {}})
    proof = await world.proof()
    assert (proof.erased_at, proof.left) == (None, {"records": 2, "replicas": 1, "titles": 2})
    assert not proof.complete


async def test_after_the_erasure_nothing_is_left_and_the_mark_says_since_when(world: World) -> None:
    await (await world.records.draft("r-1", PERSON, "project_title", {"title": "Rivers"})).aim("project-1", 1)
    await world.records.erase(PERSON)
    proof = await world.proof()
    assert proof.left == {"records": 0, "replicas": 0, "titles": 2}
    assert proof.erased_at is not None
    assert not proof.complete, "two titles are left"
    assert proof.model_copy(update={"left": {"records": 0}}).complete


async def test_a_flag_without_the_deletion_proves_nothing(world: World) -> None:
    """As if an erasure had only set its flag: what has fields is counted."""
    await (await world.records.draft("r-1", PERSON, "project_title", {"title": "Rivers"})).aim("project-1", 1)
    await world.database["private_records"].update_one({"_id": "r-1"}, {"$set": {"erased": True}})
    assert (await world.proof()).left["records"] == 1


async def test_others_are_refused(world: World) -> None:
    claim = OfficeClaim(office_id="o-1", kind=OfficeKind.AUDITOR)
    claimed = issue_access_token(REGISTRATION, subject="p-1", offices=(claim,), audience="etwinning", now=NOW)
    other = token_of("notifications", NOTIFICATIONS)(HERE)
    for token, status in ((other, 403), (person_token(), 404), (claimed, 404), ("x.y.z", 401)):
        answer = await world.http.get(PATH, headers=bearer(token))
        assert answer.status_code == status
    assert (await world.http.get(PATH)).status_code == 401


async def test_a_service_that_is_down_or_answers_of_another_service_is_no_answer(world: World) -> None:
    with pytest.raises(OwnerUnavailable, match="status 404"):
        await OwnersOverHttp(world.http, {HERE: f"{HOME}/nowhere"}, token_of("registration", REGISTRATION)).proof(
            HERE, PERSON
        )
    router = proof_router(Remains("recognition", world.database), HERE, ViewReader(world.database))
    transport = httpx.ASGITransport(create_app(HERE, [router], make_edge()))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as http:
        with pytest.raises(OwnerUnavailable, match="another question"):
            await OwnersOverHttp(http, {HERE: HOME}, token_of("registration", REGISTRATION)).proof(HERE, PERSON)
