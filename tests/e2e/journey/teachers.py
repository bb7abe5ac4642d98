"""Registrations, as a program makes them and as somebody does on the pages."""

from deploy.story.people import DIRECTOR_NAME, FAMILY_NAME, PASSWORD, TEACHER_NAME, School, Teacher
from tests.e2e.journey.schools import new_school
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import SEARCHED


async def teachers(on: Traveller) -> None:
    """Everybody whom the cases are about."""
    await on.register("first", on.first)
    await on.register("second", on.second)
    for who in ("refused", "late", "mobile", "held"):
        # Each at a school of their own: a director who is known already is asked without an officer.
        school = School("ES", f"{on.run}-{who}", f"Colegio {who} {on.run}", "Toledo", on.first.region)
        await new_school(on, school)
        await on.register(who, school)
    on.teachers["third"] = await _by_form(on)


async def _by_form(on: Traveller) -> Teacher:
    """On the pages of the mailed link; another one, asked for at once, does not come."""
    school = on.third
    email, director = school.address("form", on.run), school.address("form-director", on.run)
    names = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-form-{on.run}"}
    started = {"email": email, "password": PASSWORD, "country": school.country, "locale": "en", **names}
    await on.post("/registration/registrations", started)
    token = await on.link(email, "registration/confirm")
    await on.post("/registration/registrations/resend", {"email": email})
    await on.get("/registration/confirm", token=token)
    continuation = (await on.post("/registration/confirm", {"token": token})).json()["continuation"]
    await on.form("/registration/complete/schools", continuation=continuation, query=SEARCHED)
    await on.form(
        "/registration/complete",
        continuation=continuation, password=PASSWORD, school=await on.steps.school_id(school),
        director_name=DIRECTOR_NAME, director_email=director, locale="en",
    )  # fmt: skip
    person = (await on.post("/registration/sessions", {"email": email, "password": PASSWORD})).json()["person"]
    found = (await on.get(f"/registration/schools/{await on.steps.school_id(school)}")).json()
    return Teacher(person, email, school.country, found["region"], school=school, director=director)
