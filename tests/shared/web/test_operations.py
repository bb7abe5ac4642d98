"""Probes, metrics and the published document: at the root and under the prefix, true and without foreign scripts."""

import pytest

from shared.observability.health import Health, Heartbeats
from tests.shared.web.application import client_of, make_app, make_edge


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("prefix", ["", "/projects"])
async def test_a_loop_without_progress_turns_the_probe_red_and_progress_turns_it_green(prefix: str) -> None:
    clock = Clock()
    heartbeats = Heartbeats(clock)
    heartbeats.register("relay", within_seconds=10)
    async with client_of(make_app(make_edge(health=Health(heartbeats)))) as client:
        assert (await client.get(f"{prefix}/live")).status_code == 200
        clock.now = 10.5
        stalled = await client.get(f"{prefix}/live")
        assert (stalled.status_code, stalled.json()["failing"]) == (503, ["relay"])
        heartbeats.beat("relay")
        assert (await client.get(f"{prefix}/live")).status_code == 200


async def test_a_process_is_ready_when_all_it_needs_answers() -> None:
    broken = True

    async def database() -> None:
        if broken:
            raise ConnectionError("mongodb://user:secret@host")

    health = Health(Heartbeats(), {"database": database})
    async with client_of(make_app(make_edge(health=health))) as client:
        refused = await client.get("/ready")
        assert (refused.status_code, refused.json()) == (503, {"status": "failing", "failing": ["database"]})
        broken = False
        assert (await client.get("/ready")).status_code == 200


async def test_metrics_count_requests_by_template() -> None:
    async with client_of(make_app()) as client:
        await client.get("/projects/projects/p-17")
        await client.get("/elsewhere/17")
        text = (await client.get("/metrics")).text
    assert 'route="/projects/projects/{project}",service="projects",status="401"' in text
    assert 'route="unrouted"' in text
    assert "p-17" not in text


async def test_the_document_is_served_and_no_script_page_is() -> None:
    async with client_of(make_app()) as client:
        document = (await client.get("/projects/openapi.json")).json()
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/redoc")).status_code == 404
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    operation = document["paths"]["/projects/projects"]["post"]
    assert operation["security"] == [{"bearer": []}, {"cookie": []}]
    assert {"401", "403", "409", "413", "415", "422", "429", "503"} <= operation["responses"].keys()
    assert document["paths"]["/projects/page"]["get"]["security"] == [{"cookie": []}, {}]  # shown the way to sign in
    form = document["paths"]["/projects/form"]["post"]
    assert set(form["responses"]["422"]["content"]) == {"application/problem+json", "text/html"}
