"""The decision comes after the director's; everybody reads in their language (FAQ L20-L21; docs/rules.md §1.9-10)."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import httpx
import pytest

from deploy.story.people import PASSWORD
from deploy.story.watching import Sighting, watching
from services.notifications.rendering import TRANSLATIONS
from shared.languages import first_known, translated_into
from tests.e2e.faq.founding import TITLE
from tests.e2e.faq.scene import REGION, RUN, Community, Scene, on_the_scene, subjects
from tests.e2e.searching import found_in_databases, found_in_files

STATEMENT = "Carta sellada de la directora, del 3 de noviembre"
ORDER = ("TeacherRegistered", "ValidationOpened", "DirectorContacted", "DirectorApproved", "TeacherValidated")


async def test_l20_the_representative_validates_once_the_director_approved_never_before(
    scene: Scene, community: Community
) -> None:
    """ "Once the eTwinning representative receives approval from the director": in Kafka, too, in this order."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    settings, correlation = scene.stack.settings, f"{uuid4()}"
    async with (
        watching(scene.stack.kafka, settings.shards, correlation) as watcher,
        on_the_scene(scene.stack, **{"X-Correlation-ID": correlation}) as watched,
    ):
        teacher = await watched.register(school, "ordered")
        case = await watched.steps.case_of(teacher, representative)
        route = f"/validation/cases/{case}/validate"
        assert await watched.refused(route, None, representative) == (409, "director-has-not-approved")
        await watched.steps.confirm_director(case, representative)
        assert await watched.refused(route, None, representative) == (409, "director-has-not-approved")
        assert (await watched.refused(route, None, teacher))[0] == 403
        await watched.steps.director_approves(case)
        await watched.mail(representative.email, "case_decidable", case)
        await watched.steps.validate(case, representative)
        await watcher.until("validation", "the validation in Kafka", lambda seen: ORDER[-1] in _names(seen))
        names = [name for name in _names(watcher.seen) if name in ORDER]
    assert sorted(names) == sorted(ORDER)
    cases = [name for name in names if name != "TeacherRegistered"]
    assert cases == list(ORDER[1:])
    await scene.mail(teacher.email, "teacher_validated")


async def test_l20_two_representatives_at_once_decide_once_and_the_opposite_is_shown_what_stands(
    scene: Scene, community: Community
) -> None:
    """The same decision answers both, the opposite one conflicts (rules §4.9)."""
    one, other = community.representatives["ES"], community.colleague
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "both")
    case = await scene.steps.case_of(teacher, one)
    await scene.steps.confirm_director(case, one)
    await scene.steps.director_approves(case)
    route = f"/validation/cases/{case}"
    answers = await asyncio.gather(*(scene.post(f"{route}/validate", None, officer) for officer in (one, other)))
    assert {answer["status"] for answer in answers} == {"validated"}
    assert len({answer["decided_at"] for answer in answers}) == 1
    opposite = await scene.ask("POST", f"{route}/reject", other, json={"reason": "not_on_staff"})
    assert opposite.status_code == 409
    assert opposite.json()["type"].endswith("case-decided-otherwise")
    assert opposite.json()["data"]["decision"] == "validated"
    await scene.mail(teacher.email, "teacher_validated")
    mails = await scene.mailed(teacher.email)
    assert len([subject for subject in mails if subject in subjects("teacher_validated")]) == 1


