"""The representative contacts the director of the school (FAQ L19; docs/rules.md §1.7-8, §4.7)."""

import re
from typing import Any

from deploy.local.mail import NOBODY
from deploy.story.people import DIRECTOR_NAME
from tests.e2e.faq.clocked import follow_schools, in_days, sweep_cases
from tests.e2e.faq.scene import REGION, RUN, Community, Scene

ANSWER = "/validation/director/answer"


async def test_l19_nothing_is_mailed_to_the_director_before_the_representative_vouches(
    scene: Scene, community: Community
) -> None:
    """Else a teacher names a friend. The representative of the region learns of the case by itself."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "vouched")
    case = await scene.steps.case_of(teacher, representative)
    await scene.mail(representative.email, "case_opened", case)
    await scene.mail(teacher.email, "registration_waiting")
    await follow_schools(scene.stack)
    assert await scene.mailed(teacher.director) == []
    contact = await scene.steps.contact_of(case, representative)
    elsewhere = await scene.refused(
        f"/validation/cases/{case}/director-contact/confirm", contact, community.representatives["GE"]
    )
    assert elsewhere[0] == 404
    await scene.steps.confirm_director(case, representative)
    await scene.mail(teacher.director, "director_question")


async def test_l19_the_director_is_asked_in_the_language_of_the_country(scene: Scene, community: Community) -> None:
    """No account, no script, one click; the page in every language of the node."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "spoken")
    await scene.steps.confirm_director(await scene.steps.case_of(teacher, representative), representative)
    mail = await scene.mail(teacher.director, "director_question")
    assert mail.subject == "¿Trabaja este docente en su centro?"
    token = mail.links["validation/director"]
    page = await scene.ask("GET", "/validation/director", params={"token": token})
    assert '<html lang="es"' in page.text
    for language in ("ca", "eu", "gl", "en"):
        assert f'hreflang="{language}"' in page.text
        read = await scene.ask("GET", "/validation/director", params={"token": token, "lang": language})
        assert f'<html lang="{language}"' in read.text
    form = {"token": token, "answer": "approve"}
    answered = await scene.ask("POST", "/validation/director", data=form)
    assert answered.status_code == 200
    assert 'role="status"' in answered.text
    assert "<form" not in answered.text
    mail = await scene.mail(community.giorgi.director, "director_question")
    assert mail.subject != "Does this teacher work at your school?"
    assert re.search("[ა-ჰ]", mail.subject)


