"""What a founder says of a project beside its title, to be found by, over HTTP on the real database (FAQ L26)."""

from typing import Any

from tests.services.projects.happened import ANA, LUC
from tests.services.projects.test_routes import TITLE, TOLD, as_teacher, know, post, propose
from tests.services.running import Running, problem


async def test_l26_what_a_project_is_about_is_shown_and_may_be_left_open(service: Running) -> None:
    await know(service, ANA, LUC)
    project = (await propose(service)).json()["project"]
    shown = (await service.client.get(f"/projects/{project}", headers=as_teacher(service, LUC))).json()
    assert {name: shown[name] for name in TOLD} == TOLD
    bare = {"title": TITLE, "co_founder": LUC.teacher}
    left_open = (await post(service, "", as_teacher(service, ANA), bare)).json()
    assert {name: left_open[name] for name in TOLD} == {"languages": [], "subjects": [], "ages": None}
    twice = bare | {"languages": ["fr", "fr"], "subjects": ["art", "music", "art"]}
    once = (await post(service, "", as_teacher(service, ANA), twice)).json()
    assert (once["languages"], once["subjects"]) == (["fr"], ["art", "music"])


async def test_codes_and_ages_are_those_of_the_programme(service: Running) -> None:
    await know(service, ANA, LUC)
    bare = {"title": TITLE, "co_founder": LUC.teacher}
    wrong: tuple[dict[str, Any], ...] = (
        {"languages": ["qq"]}, {"subjects": ["gossip"]}, {"subjects": ["art"] * 21}, {"ages": {"age_from": 12}},
        {"ages": {"age_from": 2, "age_to": 12}},
    )  # fmt: skip
    for told in wrong:
        assert (await post(service, "", as_teacher(service, ANA), bare | told)).status_code == 422, told
    reversed_ages = {"ages": {"age_from": 14, "age_to": 12}}
    refused = await post(service, "", as_teacher(service, ANA), bare | reversed_ages)
    assert problem(refused) == (409, "ages-outside-programme")
