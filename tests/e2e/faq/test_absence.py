"""Two years without entering, three years, and the way back (FAQ L25; docs/rules.md §1.13, §4.15, §4.17-18).

The days are those of a clock that is ahead; what is decided then goes through the installation's own Kafka and mail.
"""

from deploy.story.people import PASSWORD
from tests.e2e.faq.clocked import asked_at, in_years, sweep_teacher
from tests.e2e.faq.scene import REGION, RUN, Community, Scene
from tests.e2e.searching import found_in_databases

SESSIONS = "/registration/sessions"


async def test_l25_two_years_without_entering_make_a_profile_inactive_and_entering_makes_it_active(
    scene: Scene, community: Community
) -> None:
    """Warned a month before; not a day too early; seen by the services; signing in is all that a return takes."""
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "returning")
    await _known(scene, teacher.id, community)
    route = f"/registration/people/{teacher.id}/standing"
    await sweep_teacher(scene.stack, teacher.id, in_years(2, -40))
    await sweep_teacher(scene.stack, teacher.id, in_years(2, -2))
    await scene.mail(teacher.email, "inactivation_announced")
    await sweep_teacher(scene.stack, teacher.id, in_years(2, -1))
    assert (await scene.get(route, community.national["ES"]))["standing"] == "active"
    for _ in range(2):  # twice, as two sweeps do
        await sweep_teacher(scene.stack, teacher.id, in_years(2, 31))
    await scene.mail(teacher.email, "profile_inactivated")
    assert (await scene.get(route, community.national["ES"]))["standing"] == "inactive"

    async with asked_at(scene.stack, in_years(2, 40)) as later:
        back = await later.post(SESSIONS, json={"email": teacher.email, "password": PASSWORD})
    assert back.status_code == 200
    profile = await scene.get("/registration/me/profile", teacher)
    assert (profile["standing"], profile["due"]) == ("active", None)
    await sweep_teacher(scene.stack, teacher.id, in_years(3, 1), in_years(2, 40).date())
    assert (await scene.get(route, community.national["ES"]))["standing"] == "active"


async def test_l25_after_three_years_the_profile_disappears_from_everywhere(scene: Scene, community: Community) -> None:
    """Counted from the last access, not from the inactivation; the address is free, and who returns is somebody new."""
    school = await scene.school(community.national["ES"], REGION)
    teacher = await scene.register(school, "vanishing")
    await _known(scene, teacher.id, community)
    for now in (in_years(2, -20), in_years(2, 15), in_years(3, -20)):
        await sweep_teacher(scene.stack, teacher.id, now)
    await scene.mail(teacher.email, "removal_announced")
    keys = {"email": teacher.email, "password": PASSWORD}
    await sweep_teacher(scene.stack, teacher.id, in_years(3))
    assert found_in_databases(scene.stack.mongo_url, (teacher.email,))
    await sweep_teacher(scene.stack, teacher.id, in_years(3, 15))

    async def kept() -> set[str]:
        return found_in_databases(scene.stack.mongo_url, (teacher.email,))

    await scene.seen(kept, lambda found: not found)
    assert (await scene.refused(SESSIONS, keys))[0] == 401
    await scene.seen(
        lambda: scene.ask("GET", f"/registration/people/{teacher.id}/standing", community.national["ES"]),
        lambda answer: answer.status_code == 404,
    )
    before = len(await scene.mailed(teacher.email))
    await scene.begin(teacher.email)
    await scene.seen(lambda: scene.mailed(teacher.email), lambda mails: len(mails) > before)
    again = await scene.complete(
        await scene.confirm(teacher.email), school, teacher.email, school.address("vanishing-director", RUN)
    )
    assert again.id != teacher.id


async def _known(scene: Scene, teacher: str, community: Community) -> None:
    """The profile begins as the fact of the registration arrives."""
    await scene.seen(
        lambda: scene.ask("GET", f"/registration/people/{teacher}/standing", community.national["ES"]),
        lambda answer: answer.is_success,
    )
