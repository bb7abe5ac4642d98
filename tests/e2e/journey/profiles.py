"""A teacher's own profile, schools that come and go, and a block that ends."""

from deploy.story.people import DIRECTOR_NAME, School
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import SEARCHED, STATEMENT


async def profiles(on: Traveller) -> None:
    """Of somebody who moves about."""
    teacher = on.teachers["mobile"]
    await on.get("/registration/me/profile", teacher)
    described = {"visibility": "members", "languages": ["es"], "subjects": ["geography"], "age_from": 6, "age_to": 12}
    await on.post("/registration/me/profile", described, teacher)
    assert teacher.school is not None
    await on.get("/registration/people", on.teachers["first"], query=SEARCHED, country="ES", subject="geography")
    here, there = await on.steps.school_id(teacher.school), await on.steps.school_id(on.third)
    await on.post("/registration/me/schools", _at(on, on.third, there), teacher)
    await on.post(f"/registration/me/schools/{there}/main", None, teacher)
    await on.post(f"/registration/me/schools/{here}/leave", None, teacher)
    abroad = _at(on, on.second, await on.steps.school_id(on.second))
    await on.post("/registration/me/schools/change", abroad, teacher)
    await _blocked(on)


async def _blocked(on: Traveller) -> None:
    """By the support service of the country where the teacher is now."""
    person, officer = f"/registration/people/{on.teachers['mobile'].id}", on.national("FR")
    block = {"reason": "data_not_true", "statement": f"{STATEMENT}, a parent told us"}
    await on.post(f"{person}/block", block, officer)
    await on.get(f"{person}/standing", officer)
    await on.post(f"{person}/unblock", {"reason": "data_corrected"}, officer)


def _at(on: Traveller, school: School, identifier: str) -> dict[str, object]:
    director = {"name": DIRECTOR_NAME, "email": school.address("new-director", on.run)}
    return {"school": identifier, "director": director, "locale": "es"}
