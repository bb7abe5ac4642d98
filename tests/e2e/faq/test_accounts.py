"""Passwords that were forgotten, and profiles that are blocked (FAQ L22-L24; docs/rules.md §1.11-12, §4.16)."""

import asyncio

import httpx

from deploy.story.people import PASSWORD
from tests.e2e.faq.scene import REGION, RUN, Community, Scene

SESSIONS, RECOVERY, RESET = "/registration/sessions", "/registration/recovery", "/registration/reset"
NEW = "a battery of other staples"
SUPPORT = "support@es.etwinning.example"
CHANGES_WITH_EVERY_ANSWER = {"date", "x-correlation-id", "x-request-id", "traceparent"}

BARRED = (403, "barred")
DESCRIBED = {"languages": ["es"], "subjects": ["physics"]}
BLOCK = {"reason": "technical_fault", "statement": "Two accounts seem to be one."}


async def test_l22_who_forgot_the_password_chooses_another_and_every_session_ends(
    scene: Scene, community: Community
) -> None:
    """ "Forgot your password?" A link, never a password, goes to "the email you used in your registration", once."""
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "forgetful")
    opened = [await _signed_in(scene, teacher.email) for _ in range(2)]
    assert 'name="email"' in (await scene.ask("GET", RECOVERY)).text
    await scene.post(RECOVERY, {"email": teacher.email.upper()})
    mail = await scene.mail(teacher.email, "reset_password")
    assert PASSWORD not in mail.text
    token = mail.links["registration/reset"]
    assert 'name="password"' in (await scene.ask("GET", RESET, params={"token": token})).text
    await scene.post(RESET, {"token": token, "password": NEW})
    for session in opened:
        assert (await scene.refused(f"{SESSIONS}/renew", {"session": session}))[0] == 401
    old = {"email": teacher.email, "password": PASSWORD}
    assert (await scene.refused(SESSIONS, old))[0] == 401
    assert await _signed_in(scene, teacher.email, NEW)
    assert (await scene.refused(RESET, {"token": token, "password": PASSWORD}))[0] == 409


async def test_l22_nobody_learns_whether_an_address_has_an_account(scene: Scene, community: Community) -> None:
    """Known, unknown, an officer's, a draft's: the same answer, headers and body."""
    draft = f"draft-{RUN}@school.example"
    await scene.begin(draft)
    known = [community.giorgi.email, community.representatives["GE"].email, draft, f"unknown-{RUN}@school.example"]
    asked = await asyncio.gather(*(scene.ask("POST", RECOVERY, json={"email": email}) for email in known))
    assert {answer.status_code for answer in asked} == {202}
    assert len({answer.text for answer in asked}) == 1
    assert len({tuple(sorted(_steady(answer).items())) for answer in asked}) == 1
    refused = await asyncio.gather(
        *(scene.ask("POST", SESSIONS, json={"email": email, "password": NEW}) for email in known)
    )
    assert {answer.status_code for answer in refused} == {401}
    assert len({str(answer.json() | {"correlation_id": "", "instance": ""}) for answer in refused}) == 1
    await scene.mail(community.giorgi.email, "reset_password")
    assert await scene.mailed(known[-1]) == []


async def test_l23_who_cannot_recover_finds_the_mailbox_of_the_national_service(
    scene: Scene, community: Community
) -> None:
    """ "If with this procedure, you cannot recover your passwords, inform the national Support Service through the
    email": each country's own, on the page that follows the question and in the mails about it."""
    sent = await scene.ask(
        "POST", RECOVERY, data={"email": community.anna.email}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert sent.status_code == 202
    countries = (await scene.get("/registration/countries"))["items"]
    for country in countries:
        assert country["support"] in sent.text
    assert SUPPORT in (await scene.mail(community.anna.email, "reset_password")).text
    found = await scene.mail(community.anna.email, "reset_password")
    await scene.post(RESET, {"token": found.links["registration/reset"], "password": PASSWORD})
    assert SUPPORT in (await scene.mail(community.anna.email, "password_reset")).text


async def test_l24_a_blocked_profile_writes_nothing_keeps_its_seals_and_turns_to_the_national_service(
    scene: Scene, community: Community
) -> None:
    """ "for different administrative or technical reasons… contact your National eTwinning Support Service" """
    anna, national = community.anna, community.national["ES"]
    route = f"/registration/people/{anna.id}"
    await _only_for_a_reason_and_by_the_national_service(scene, community, f"{route}/block")
    seals = await scene.get("/recognition/seals", anna)
    assert seals["items"]

    await scene.post(f"{route}/block", BLOCK, national)
    told = await scene.mail(anna.email, "profile_blocked")
    assert SUPPORT in told.text
    await scene.mail(national.email, "profile_blocked_for_service", anna.id)
    proposal = {"title": "Rivers of the blocked", "co_founder": community.giorgi.id}
    await scene.seen(lambda: scene.answered("/projects", proposal, anna), lambda said: said == BARRED)
    applied = {"project": community.project}
    await scene.seen(lambda: scene.answered("/recognition/applications", applied, anna), lambda said: said == BARRED)
    assert (await scene.refused("/registration/me/profile", DESCRIBED, anna))[0] == 403
    anna.token = None
    profile = await scene.get("/registration/me/profile", anna)
    assert (profile["blocked"], profile["reason"]) == (True, "technical_fault")
    assert await scene.get("/recognition/seals", anna) == seals

    await scene.post(f"{route}/unblock", {"reason": "cleared_up"}, national)
    await scene.mail(anna.email, "profile_unblocked")
    assert (await scene.post("/registration/me/profile", DESCRIBED, anna))["blocked"] is False
    assert await scene.seen(lambda: scene.answered("/projects", proposal, anna), lambda said: said[0] == 201)


async def _only_for_a_reason_and_by_the_national_service(scene: Scene, community: Community, route: str) -> None:
    assert (await scene.refused(route, {}, community.national["ES"]))[0] == 422
    assert (await scene.refused(route, BLOCK, community.representatives["ES"]))[0] == 403
    assert (await scene.refused(route, BLOCK, community.national["GE"]))[0] == 404


async def _signed_in(scene: Scene, email: str, password: str = PASSWORD) -> str:
    """A new session."""
    return str((await scene.post(SESSIONS, {"email": email, "password": password}))["session"])


def _steady(answer: httpx.Response) -> dict[str, str]:
    """What does not differ between any two answers."""
    return {name: value for name, value in answer.headers.items() if name not in CHANGES_WITH_EVERY_ANSWER}
