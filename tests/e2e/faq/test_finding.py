"""Who and what is found, and who cannot have an account (FAQ L26-L27; docs/rules.md §1.14-15)."""

import json
from typing import Any

from tests.e2e.faq.scene import REGION, RUN, Community, Scene, completion
from tests.e2e.live import DOCUMENTS

ENDINGS_OF_PUPILS = ("student", "pupil")


async def test_l26_whether_a_school_is_registered_is_seen_without_an_account(
    scene: Scene, community: Community
) -> None:
    """ "check if your school is already registered": by parts of its name or town, as one types them."""
    school = await scene.school(
        community.national["ES"], REGION, name="Escuela Ñandú de la Estación", city="Vilagarcía"
    )
    for query in ("nandu", "ÑANDÚ", "estaci", "vilagarcia nandu"):
        found = await scene.seen(
            lambda query=query: scene.get("/registration/schools", country="ES", query=query),  # type: ignore[misc]
            lambda page: page["items"],
        )
        assert school.id in {one["school"] for one in found["items"]}, query
    found = await scene.get("/registration/schools", query="nandu")
    assert school.id in {one["school"] for one in found["items"]}
    assert (await scene.get("/registration/schools", country="GE", query="nandu"))["items"] == []
    assert (await scene.get("/registration/schools", country="ES", query="escuela inexistente"))["items"] == []


async def test_l26_people_are_found_as_long_as_they_want_to_be(scene: Scene, community: Community) -> None:
    """ "Search for schools, people, projects": by what they teach, speak, and whom; without an account only those who
    are seen by everyone."""
    astronomer = {"languages": ["es"], "subjects": ["astronomy"], "age_from": 12, "age_to": 14}

    async def found(**more: str) -> bool:
        page = await scene.get("/registration/people", None, subject="astronomy", country="ES", language="es", **more)
        return community.anna.id in {one["person"] for one in page["items"]}

    await scene.post("/registration/me/profile", astronomer | {"visibility": "everyone"}, community.anna)
    await scene.seen(lambda: found(age="12"), bool)
    assert not await found(age="15")
    await scene.post("/registration/me/profile", astronomer | {"visibility": "members"}, community.anna)
    await scene.seen(found, lambda seen: not seen)


async def test_l26_a_project_is_found_by_its_title_and_by_what_it_is_about(scene: Scene, community: Community) -> None:
    """ "Search for schools, people, projects": once it runs, by where its members teach, subject, language and age."""
    body = {
        "title": "Γέφυρες Bridges", "co_founder": community.giorgi.id, "languages": ["en"], "subjects": ["astronomy"],
        "ages": {"age_from": 12, "age_to": 14},
    }  # fmt: skip
    project = str((await scene.post("/projects", body, community.anna))["project"])

    async def found(**asked: str) -> bool:
        page = await scene.get("/projects/search", None, **asked)
        return project in {one["project"] for one in page["items"]}

    assert not await found(subject="astronomy")
    await scene.steps.accept(project, community.giorgi)
    for country in ("ES", "GE"):
        await scene.steps.approve(project, community.national[country])
    await scene.seen(lambda: found(query="gefir"), bool)
    for asked in ({"query": "ΓΈΦΥΡ", "country": "GE"}, {"subject": "astronomy", "age": "14"}, {"language": "en"}):
        assert await found(**asked), asked
    for asked in ({"query": "bridges", "country": "FR"}, {"subject": "astronomy", "age": "15"}, {"language": "tr"}):
        assert not await found(**asked), asked


async def test_l27_a_pupil_has_no_way_to_an_account(scene: Scene, community: Community) -> None:
    """ "Only teachers or educational advisors can register": there is no role and no office of a pupil."""
    school = await scene.school(community.national["ES"], REGION)
    email = f"pupil-{RUN}@school.example"
    await scene.begin(email)
    body = completion(await scene.confirm(email), school, school.address("pupil-director", RUN))
    path = "/registration/registrations/complete"
    for role in ENDINGS_OF_PUPILS:
        assert (await scene.refused(path, body | {"role": role}))[0] == 422
        offer = {"email": email, "kind": role, "country": "ES"}
        assert (await scene.refused("/registration/offices", offer, community.national["ES"]))[0] == 422
    assert (await scene.refused("/registration/sessions", {"email": email, "password": "no password"}))[0] == 401


def test_l27_no_operation_that_makes_an_account_speaks_of_pupils() -> None:
    """What the service says of itself (docs/openapi): no field and no value names a pupil."""
    words = _words(json.loads((DOCUMENTS / "registration.json").read_text())["components"]["schemas"])
    assert "head_teacher" in words
    assert not [word for word in words if any(pupil in word for pupil in ENDINGS_OF_PUPILS)]


def _words(schema: Any) -> set[str]:
    """Every name of a field and every allowed value."""
    if isinstance(schema, dict):
        own = {str(value) for value in schema.get("enum", ())} | {str(name) for name in schema.get("properties", {})}
        return own.union(*map(_words, schema.values()))
    if isinstance(schema, list):
        return set[str]().union(*map(_words, schema))
    return set()
