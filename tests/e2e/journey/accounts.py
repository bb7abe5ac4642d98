"""Accounts: sessions that begin, are renewed and end, a forgotten password, and another address."""

from deploy.story.people import PASSWORD
from tests.e2e.journey.traveller import Traveller


async def accounts(on: Traveller) -> None:
    """What people do with their own account."""
    await _sessions(on)
    await _forgotten_password(on)
    await _another_address(on)


async def _sessions(on: Traveller) -> None:
    account = {"email": on.teachers["first"].email, "password": PASSWORD}
    await on.get("/registration/sign-in")
    await on.form("/registration/sign-in", **account)
    signed_in = (await on.post("/registration/sessions", account)).json()
    await on.post("/registration/sessions/renew", {"session": signed_in["session"]})
    await on.ask("DELETE", "/registration/sessions", on.officers["assessor FR"])
    await on.get("/registration/.well-known/keys")


async def _forgotten_password(on: Traveller) -> None:
    """The new one is the old one: whoever comes after still signs in."""
    email = on.teachers["late"].email
    await on.get("/registration/recovery")
    await on.post("/registration/recovery", {"email": email})
    token = await on.link(email, "registration/reset")
    await on.get("/registration/reset", token=token)
    await on.post("/registration/reset", {"token": token, "password": PASSWORD})


async def _another_address(on: Traveller) -> None:
    """Asked for, withdrawn, asked for again; both ends agree."""
    teacher = on.teachers["late"]
    wanted = {"email": on.first.address("another", on.run), "password": PASSWORD}
    await on.post("/registration/me/email", wanted, teacher)
    lost = await on.link(wanted["email"], "registration/email/new")
    await on.post("/registration/me/email/cancel", None, teacher)
    await on.post("/registration/me/email", wanted, teacher)
    new = await on.link(wanted["email"], "registration/email/new", after=lost)
    # Two links went to the old address as well; the newest of both ends belong to the same attempt.
    old = await on.until(lambda: _second_link(on, teacher.email), "the second question to the old address")
    answers = []
    for end, token in (("old", old), ("new", new)):
        await on.get(f"/registration/email/{end}", token=token)
        answers.append((await on.post(f"/registration/email/{end}", {"token": token})).json())
    assert answers[-1] == {"status": "changed"}
    teacher.email = wanted["email"]


async def _second_link(on: Traveller, email: str) -> str | None:
    links = [mail.links for mail in await on.steps.mailbox.received(email)]
    tokens = [one["registration/email/old"] for one in links if "registration/email/old" in one]
    return tokens[1] if len(tokens) > 1 else None
