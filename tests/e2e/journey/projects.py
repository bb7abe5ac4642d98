"""Projects: one that runs with three members, one declined, one rejected."""

from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import SEARCHED


async def projects(on: Traveller) -> None:
    """The one that runs is kept for what comes after it."""
    steps, first, third = on.steps, on.teachers["first"], on.teachers["third"]
    running = on.projects["running"] = await _accepted(on)
    for country in ("ES", "FR"):
        await steps.approve(running, on.national(country))
    await steps.seal(first, running, "etwinning")
    await steps.invite(running, first, third)
    await steps.join(running, third)
    await steps.seal(third, running, "etwinning")
    await on.post(f"/projects/{await _told(on)}/decline", None, on.teachers["second"])
    rejected = await _accepted(on)
    await on.post(f"/projects/{rejected}/reject", {"reason": "incomplete"}, on.national("ES"))
    await on.get("/projects", first, expect=f"{running}@1")
    await on.get(f"/projects/{running}", first)
    await on.get("/projects/search", query=SEARCHED, country="ES", subject="geography", language="en", age="12")


async def _accepted(on: Traveller) -> str:
    """Of which nothing is said but its title."""
    proposed = await on.steps.propose(on.teachers["first"], on.teachers["second"], "Rivers of all kinds")
    project = str(proposed.answer["project"])
    await on.steps.accept(project, on.teachers["second"])
    return project


async def _told(on: Traveller) -> str:
    """Of which everything is said by which it could be found."""
    body = {
        "title": "Rivers of other kinds", "co_founder": on.teachers["second"].id, "languages": ["en", "fr"],
        "subjects": ["geography"], "ages": {"age_from": 12, "age_to": 14},
    }  # fmt: skip
    return str((await on.post("/projects", body, on.teachers["first"])).json()["project"])
