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
