"""Data of release 0.1.0, upgraded as `make up` does it: everybody, everything and every right of that time is there."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.connections import installation_settings
from deploy.prepare import prepare
from deploy.rebuilding import rebuild_named
from deploy.story.calls import bearer
from deploy.story.mailbox import Mailbox
from deploy.story.people import PASSWORD
from services.registration.profile import PROFILE
from shared.contracts.base import SERVICES
from shared.event_store.verify import verify_service
from shared.mongo import durable
from tests.deploy.release_0_1_0 import CONFIRM, RUN
from tests.deploy.upgraded import DUMP, Upgraded, upgraded
from tests.e2e.waiting import DEADLINE_S
from tests.local_stacks import ended_with_the_tests, new_stack

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900, func_only=False)]
ASK_AGAIN = "ask for another"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def now() -> AsyncIterator[Upgraded]:
    """One installation for all of these tests; each sets the clock to where it begins."""
    with ended_with_the_tests() as folder:
        stack = new_stack(folder)
        try:
            async with upgraded(stack, DUMP, RUN) as made:
                await made.quiet()
                yield made
        finally:
            stack.stop()


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def sign_in(http: httpx.AsyncClient, email: str) -> dict[str, Any]:
    answer = await http.post("/registration/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, f"{email}: {answer.text}"
    said: dict[str, Any] = answer.json()
    return said


async def another(mailbox: Mailbox, to: str, than: str) -> str:
    """The token of a link to confirm an address that is not the one of that time."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            for mail in await mailbox.received(to):
                if (token := mail.links.get(CONFIRM, than)) != than:
                    return token
            await asyncio.sleep(0.1)


async def test_it_says_what_it_did(now: Upgraded) -> None:
    accounts = durable(now.registration.database, "accounts")
    assert f"Accounts of release 0.1.0, repaired: {await accounts.count_documents({})}" in now.said
    assert [line for line in now.said if "is live" in line]
    assert not [line for line in now.said if "stays as it is" in line]


async def test_every_fact_of_that_time_is_proven(now: Upgraded) -> None:
    for service in SERVICES:
        report = await verify_service(now.hosts[service].database, service, now.stack.kafka)
        assert (report.found, bool(report.commits)) == (0, True), [(one.kind, one.place) for one in report.findings]


async def test_views_are_as_if_folded_from_the_first_fact(now: Upgraded) -> None:
    settings = installation_settings(now.stack.settings)
    for service in SERVICES:
        kept = await now.documents(service)
        async for done in rebuild_named(settings, service, None, lambda _: lambda _: None):
            assert done.rebuilt is not None, done.sentence()
        assert await now.documents(service) == kept


async def test_everybody_signs_in_stays_signed_in_and_has_the_seals(now: Upgraded) -> None:
    now.clock.now = datetime.fromisoformat(now.told["at"])
    earned = 0
    for email, then in now.told["people"].items():
        async with now.http() as http:
            renewed = await http.post("/registration/sessions/renew", json={"session": then["session"]})
            assert (email, renewed.status_code) == (email, 200)
            said = await sign_in(http, email)
            assert said["person"] == renewed.json()["person"] == then["person"]
            token = bearer(said["access_token"])
            assert (await http.get("/recognition/seals", headers=token)).json()["items"] == then["seals"]
            for seal in then["seals"]:
                assert (await http.get(f"/projects/{seal['project']}", headers=token)).status_code == 200
            earned += len(then["seals"])
    assert earned


async def test_a_link_of_that_time_opens_what_it_did(now: Upgraded) -> None:
    """The director answers by it, and the representative decides the case as any other."""
    now.clock.now = datetime.fromisoformat(now.told["at"])
    links, case = now.told["links"], now.told["case"]
    async with now.http() as http:
        for page, token in (("confirm", links["draft"]), ("offices/accept", links["offer"])):
            shown = await http.get(f"/registration/{page}", params={"token": token})
            assert (shown.status_code, "<form" in shown.text) == (200, True)
        answer = {"token": links["director"], "answer": "approve"}
        assert (await http.post("/validation/director/answer", json=answer)).json()["answer"] == "approved"
        headers = bearer((await sign_in(http, now.told["representative"]))["access_token"]) | {"Idempotency-Key": "k-1"}
        decided = await http.post(f"/validation/cases/{case}/validate", headers=headers)
        assert decided.status_code == 200, decided.text


async def test_a_link_whose_time_is_over_says_what_to_do(now: Upgraded) -> None:
    now.clock.now = datetime.fromisoformat(now.told["at"]) + timedelta(days=5)
    async with now.http() as http:
        for name in ("draft", "halfway", "silent"):
            shown = await http.get("/registration/confirm", params={"token": now.told["links"][name]})
            assert (shown.status_code, ASK_AGAIN in shown.text) == (200, True)
        refused = await http.post("/registration/confirm", json={"token": now.told["links"]["draft"]})
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "email-link-expired")
        await http.post("/registration/registrations/resend", json={"email": now.told["drafts"][1]})
        token = await another(Mailbox(http, now.stack.mail_url), now.told["drafts"][1], now.told["links"]["halfway"])
        assert (await http.post("/registration/confirm", json={"token": token})).status_code == 200


async def test_nobody_is_inactive_a_day_too_early_or_too_late(now: Upgraded) -> None:
    """Somebody who never signed in counts from the registration, on 28 November 2026 (FAQ L25)."""
    silent, announced, falls = now.told["silent"], date(2028, 10, 29), date(2028, 11, 29)
    for day in (announced - timedelta(days=1), announced, falls - timedelta(days=1), falls):
        now.clock.now = at(day)
        await now.sweep()
    history = await now.registration.handler.load(PROFILE.stream(silent["person"]))
    happened = [(type(one.event).__name__, one.time.date()) for one in history.recorded]
    assert happened[1:] == [("InactivationAnnounced", announced), ("ProfileInactivated", falls)]
    async with now.http() as http:
        headers = bearer((await sign_in(http, silent["email"]))["access_token"])
        profile = (await http.get("/registration/me/profile", headers=headers)).json()
        assert profile["standing"] == "active"
        assert (await http.get("/registration/me/export", headers=headers)).status_code == 200


async def test_preparing_again_changes_nothing(now: Upgraded) -> None:
    accounts, again = durable(now.registration.database, "accounts"), list[str]()
    before = await accounts.find({}).to_list(None)
    settings = now.stack.settings
    await asyncio.to_thread(prepare, settings, again.append, settings.home / "schools.csv")
    assert again[1:] == ["Schools: 3 accepted (0 new), 0 refused"]
    assert await accounts.find({}).to_list(None) == before
