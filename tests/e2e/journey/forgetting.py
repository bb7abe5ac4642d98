"""Somebody is forgotten, once nobody has to keep the data any more."""

from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import STATEMENT


async def forgetting(on: Traveller) -> None:
    """The erasure waits for the hold; another hold stays, on somebody who stays."""
    teacher, officer = on.teachers["held"], on.national("ES")
    hold = {"reason": "complaint_pending", "statement": f"{STATEMENT}, the school complained"}
    placed = (await on.post(f"/registration/people/{teacher.id}/holds", hold, officer)).json()
    assert (await on.post("/registration/me/erasure", None, teacher)).json()["status"] == "waiting"
    release = f"/registration/people/{teacher.id}/holds/{placed['hold']}/release"
    assert (await on.post(release, {"reason": "complaint_settled"}, officer)).json()["erased"]
    await on.post(f"/registration/people/{on.teachers['refused'].id}/holds", hold, officer)
