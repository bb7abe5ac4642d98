"""Running projects are found by their titles, by anyone, on the real database (FAQ L26)."""

from typing import Any

import httpx

from services.projects.queries import PROJECT_TITLES, project_index
from services.projects.views import FOUND
from shared.contracts.base import Event
from shared.mongo import durable
from shared.private_records.erasure import Erasure
from shared.search.facts import NO_PART, PARTS
from shared.views.view import Document
from tests.services.projects.happened import (
    ANA,
    EVA,
    LUC,
    PIA,
    PROJECT_ID,
    RUNNING,
    TITLE,
    invited,
    joined,
    proposed,
)
from tests.services.projects.test_routes import TOLD, accepted, as_teacher, post, started
from tests.services.recorded import story
from tests.services.running import Running, problem


async def asks(service: Running, **asked: Any) -> httpx.Response:
    return await service.client.get("/projects/search", params=asked)


async def finds(service: Running, **asked: Any) -> list[str]:
    answer = await asks(service, **asked)
    assert answer.status_code == 200
    return [item["project"] for item in answer.json()["items"]]


def seen(*events: Event) -> dict[str, Any]:
    document = Document(PROJECT_ID)
    for one in story(f"project-{PROJECT_ID}", *events):
        if FOUND.concerns(one):
            document.fold(FOUND, one)
    assert document.fields is not None
    return document.fields


def test_the_view_holds_no_title_and_nothing_to_find_before_the_start() -> None:
    waiting = seen(proposed())
    assert (waiting["scope"], waiting["countries"], waiting["part"]) == (None, [], NO_PART)
    running = seen(*RUNNING)
    ages = ["age:12", "age:13", "age:14"]
    told = ["country:ES", "country:FR", "language:en", "language:fr", "subject:geography"]
    assert (running["scope"], running["facets"]) == (["running", "ES"], [*ages, *told])
    assert (running["languages"], running["subjects"], running["ages"]) == (
        ["en", "fr"], ["geography"], {"age_from": 12, "age_to": 14},
    )  # fmt: skip
    assert running["record"] == TITLE.id
    assert "text" not in running


def test_l26_a_partners_country_is_one_to_find_a_project_by() -> None:
    grown = seen(*RUNNING, invited(), joined(), joined(EVA))
    assert grown["countries"] == ["ES", "FR", "IT"]
    assert "country:IT" in grown["facets"]
    assert (grown["scope"], grown["started_at"]) == (["running", "ES"], seen(*RUNNING)["started_at"])


def test_what_no_founder_said_is_nothing_to_find_a_project_by() -> None:
    quiet = seen(proposed(languages=(), subjects=(), ages=None), *RUNNING[1:])
    assert quiet["facets"] == ["country:ES", "country:FR"]
    assert (quiet["languages"], quiet["subjects"], quiet["ages"]) == ([], [], None)


async def test_l26_a_running_project_is_found_by_title_and_country(service: Running) -> None:
    project = await started(service)
    await service.fold_own()
    (shown,) = (await asks(service, query="rivers")).json()["items"]
    assert shown.pop("started_at")
    assert shown == TOLD | {
        "project": project, "title": "Rivers of Europe", "status": "running", "countries": ["ES", "FR"],
    }  # fmt: skip
    fitting: tuple[dict[str, str], ...] = (
        {"query": "EUROP"}, {"query": "iver of"}, {"country": "FR"}, {"query": "rivers", "country": "ES"},
        {"subject": "geography"}, {"language": "fr"}, {"language": "en", "age": "12"}, {"query": "rivers", "age": "14"},
        {"query": "ri", "subject": "geography", "country": "FR"},
    )  # fmt: skip
    for asked in fitting:
        assert await finds(service, **asked) == [project], asked
    others: tuple[dict[str, str], ...] = (
        {"query": "lakes"}, {"query": "rivers lakes"}, {"country": "IT"}, {"query": "riv", "country": "IT"},
        {"subject": "art"}, {"language": "pl"}, {"language": "en", "age": "11"}, {"query": "rivers", "age": "15"},
        {"query": "geography"},
    )  # fmt: skip
    for other in others:
        assert await finds(service, **other) == [], other


async def test_a_search_without_anything_to_look_by_is_refused(service: Running) -> None:
    nothing: tuple[dict[str, Any], ...] = ({}, {"query": "of"}, {"age": 12})
    for asked in nothing:
        assert problem(await asks(service, **asked)) == (409, "query-too-broad")
    unknown: tuple[dict[str, Any], ...] = ({"age": 2}, {"age": 20}, {"language": "qq"}, {"subject": "gossip"})
    for asked in unknown:
        assert (await asks(service, **asked)).status_code == 422


async def test_l26_a_project_is_found_where_its_partners_are(service: Running) -> None:
    project = await started(service)
    await post(service, f"/{project}/partners", as_teacher(service, LUC), {"teacher": PIA.teacher})
    await service.fold_own()
    assert await finds(service, country="IT") == []
    await post(service, f"/{project}/partners/accept", as_teacher(service, PIA))
    await service.fold_own()
    assert await finds(service, country="IT") == await finds(service, query="rivers", country="IT") == [project]


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
    index = project_index(service.host)
    for part in range(PARTS):
        await index.look_after(part)
