"""Registering in two phases, and what the keys open before and after validation (FAQ L17-L18; docs/rules.md §1.5-6)."""

from deploy.story.people import FAMILY_NAME, PASSWORD, TEACHER_NAME
from tests.e2e.faq.clocked import asked_at, in_days, sweep_draft
from tests.e2e.faq.scene import REGION, RUN, Community, Scene, completion, on_the_scene
from tests.e2e.searching import found_in_databases

CONFIRM, COMPLETE = "/registration/confirm", "/registration/registrations/complete"
ANOTHER = "another battery, another staple"


async def test_l17_the_link_is_spent_once_and_not_by_looking_at_it(scene: Scene) -> None:
    """ "the system will send a message with a link": a scanner that follows it spends nothing; any device will do."""
    email = f"once-{RUN}@school.example"
    await scene.begin(email)
    token = await scene.link(email)
    for _ in range(2):
        page = await scene.ask("GET", CONFIRM, params={"token": token})
        assert page.status_code == 200
        assert 'name="token"' in page.text
    async with on_the_scene(scene.stack) as other_device:
        assert (await other_device.post(CONFIRM, {"token": token}))["country"] == "ES"
    assert await scene.refused(CONFIRM, {"token": token}) == (409, "email-link-closed")
    assert 'name="token"' not in (await scene.ask("GET", CONFIRM, params={"token": token})).text


async def test_l17_another_link_may_be_asked_for_and_the_old_one_dies(scene: Scene) -> None:
    """Not at once: a stranger may ask too, and so the last one stands for some minutes."""
    email = f"again-{RUN}@school.example"
    await scene.begin(email)
    first = await scene.link(email)
    await scene.post("/registration/registrations/resend", {"email": email})
    async with asked_at(scene.stack, in_days(1)) as later:
        answer = await later.post("/registration/registrations/resend", json={"email": email})
    assert answer.status_code == 202
    second = await scene.seen(lambda: scene.link(email), lambda token: token != first)
    assert await scene.refused(CONFIRM, {"token": first}) == (409, "email-link-closed")
    assert (await scene.post(CONFIRM, {"token": second}))["continuation"]


async def test_l17_a_link_works_for_its_time_and_a_draft_is_resumed_after_it(
    scene: Scene, community: Community
) -> None:
    """Too late a click is told so; its owner asks for another and goes on with the password of phase 1."""
    school = await scene.school(community.national["ES"], REGION)
    email = school.address("late", RUN)
    await scene.begin(email)
    token = await scene.link(email)
    async with asked_at(scene.stack, in_days(4)) as later:
        answer = await later.post(CONFIRM, json={"token": token})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("email-link-expired")
    await scene.confirm(email)
    # The page of phase 2 was closed; the draft is still there, and needs a new link.
    before = len(await scene.mailed(email))
    await scene.post("/registration/registrations/resend", {"email": email})
    await scene.seen(lambda: scene.mailed(email), lambda subjects: len(subjects) > before)
    teacher = await scene.complete(await scene.confirm(email), school, email, school.address("late-director", RUN))
    assert teacher.id


async def test_l17_a_draft_that_nobody_finishes_ends_and_everything_in_it_is_forgotten(scene: Scene) -> None:
    """Its address is free again (rules §4.14)."""
    email = f"left-{RUN}@school.example"
    await scene.begin(email)
    token = await scene.link(email)
    assert await sweep_draft(scene.stack, email, in_days(13)) is not None
    assert found_in_databases(scene.stack.mongo_url, (email,))
    assert await sweep_draft(scene.stack, email, in_days(15)) is None

    async def kept() -> set[str]:
        return found_in_databases(scene.stack.mongo_url, (email,))

    await scene.seen(kept, lambda found: not found)
    assert (await scene.refused(CONFIRM, {"token": token}))[0] in {404, 409}
    before = len(await scene.mailed(email))
    await scene.begin(email)
    await scene.seen(lambda: scene.mailed(email), lambda subjects: len(subjects) > before)
    assert await scene.confirm(email)


async def test_l17_nobody_prepares_an_account_for_somebody_elses_address(scene: Scene, community: Community) -> None:
    """ "to verify that the email account you have provided is correct": a link proves who reads, a password who began.

    Who reads the mail and did not begin chooses a password and gives the name anew; the stranger's opens nothing.
    """
    school = await scene.school(community.national["ES"], REGION)
    email = school.address("victim", RUN)
    await scene.begin(email, password="a stranger's password")
    continuation = await scene.confirm(email)
    body = completion(continuation, school, school.address("victim-director", RUN))
    assert await scene.refused(COMPLETE, body) == (403, "wrong-password")
    del body["password"]
    named = {"given_name": TEACHER_NAME, "family_name": FAMILY_NAME, "new_password": ANOTHER}
    await scene.post(COMPLETE, body | named)
    sessions = "/registration/sessions"
    strangers = {"email": email, "password": "a stranger's password"}
    assert (await scene.refused(sessions, strangers))[0] == 401
    assert (await scene.ask("POST", sessions, json={"email": email, "password": ANOTHER})).status_code == 200


async def test_l18_the_keys_come_with_phase_two_and_open_projects_once_validated(
    scene: Scene, community: Community
) -> None:
    """ "the keys that allow you to access… find partners… and start a project": an unvalidated teacher starts none."""
    representative = community.representatives["ES"]
    school = await scene.school(community.national["ES"], REGION)
    email = school.address("keys", RUN)
    await scene.begin(email)
    continuation = await scene.confirm(email)
    keys = {"email": email, "password": PASSWORD}
    assert (await scene.refused("/registration/sessions", keys))[0] == 401
    teacher = await scene.complete(continuation, school, email, school.address("keys-director", RUN))
    assert (await scene.ask("POST", "/registration/sessions", json=keys)).status_code == 200
    case = await scene.steps.case_of(teacher, representative)
    proposal = {"title": "Rivers of the keys", "co_founder": community.giorgi.id}
    assert await scene.refused("/projects", proposal, teacher) == (409, "not-yet-known")
    await scene.steps.confirm_director(case, representative)
    await scene.steps.director_approves(case)
    assert await scene.refused("/projects", proposal, teacher) == (409, "not-yet-known")
    await scene.steps.validate(case, representative)
    proposed = await scene.seen(
        lambda: scene.ask("POST", "/projects", teacher, json=proposal), lambda answer: answer.is_success
    )
    assert proposed.status_code == 201