async def test_l20_an_approval_by_letter_is_recorded_with_what_it_rests_on(scene: Scene, community: Community) -> None:
    """Who recorded it is in the fact; what it says is private, and in no log and no topic."""
    representative = community.representatives["ES"]
    teacher = await scene.register(await scene.school(community.national["ES"], REGION), "letter")
    case = await scene.steps.case_of(teacher, representative)
    route = f"/validation/cases/{case}"
    approval = {"evidence": "letter", "statement": STATEMENT}
    assert (await scene.refused(f"{route}/director-approval", approval | {"evidence": "rumour"}, representative))[
        0
    ] == 422
    approved = await scene.post(f"{route}/director-approval", approval, representative)
    assert (approved["evidence"], approved["answer"]) == ("letter", "approved")
    validated = await scene.post(f"{route}/validate", None, representative)
    assert validated["status"] == "validated"
    await scene.mail(teacher.email, "teacher_validated")
    assert await scene.mailed(teacher.director) == []
    held = found_in_databases(scene.stack.mongo_url, (STATEMENT,))
    assert {place.partition(":")[0].partition(".")[0] for place in held} == {"etwinning_validation"}
    assert found_in_files(scene.stack.settings.home / "kafka", (STATEMENT,)) == set()


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("es", "Confirme su dirección para eTwinning"),
        ("pl", "Prosimy potwierdzić swój adres w eTwinning"),
        ("el", "Επιβεβαιώστε τη διεύθυνσή σας για το eTwinning"),
        ("ka", "დაადასტურეთ თქვენი მისამართი eTwinning-ისთვის"),
        ("en", "Confirm your address for eTwinning"),
    ],
)
async def test_l21_whoever_registers_is_written_to_in_their_language(scene: Scene, locale: str, subject: str) -> None:
    """ "you can use any language as all information is translated" """
    email = f"in-{locale}-{RUN}@school.example"
    await scene.begin(email, locale=locale)
    await scene.link(email)
    assert await scene.mailed(email) == [subject]


async def test_l21_every_language_of_every_country_has_its_mails(scene: Scene) -> None:
    """No country of the programme has to be written to in a language that none of its schools speaks."""
    countries = (await scene.get("/registration/countries"))["items"]
    known = translated_into(TRANSLATIONS)
    spoken = {language for one in countries for language in one["languages"]} - {"en"}
    assert {language for language in spoken if first_known([language], known) == "en"} == set()


async def test_l21_the_idea_of_a_project_is_not_translated(scene: Scene, community: Community) -> None:
    """ "This information is no longer translated": it is read as it was typed, in whatever language."""
    for reader, language in ((community.anna, "es"), (community.giorgi, "ka")):
        path = f"/projects/{community.project}"
        answer = await scene.ask("GET", path, reader, headers={"Accept-Language": language})
        assert answer.json()["title"] == TITLE


def _names(seen: Sequence[Sighting]) -> list[str]:
    return [one.what for one in seen]


async def test_l19_whoever_has_to_do_with_a_case_hears_what_becomes_of_it(scene: Scene, community: Community) -> None:
    """The representative of what others said and decided, the office that has the case, the teacher of who has it."""
    national, representative = community.national["ES"], community.representatives["ES"]
    teacher = await scene.register(await scene.school(national, REGION), "told")
    case = await scene.steps.case_of(teacher, representative)
    await scene.steps.confirm_director(case, representative)
    await scene.post(f"/validation/cases/{case}/escalate", {"reason": "knows_the_applicant"}, representative)
    await scene.mail(teacher.email, "case_taken_over", case)
    token = await scene.link(teacher.director, "validation/director")
    await scene.post("/validation/director/answer", {"token": token, "answer": "not_on_staff"})
    for officer in (representative, national):
        await scene.mail(officer.email, "case_director_refused", case)
    await scene.post(f"/validation/cases/{case}/reject", {"reason": "not_on_staff"}, national)
    await scene.mail(representative.email, "case_refused_by_service", case)


async def test_l19_a_mail_about_a_case_leads_a_browser_to_its_page(scene: Scene, community: Community) -> None:
    """Who is not signed in signs in first; the page says whom it is about to the officers, and to nobody else."""
    representative, colleague = community.representatives["ES"], community.representatives["GE"]
    teacher = await scene.register(await scene.school(community.national["ES"], REGION), "shown")
    case = await scene.steps.case_of(teacher, representative)
    mail = await scene.mail(representative.email, "case_opened", case)
    address = f"/validation/cases/{case}"
    assert address in mail.text
    for who, status in ((representative, 200), (colleague, 404)):
        async with httpx.AsyncClient(
            base_url=scene.stack.settings.front_door, headers={"Accept": "text/html"}, follow_redirects=True
        ) as browser:
            asked = await browser.get(address)
            assert (asked.status_code, asked.url.path) == (200, "/registration/sign-in")
            form = {"email": who.email, "password": PASSWORD, "next": asked.url.params["next"]}
            same = {"Sec-Fetch-Site": "same-origin"}
            page = await browser.post("/registration/sign-in", data=form, headers=same)
            assert (page.status_code, page.url.path) == (status, address)
            assert (teacher.director in page.text) is (status == 200)
