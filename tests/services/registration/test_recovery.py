"""Forgotten passwords over HTTP on the real database: one link, one use, every session ended (FAQ L22)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.registration.api.settled import settled_of
from services.registration.app.housekeeping import drop_outdated
from services.registration.mongo import KEPT_AFTER_LINK, Accounts, Credential
from services.registration.rules import PAUSE
from shared.contracts.registration import PasswordRecoveryRequested, PasswordReset
from shared.mongo import durable
from tests.services.registration.desks import desk_of
from tests.services.registration.people import ANA, PASSWORD, People
from tests.services.running import problem

OFFICER = "css@etwinning.example"
NEW = "another long password"
RESET_PAGE = "/registration/reset"


async def kinds(people: People, email: str = ANA) -> list[type]:
    return [type(event) for event in (await people.stream_of(email)).events()]


async def stored(people: People, collection: str) -> list[Any]:
    return await durable(people.service.host.database, collection).find({}).to_list(None)


@pytest.mark.parametrize("officer", [False, True])
async def test_a_forgotten_password_is_replaced_and_every_session_ends(people: People, officer: bool) -> None:
    email = OFFICER if officer else ANA
    await (people.centre(email) if officer else people.registered(email))
    sessions = [(await people.sign_in(email)).json()["session"] for _ in range(2)]
    assert (await people.recover(email)).status_code == 202
    assert (await people.reset(await people.recovery_link(email), NEW)).status_code == 200
    assert [await people.renew(session) for session in sessions] == [401, 401]
    assert (await people.sign_in(email)).status_code == 401
    fresh = await people.sign_in(email, NEW)
    assert fresh.status_code == 200
    assert await people.renew(fresh.json()["session"]) == 200
    assert (await kinds(people, email))[-2:] == [PasswordRecoveryRequested, PasswordReset]
    assert await stored(people, "credentials") == []


async def test_the_link_is_of_the_policy_single_use_and_the_latest(people: People) -> None:
    await people.registered()
    await people.recover()
    first = await people.recovery_link()
    people.pass_by(PAUSE)
    await people.recover()
    second = await people.recovery_link()
    assert problem(await people.reset(first, NEW)) == (409, "recovery-link-closed")
    assert (await people.reset(second, NEW)).status_code == 200
    assert problem(await people.reset(second, PASSWORD)) == (409, "recovery-link-closed")
    assert (await people.sign_in(password=NEW)).status_code == 200
    await people.recover()
    asked = (await people.stream_of(ANA)).recorded[-1]
    assert isinstance(asked.event, PasswordRecoveryRequested)
    assert asked.event.link_expires == asked.time + timedelta(hours=2)
    assert asked.envelope.policyversion == "accounts.default@1"
    third = await people.recovery_link()
    people.pass_by(timedelta(hours=2))
    assert problem(await people.reset(third, PASSWORD)) == (409, "recovery-link-expired")
    assert (await people.sign_in(password=NEW)).status_code == 200


@pytest.mark.parametrize("officer", [False, True])
async def test_strangers_who_ask_neither_close_the_owners_link_nor_use_up_a_limit(
    people: People, officer: bool
) -> None:
    email = OFFICER if officer else ANA
    await (people.centre(email) if officer else people.registered(email))
    await people.recover(email)
    link = await people.recovery_link(email)
    for _ in range(15):
        assert (await people.recover(email)).status_code == 202
    assert (await kinds(people, email)).count(PasswordRecoveryRequested) == 1
    assert (await people.reset(link, NEW)).status_code == 200
    assert (await people.recover(email)).status_code == 202
    assert (await kinds(people, email))[-1] is PasswordRecoveryRequested


async def test_a_repeated_reset_is_answered_again_and_ends_no_later_session(people: People) -> None:
    await people.registered()
    await people.recover()
    token = await people.recovery_link()
    assert (await people.reset(token, NEW, key="k-1")).status_code == 200
    session = (await people.sign_in(password=NEW)).json()["session"]
    assert (await people.reset(token, NEW, key="k-1")).status_code == 200
    assert await people.renew(session) == 200


async def test_of_two_resets_at_once_the_one_that_was_acknowledged_counts(people: People) -> None:
    await people.registered()
    await people.recover()
    token = await people.recovery_link()
    wanted = ["the first new password", "the second new password"]
    answers = await asyncio.gather(*(people.reset(token, one) for one in wanted))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    for password, answer in zip(wanted, answers, strict=True):
        expected = 200 if answer.status_code == 200 else 401
        assert (await people.sign_in(password=password)).status_code == expected


async def test_a_crash_between_the_commit_and_the_account_heals_and_its_sessions_are_over(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.registered()
    session = (await people.sign_in()).json()["session"]
    await people.recover()
    token = await people.recovery_link()

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Accounts, "open", dies)
        assert (await people.reset(token, NEW)).status_code == 500
    assert (await kinds(people))[-1] is PasswordReset
    assert await people.renew(session) == 401
    assert (await people.sign_in()).status_code == 401
    assert (await people.sign_in(password=NEW)).status_code == 200


async def test_a_password_that_settled_is_never_swept_before_its_account_has_it(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.registered()
    await people.recover()
    token = await people.recovery_link()

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Accounts, "open", dies)
        assert (await people.reset(token, NEW)).status_code == 500
    people.pass_by(timedelta(hours=2) + KEPT_AFTER_LINK + timedelta(seconds=1))
    for _ in range(2):
        await drop_outdated(desk_of(people))
    assert await stored(people, "credentials") == []
    assert (await people.sign_in(password=NEW)).status_code == 200


async def test_an_earlier_password_never_comes_back(people: People) -> None:
    teacher = await people.registered()
    desk = desk_of(people)
    before = await settled_of(desk, "teacher", teacher)
    assert before is not None
    await people.recover()
    await people.reset(await people.recovery_link(), NEW)
    late = await desk.accounts.account(teacher)
    assert late is not None
    await desk.accounts.keep(Credential(before.credential, teacher, "an old hash"), people.service.clock())
    await desk.accounts.open(teacher, before)  # a process that slept since the registration
    assert await desk.accounts.account(teacher) == late


@pytest.mark.parametrize("email", ["nobody@school.example", "draft@school.example", "erased@school.example"])
async def test_without_an_account_nothing_is_recovered(people: People, email: str) -> None:
    if email.startswith("draft"):
        await people.start(email)
    if email.startswith("erased"):
        await people.registered(email)
        await people.post("/me/erasure", token=await people.token(email))
    before = len(await stored(people, "commits"))
    assert (await people.recover(email)).status_code == 202
    assert len(await stored(people, "commits")) == before


async def test_a_reset_opens_with_a_genuine_link_only(people: People) -> None:
    teacher = await people.registered()
    expires = people.service.clock() + timedelta(hours=1)
    for purpose, stream in (("confirm_email", f"teacher-{teacher}"), ("reset_password", f"school-{teacher}")):
        token = people.service.link(purpose, stream, "a-1", expires)
        assert (await people.reset(token, NEW)).status_code == 404
        assert (await people.http.get(RESET_PAGE, params={"token": token})).status_code == 404
    unknown = people.service.link("reset_password", "teacher-nobody", "a-1", expires)
    assert (await people.reset(unknown, NEW)).status_code == 404


async def test_the_pages_work_without_a_script_and_looking_spends_nothing(people: People) -> None:
    await people.registered()
    same_site = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    assert 'action="/registration/recovery?lang=en"' in (await people.http.get("/registration/recovery")).text
    sent = await people.http.post("/registration/recovery", data={"email": ANA}, headers=same_site)
    assert (sent.status_code, sent.headers["content-type"]) == (202, "text/html; charset=utf-8")
    token = await people.recovery_link()
    for _ in range(2):
        page = await people.http.get(RESET_PAGE, params={"token": token})
        assert 'action="/registration/reset?lang=' in page.text
    form = {"token": token, "password": NEW, "key": "page-1"}
    clicks = [await people.http.post(RESET_PAGE, data=form, headers=same_site) for _ in range(2)]
    assert [click.status_code for click in clicks] == [200, 200]
    assert (await people.sign_in(password=NEW)).status_code == 200
    assert "no longer valid" in (await people.http.get(RESET_PAGE, params={"token": token, "lang": "en"})).text
