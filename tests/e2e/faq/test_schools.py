"""Who takes part, from which countries, at which schools (FAQ L13-L16; docs/rules.md §1.3-4, §1.30, §4.5-6, §4.8)."""

import asyncio
from typing import get_args

import pytest

from deploy.story.people import PASSWORD
from shared.contracts.registration.base import TeacherRole
from tests.e2e.faq.scene import REGION, RUN, Community, Scene, completion

OLDEST, YOUNGEST = 19, 3


async def test_l13_a_librarian_registers_and_is_validated(scene: Scene, community: Community) -> None:
    """ "two or more teachers, teams of teachers or departments, librarians, head teachers" """
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    librarian = await scene.register(school, "librarian", role="librarian")
    profile = await scene.seen(lambda: scene.ask("GET", "/registration/me/profile", librarian), lambda a: a.is_success)
    assert [one["role"] for one in profile.json()["schools"]] == ["librarian"]
    case = await scene.steps.case_of(librarian, representative)
    await scene.steps.confirm_director(case, representative)
    await scene.steps.director_approves(case)
    await scene.steps.validate(case, representative)
    await scene.mail(librarian.email, "teacher_validated")


async def test_l13_a_head_teacher_is_validated_by_the_national_service(scene: Scene, community: Community) -> None:
    """Nobody vouches for oneself: the case is the national service's, on the school authority's letter (rules §4.8)."""
    national, representative = community.national["ES"], community.representatives["ES"]
    school = await scene.school(national, REGION)
    address = school.address("head", RUN)
    head = await scene.register(school, "head", role="head_teacher", director=address)
    case = await scene.steps.case_of(head, national)
    await scene.mail(national.email, "case_escalated", case)
    await scene.mail(head.email, "case_taken_over", case)
    route = f"/validation/cases/{case}"
    assert (await scene.refused(f"{route}/validate", None, representative))[0] == 403
    contact = await scene.steps.contact_of(case, national)
    confirmed = await scene.refused(f"{route}/director-contact/confirm", contact, national)
    assert confirmed == (409, "applicant-is-director")
    approval = {"evidence": "letter", "statement": "The inspectorate of Galicia confirms the appointment."}
    approved = await scene.post(f"{route}/director-approval", approval, national)
    assert (approved["answer"], approved["evidence"]) == ("approved", "letter")
    await scene.steps.validate(case, national)
    await scene.mail(head.email, "teacher_validated")
    assert not {"director_question"} & set(await scene.mailed(head.email))


@pytest.mark.parametrize("level", ["preschool", "primary", "secondary", "high_school"])
async def test_l14_schools_of_every_level_before_university_take_part(
    scene: Scene, community: Community, level: str
) -> None:
    """ "All preschool, primary, secondary and high school centers can participate" """
    school = await scene.school(community.national["ES"])
    described = f"/registration/schools/{school.id}/describe"
    shown = await scene.post(described, {"levels": [level]}, community.national["ES"])
    assert shown["levels"] == [level]
    refused = await scene.refused(described, {"levels": ["university"]}, community.national["ES"])
    assert refused[0] == 422
    await scene.seen(
        lambda: scene.get("/registration/schools", country="ES", query=school.name, level=level),
        lambda page: school.id in {one["school"] for one in page["items"]},
    )


async def test_l14_pupils_are_three_to_nineteen_years_old(scene: Scene, community: Community) -> None:
    """ "students between the ages of 3 and 19" """
    path = "/registration/me/profile"
    whole = {"languages": ["es"], "subjects": ["physics"], "age_from": YOUNGEST, "age_to": OLDEST}
    described = (await scene.post(path, whole, community.anna))["description"]
    assert (described["age_from"], described["age_to"]) == (YOUNGEST, OLDEST)
    for ages in ({"age_from": YOUNGEST - 1}, {"age_to": OLDEST + 1}):
        assert (await scene.refused(path, whole | ages, community.anna))[0] == 422


async def test_l15_the_countries_are_listed_as_they_are_called_on_that_day(scene: Scene) -> None:
    """42 distinct ones; what left stays listed, what was renamed has a label with a date (rules §1.30, §4.5-6)."""
    now = await scene.get("/registration/countries")
    then = await scene.get("/registration/countries", on="2018-06-01")
    listed = {one["code"]: one for one in now["items"]}
    assert len(listed) == len(now["items"]) == 42
    assert {code for code, one in listed.items() if one["status"] == "withdrawn"} == {"GB"}
    plus = {code for code, one in listed.items() if one["status"] == "plus"}
    assert plus == {"AM", "AZ", "GE", "MD", "TN", "UA"}
    assert all(one["admits"] == (code != "GB") for code, one in listed.items())
    before = {one["code"]: one for one in then["items"]}
    assert (before["MK"]["name"], listed["MK"]["name"]) == ("FYROM", "North Macedonia")
    assert (before["GB"]["status"], before["GB"]["admits"]) == ("member", True)


async def test_l15_a_country_that_left_registers_nobody_and_a_plus_country_does(
    scene: Scene, community: Community
) -> None:
    """ "eTwinning Plus countries can also participate"; a withdrawn one cannot (rules §4.5)."""
    person = {"password": PASSWORD, "given_name": "Ada", "family_name": "Byron", "locale": "en"}
    for country in ("GB", "US"):
        email = f"{country.lower()}-{RUN}@school.example"
        refused = await scene.refused("/registration/registrations", person | {"country": country, "email": email})
        assert refused == (409, "country-not-admitted")
        assert await scene.mailed(email) == []
    assert community.giorgi.country == "GE"
    case = (await scene.get("/validation/my-cases", community.giorgi))["items"][0]
    assert (case["country"], case["status"]) == ("GE", "validated")


