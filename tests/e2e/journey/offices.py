"""The centre, the national services, assessors, and an office that ends again."""

from deploy.connections import installation_settings, opened
from deploy.story.people import PASSWORD, Officer
from services.registration.app import appoint
from tests.e2e.journey.traveller import Traveller


async def offices(on: Traveller) -> None:
    """Everybody who will have to decide something."""
    email, auditor = f"centre-{on.run}@office.example", f"auditor-{on.run}@office.example"
    async with opened("registration", installation_settings(on.stack.settings)) as host:
        await appoint(host, kind="central_support_officer", email=email)
        await appoint(host, kind="auditor", email=auditor)
    central, _ = await on.steps.accept_office(email, "central_support_officer")
    on.officers["auditor"], _ = await on.steps.accept_office(auditor, "auditor")
    for country in ("ES", "FR", "PT", "RS"):
        on.officers[f"national {country}"] = await on.office(central, "national_support_officer", country)
    for country in ("ES", "FR"):
        on.officers[f"assessor {country}"] = await on.office(on.national(country), "assessor", country)
    await _another_address(on, on.officers["assessor ES"])
    await _revoked(on)


async def _another_address(on: Traveller, officer: Officer) -> None:
    """Both ends agree, as for a teacher; whoever comes after signs in by the new one, in the same office."""
    wanted = {"email": f"another-{officer.email}", "password": PASSWORD}
    await on.post("/registration/me/email", wanted, officer)
    answers = []
    for end, email in (("old", officer.email), ("new", wanted["email"])):
        token = await on.link(email, f"registration/email/{end}")
        answers.append((await on.post(f"/registration/email/{end}", {"token": token})).json())
    assert answers == [{"status": "waiting"}, {"status": "changed"}]
    officer.email = wanted["email"]


async def _revoked(on: Traveller) -> None:
    email = f"adviser-{on.run}@office.example"
    offered = await on.steps.offer_office(on.national("ES"), "adviser", email, "ES")
    token = await on.link(email, "registration/offices/accept")
    await on.get("/registration/offices/accept", token=token)
    place = "/registration/officers/{officer}/offices/{office}/revoke".format(**offered.answer)
    await on.post(place, {"reason": "resigned"}, on.national("ES"))
