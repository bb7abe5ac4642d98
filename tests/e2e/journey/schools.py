"""The register: found by everyone, kept by officers, and completed by teachers who miss something."""

from dataclasses import replace
from typing import Any

from deploy.story.people import DIRECTOR_NAME, School
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import PROPOSED, SEARCHED


async def schools(on: Traveller) -> None:
    """Searched for, kept, proposed; and how their directors are reached."""
    await on.get("/registration/countries", on="2019-05-01")
    await on.get("/registration/schools", query=SEARCHED, country="ES", level="primary")
    await _kept(on)
    await _proposed(on)
    await _directors(on)


async def new_school(on: Traveller, school: School) -> str:
    """Registered by the country's service, and found by everyone; its identifier."""
    body = _details(school) | {"country": school.country, "official_id": school.official_id, "region": school.region}
    made = (await on.post("/registration/schools", body, on.national(school.country))).json()

    async def found() -> str | None:
        words = f"{school.name} {school.city}"
        items = (await on.get("/registration/schools", country=school.country, query=words)).json()["items"]
        return next((str(one["school"]) for one in items if one["school"] == made["school"]), None)

    return await on.until(found, "the school in the search")


async def _kept(on: Traveller) -> None:
    officer = on.national("ES")
    school = School("ES", f"{on.run}-new", f"Colegio {on.run}", "Ávila", None)
    kept, double = await new_school(on, school), await new_school(on, replace(school, official_id=f"{on.run}-twice"))
    route = f"/registration/schools/{kept}"
    await on.post(f"{route}/correct", _details(replace(school, city="Segovia")), officer)
    described = {"levels": ["primary"], "mail_domain": "school.example"}
    await on.post(f"{route}/describe", described, officer)
    await on.post(f"{route}/director-contact/forget", None, officer)
    await on.post(f"{route}/move", {"region": on.first.region}, officer)
    await on.post(f"{route}/close", {"reason": "closed_by_authority"}, officer)
    await on.post(f"{route}/reopen", None, officer)
    await on.post(f"/registration/schools/{double}/merge", {"into": kept}, officer)
    await on.get(route)


async def _proposed(on: Traveller) -> None:
    """One is there afterwards, as the officer spells it; one is no school."""
    officer, proposals = on.national("ES"), "/registration/schools/proposals"
    made = await _missing(on)

    async def listed() -> bool | None:
        items = (await on.get(proposals, officer, country="ES")).json()["items"]
        return made in [one["school"] for one in items] or None

    await on.until(listed, "the proposal in the officer's list")
    accepted = School("ES", f"{on.run}-missed", f"Instituto {on.run}", "Soria", None)
    body = _details(accepted) | {"official_id": accepted.official_id}
    await on.post(f"{proposals}/{made}/accept", body, officer)
    await on.post(f"{proposals}/{await _missing(on)}/refuse", {"reason": "not_official"}, officer)


async def _missing(on: Traveller) -> str:
    body = {
        "name": f"Colegio {PROPOSED}", "city": PROPOSED, "postal_code": "40001", "country": "ES", "locale": "es",
        "website": f"https://{PROPOSED}.example/",
    }  # fmt: skip
    return str((await on.post("/registration/schools/proposals", body, on.teachers["first"])).json()["school"])


async def _directors(on: Traveller) -> None:
    """A teacher suggests two addresses: one is vouched for, the other not; an officer's own word counts at once."""
    teacher, officer = on.teachers["first"], on.national("ES")
    route = f"/registration/schools/{await on.steps.school_id(on.first)}/director-contact"
    for who, act in (("friend", "dismiss"), ("head", "confirm")):
        await on.post(route, {"name": DIRECTOR_NAME, "email": on.first.address(who, on.run)}, teacher)
        shown = (await on.get(route, officer)).json()
        suggestion = next(one["suggestion"] for one in shown["suggestions"] if who in one["email"])
        await on.post(f"{route}/{act}", {"suggestion": suggestion}, officer)
    await on.post(route, {"name": DIRECTOR_NAME, "email": on.first.address("known", on.run)}, officer)


def _details(school: School) -> dict[str, Any]:
    return {"name": school.name, "city": school.city, "postal_code": "40001"}