async def test_l16_nobody_registers_at_a_school_that_is_not_in_the_register(scene: Scene, community: Community) -> None:
    """ "as long as they are working in an official educational centre"; in the country that was given in phase 1."""
    email = f"nowhere-{RUN}@school.example"
    await scene.begin(email)
    continuation = await scene.confirm(email)
    abroad = await scene.school(community.national["GE"])
    director = f"director-{email}"
    path = "/registration/registrations/complete"
    body = completion(continuation, abroad, director)
    assert await scene.refused(path, body) == (409, "school-in-another-country")
    assert await scene.refused(path, body | {"school": "ES-unknown"}) == (409, "school-not-registered")
    closed = await scene.school(community.national["ES"])
    await scene.post(f"/registration/schools/{closed.id}/close", {"reason": "closed_down"}, community.national["ES"])
    refused = await scene.refused(path, body | {"school": closed.id})
    assert refused == (409, "school-closed-for-registration")
    assert await scene.mailed(director) == []


async def test_l16_a_missing_school_is_proposed_accepted_and_chosen(scene: Scene, community: Community) -> None:
    """An officer of the place decides whether it is an official school; then the registration goes on."""
    representative = community.representatives["ES"]
    email = f"missing-{RUN}@school.example"
    await scene.begin(email)
    continuation = await scene.confirm(email)
    typed = {"name": "Escuela de la Braña", "city": "Somiedo", "postal_code": "33840"}
    wanted = {**typed, "continuation": continuation, "country": "ES", "region": REGION, "locale": "en"}
    proposed = await scene.post("/registration/schools/proposals", wanted)
    school = str(proposed["school"])
    early = completion(continuation, community.anna.school, "d@school.example") | {"school": school}  # type: ignore[arg-type]
    assert (await scene.refused("/registration/registrations/complete", early))[1] == "school-not-registered"
    waiting = await scene.seen(
        lambda: scene.get("/registration/schools/proposals", representative, country="ES", region=REGION),
        lambda page: school in {one["school"] for one in page["items"]},
    )
    assert next(one for one in waiting["items"] if one["school"] == school)["details"]["name"] == typed["name"]
    accepted = {**typed, "official_id": "FAQ-BRANA"}
    await scene.post(f"/registration/schools/proposals/{school}/accept", accepted, representative)
    await scene.mail(email, "school_accepted")
    done = await scene.post("/registration/registrations/complete", early)
    assert done["school"] == school


async def test_l16_a_university_is_no_school_and_its_proposer_is_told_why(scene: Scene, community: Community) -> None:
    """ "all educational levels prior to university" """
    email = f"university-{RUN}@school.example"
    await scene.begin(email)
    typed = {"name": "Universidad de la Braña", "city": "Somiedo", "postal_code": "33840"}
    wanted = {**typed, "continuation": await scene.confirm(email), "country": "ES", "region": REGION, "locale": "en"}
    school = (await scene.post("/registration/schools/proposals", wanted))["school"]
    route = f"/registration/schools/proposals/{school}/refuse"
    refused = await scene.post(route, {"reason": "not_before_university"}, community.representatives["ES"])
    assert (refused["standing"], refused["reason"]) == ("refused", "not_before_university")
    await scene.mail(email, "school_refused")


async def test_l16_a_teacher_may_be_at_several_schools_one_of_them_the_main_one(
    scene: Scene, community: Community
) -> None:
    """At each of them the director is asked; the main one stays what it was until another is chosen."""
    national, representative = community.national["ES"], community.representatives["ES"]
    first, second = await asyncio.gather(scene.school(national, REGION), scene.school(national, REGION))
    teacher = await scene.register(first, "several", role="adviser")
    director = {"name": "Doloresita", "email": second.address("several-director", RUN)}
    added = await scene.post(
        "/registration/me/schools",
        {"school": second.id, "role": "teacher", "director": director, "locale": "en"},
        teacher,
    )
    assert {one["school"]: one["main"] for one in added["schools"]} == {first.id: True, second.id: False}
    await scene.mail(teacher.email, "school_waiting")
    cases = await scene.seen(lambda: scene.get("/validation/my-cases", teacher), lambda page: len(page["items"]) == 2)
    assert {one["school"] for one in cases["items"]} == {first.id, second.id}
    case = next(one["case"] for one in cases["items"] if one["school"] == second.id)
    await scene.steps.confirm_director(case, representative)
    await scene.steps.director_approves(case)
    await scene.steps.validate(case, representative)
    chosen = await scene.post(f"/registration/me/schools/{second.id}/main", None, teacher)
    assert {one["school"]: one["main"] for one in chosen["schools"]} == {first.id: False, second.id: True}


def test_l13_l16_the_roles_are_those_of_the_list() -> None:
    """Teachers and advisers register (L16), and librarians and head teachers, who carry out projects too (L13)."""
    assert set(get_args(TeacherRole)) == {"teacher", "adviser", "librarian", "head_teacher"}
