"""Running projects are found by their titles, by anyone, on the real database (FAQ L26)."""

from typing import Any

import httpx

from services.projects.queries import PROJECT_TITLES, ProjectSearch
from services.projects.views import FOUND
from shared.mongo import durable
from shared.private_records.erasure import Erasure
from shared.search.facts import NO_PART, PARTS
from shared.views.view import Document
from tests.services.projects.happened import ANA, PROJECT_ID, TITLE, proposed
from tests.services.projects.happened import started as project_started
from tests.services.projects.test_routes import accepted, started
from tests.services.recorded import story
from tests.services.running import Running, problem


async def asks(service: Running, **asked: Any) -> httpx.Response:
    return await service.client.get("/projects/search", params=asked)


async def finds(service: Running, **asked: Any) -> list[str]:
    answer = await asks(service, **asked)
    assert answer.status_code == 200
    return [item["project"] for item in answer.json()["items"]]


def test_the_view_holds_no_title_and_nothing_to_find_before_the_start() -> None:
    document = Document(PROJECT_ID)
    first, second = story(f"project-{PROJECT_ID}", proposed(), project_started())
    document.fold(FOUND, first)
    assert document.fields is not None
    assert (document.fields["keys"], document.fields["scopes"], document.fields["part"]) == ([], [], NO_PART)
    document.fold(FOUND, second)
    assert (document.fields["keys"], document.fields["scopes"]) == (["@country:ES", "@country:FR"], [""])
    assert document.fields["record"] == TITLE.id
    assert "text" not in document.fields


async def test_l26_a_running_project_is_found_by_title_and_country(service: Running) -> None:
    project = await started(service)
    await service.fold_own()
    (shown,) = (await asks(service, query="rivers")).json()["items"]
    assert {name: shown[name] for name in ("project", "title", "status", "countries")} == {
        "project": project, "title": "Rivers of Europe", "status": "running", "countries": ["ES", "FR"],
    }  # fmt: skip
    assert shown["started_at"]
    fitting: tuple[dict[str, str], ...] = (
        {"query": "EUROP"}, {"query": "iver of"}, {"country": "FR"}, {"query": "rivers", "country": "ES"},
    )  # fmt: skip
    for asked in fitting:
        assert await finds(service, **asked) == [project], asked
    for other in ({"query": "lakes"}, {"query": "rivers lakes"}, {"country": "IT"}, {"query": "riv", "country": "IT"}):
        assert await finds(service, **other) == [], other
    assert problem(await asks(service, query="of")) == (409, "query-too-broad")


async def test_what_does_not_run_is_answered_as_what_does_not_exist(service: Running) -> None:
    await accepted(service)
    await service.fold_own()
    hidden, nothing = await asks(service, query="rivers"), await asks(service, query="nothing")
    assert (hidden.status_code, hidden.content) == (nothing.status_code, nothing.content)
    different = {name for name in hidden.headers if hidden.headers[name] != nothing.headers[name]}
    assert different <= {"x-correlation-id"}
    assert await finds(service, country="ES") == []


async def test_with_its_founder_erased_a_project_has_no_title_to_be_found_by(service: Running) -> None:
    await started(service)
    await service.fold_own()
    host, titles = service.host, durable(service.host.database, PROJECT_TITLES)
    assert await titles.count_documents({"subject": ANA.teacher}) == 1
    await Erasure(host.database, (host.records.forget, host.replicas.forget, *service.parts.deletions)).erase(
        ANA.teacher
    )
    assert await titles.count_documents({}) == 0
    assert await finds(service, query="rivers") == await finds(service, country="ES") == []
    await every_part(service)
    assert await titles.count_documents({}) == 0


async def test_lost_titles_are_written_again(service: Running) -> None:
    project = await started(service)
    await service.fold_own()
    await durable(service.host.database, PROJECT_TITLES).delete_many({})
    assert await finds(service, query="rivers") == []
    await every_part(service)
    assert await finds(service, query="rivers") == [project]


async def every_part(service: Running) -> None:
    index = ProjectSearch(service.host).index
    for part in range(PARTS):
        await index.look_after(part)