async def test_l19_who_is_not_the_director_names_the_successor_and_the_link_dies(
    scene: Scene, community: Community
) -> None:
    """The representative vouches for the successor too, before anything is mailed there."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "successor")
    case = await scene.steps.case_of(teacher, representative)
    await scene.steps.confirm_director(case, representative)
    old = await scene.link(teacher.director, "validation/director")
    successor = school.address("the-new-director", RUN)
    said = {"token": old, "answer": "not_the_director", "successor": {"name": DIRECTOR_NAME, "email": successor}}
    assert (await scene.post(ANSWER, said))["answer"] == "not_the_director"
    await scene.mail(representative.email, "director_successor", case)
    assert await scene.mailed(successor) == []
    await scene.steps.confirm_director(case, representative)
    await scene.mail(successor, "director_question")
    assert await scene.refused(ANSWER, {"token": old, "answer": "approve"}) == (409, "director-link-closed")
    await scene.steps.director_approves(case)
    await scene.steps.validate(case, representative)


async def test_l19_a_stale_address_bounces_and_everybody_concerned_is_told(scene: Scene, community: Community) -> None:
    """ "it is necessary that the details of the school director be updated in the school profile": by the teacher,
    whose word the representative confirms; then the case writes by itself (rules §4.7)."""
    national, representative = community.national["ES"], community.representatives["ES"]
    school = await scene.school(national, REGION)
    teacher = await scene.register(school, "stale", director=f"stale-{RUN}@{NOBODY}")
    case = await scene.steps.case_of(teacher, representative)
    await scene.steps.confirm_director(case, representative)
    await scene.mail(representative.email, "director_unreachable", case)
    await scene.mail(national.email, "director_unreachable", case)
    await scene.mail(teacher.email, "director_contact_wanted", case)
    assert await scene.mailed(teacher.director) == []

    place = f"/registration/schools/{school.id}/director-contact"
    teacher.director = school.address("reached", RUN)
    given = {"name": DIRECTOR_NAME, "email": teacher.director}
    assert (await scene.post(place, given, teacher))["standing"] == "waits"
    assert (await scene.refused(place, given, community.anna))[0] == 403
    await scene.mail(representative.email, "director_contact_suggested", school.id)
    assert await scene.mailed(teacher.director) == []
    shown = await scene.get(place, representative)
    suggestion = next(one for one in shown["suggestions"] if one["email"] == teacher.director)["suggestion"]
    await scene.post(f"{place}/confirm", {"suggestion": suggestion}, representative)
    await _asked_by_itself(scene, teacher.director)
    await scene.steps.director_approves(case)
    await scene.steps.validate(case, representative)


async def test_l19_the_director_stays_with_the_school_for_its_next_teacher(scene: Scene, community: Community) -> None:
    """Nobody vouches twice, and the friend whom the next teacher names is not asked (rules §3)."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    first = await scene.validated(school, "first-here", representative)
    shown = await scene.seen(
        lambda: scene.get(f"/registration/schools/{school.id}/director-contact", representative),
        lambda answer: answer["known"],
    )
    assert shown["contact"]["email"] == first.director
    before = len(await scene.mailed(first.director))
    friend = school.address("a-friend", RUN)
    second = await scene.register(school, "second-here", director=friend)
    case = await scene.steps.case_of(second, representative)
    await _asked_by_itself(scene, first.director, before)
    assert await scene.mailed(friend) == []
    await scene.steps.director_approves(case)
    await scene.steps.validate(case, representative)


async def test_l19_a_silent_director_is_reminded_and_then_the_national_service_has_the_case(
    scene: Scene, community: Community
) -> None:
    """The same link again after four and nine days, and after fourteen somebody else looks (policy `director`)."""
    representative = community.representatives["LU"]
    school = await scene.school(community.national["LU"])
    teacher = await scene.register(school, "silent")
    case = await scene.steps.case_of(teacher, representative)
    await scene.steps.confirm_director(case, representative)
    link = await scene.link(teacher.director, "validation/director")
    assert await _mails_after(scene, teacher.director, days=5, least=2) == 2
    assert await _mails_after(scene, teacher.director, days=10, least=3) == 3
    again = await scene.mail(teacher.director, "director_reminder")
    assert again.subject != (await scene.mail(teacher.director, "director_question")).subject
    # Mailed anew it may be signed anew: it is the same question that it opens.
    for token in (link, again.links["validation/director"]):
        assert "<form" in (await scene.ask("GET", "/validation/director", params={"token": token})).text

    async def handed_over() -> Any:
        await sweep_cases(scene.stack, "LU", in_days(15))
        return (await scene.case(case, community.national["LU"]))["held_by"]

    await scene.seen(handed_over, lambda holder: holder == "national_support")
    await scene.mail(community.national["LU"].email, "case_escalated", case)


async def _mails_after(scene: Scene, director: str, *, days: int, least: int) -> int:
    """How many mails the director has once the deadlines of these days have passed."""

    async def mails() -> int:
        await sweep_cases(scene.stack, "LU", in_days(days))
        return len(await scene.mailed(director))

    return await scene.seen(mails, lambda found: found >= least)


async def _asked_by_itself(scene: Scene, director: str, before: int = 0) -> None:
    """The case writes to the director whom the school's profile names, without anybody's doing."""

    async def asked() -> int:
        await follow_schools(scene.stack)
        return len(await scene.mailed(director))

    await scene.seen(asked, lambda mails: mails > before)
