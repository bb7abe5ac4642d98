"""Somebody is forgotten, once nobody has to keep the data any more."""

from shared.contracts.base import SERVICES
from shared.web.authentication import COOKIE
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import STATEMENT


async def forgetting(on: Traveller) -> None:
    """On request, by the page's form, and under a hold; proof of it, and what is held about who stays."""
    await on.get("/registration/me/export", on.teachers["first"])
    await _held(on)


async def _held(on: Traveller) -> None:
    """The erasure waits for the hold; another hold stays, on somebody who stays."""
    teacher, officer = on.teachers["held"], on.national("ES")
    hold = {"reason": "complaint_pending", "statement": f"{STATEMENT}, the school complained"}
    placed = (await on.post(f"/registration/people/{teacher.id}/holds", hold, officer)).json()
    asked = (await on.post("/registration/me/erasure", None, teacher)).json()
    assert asked["status"] == "waiting"
    release = f"/registration/people/{teacher.id}/holds/{placed['hold']}/release"
    assert (await on.post(release, {"reason": "complaint_settled"}, officer)).json()["erased"]
    await on.post("/registration/erasure-receipts/verify", {"receipt": asked["receipt"]})
    for service in SERVICES:
        await on.get(f"/{service}/erasures/{teacher.id}", on.officers["auditor"])
    await _by_the_page(on, hold)


async def _by_the_page(on: Traveller, hold: dict[str, str]) -> None:
    """Who is held, too, asks by the form."""
    staying = on.teachers["refused"]
    await on.post(f"/registration/people/{staying.id}/holds", hold, on.national("ES"))
    browser = {"Cookie": f"{COOKIE}={await on.steps.sign_in(staying)}"}
    (await on.http.get("/registration/erasure", headers=browser)).raise_for_status()
    await on.ask("POST", "/registration/erasure", staying, data={"key": on.run})
