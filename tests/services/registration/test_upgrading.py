"""Accounts, sessions and drafts as release 0.1.0 left them. The whole of an upgrade: tests/deploy/test_upgrade.py."""

from datetime import timedelta
from typing import Any

import pytest

from services.registration.app import upgrading
from services.registration.app.housekeeping import drop_outdated
from services.registration.app.upgrading import repair
from services.registration.mongo import SESSION_LIFETIME
from shared.contracts.registration import RegistrationStarted
from shared.mongo import durable
from tests.services.registration.desks import desk_of
from tests.services.registration.people import ANA, People

EVA = "eva@school.example"
TODAY = "2026-11-24"


async def as_in_0_1_0(people: People, last_access: str | None = None) -> None:
    """Of an account the password alone, and a day once somebody signed in; of a session nothing of a password."""
    database = people.service.host.database
    of_today = dict.fromkeys(("credential", "number", "review", "reviewed_under", "last_access"), "")
    await durable(database, "accounts").update_many({}, {"$unset": of_today})
    if last_access is not None:
        await durable(database, "accounts").update_many({}, {"$set": {"last_access": last_access}})
    await durable(database, "sessions").update_many({}, {"$unset": {"credential": ""}})


async def stored(people: People, collection: str) -> list[Any]:
    return await durable(people.service.host.database, collection).find({}).sort("_id", 1).to_list(None)


async def account(people: People) -> Any:
    [found] = await stored(people, "accounts")
    return found


async def test_who_never_signed_in_counts_from_the_registration(people: People) -> None:
    teacher = await people.registered()
    made = await account(people)
    await as_in_0_1_0(people)
    people.pass_by(timedelta(days=40))
    assert await repair(people.service.host) == 1
    assert await account(people) == made | {"last_access": TODAY, "review": TODAY}
    assert made["_id"] == teacher


async def test_an_officer_counts_from_the_first_office(people: People) -> None:
    await people.centre()
    await as_in_0_1_0(people)
    people.pass_by(timedelta(days=40))
    assert await repair(people.service.host) == 1
    assert (await account(people))["last_access"] == TODAY


@pytest.mark.parametrize(("noted", "opened", "day"), [
    ("2026-12-20", 0, "2026-12-20"),
    ("2026-11-20", 3, "2026-11-27"),
    (None, 3, "2026-11-27"),
])  # fmt: skip
async def test_the_last_trace_of_a_sign_in_counts(people: People, noted: str | None, opened: int, day: str) -> None:
    await people.registered()
    await people.sign_in()
    people.pass_by(timedelta(days=opened))
    await people.sign_in()
    await as_in_0_1_0(people, noted)
    await repair(people.service.host)
    assert (await account(people))["last_access"] == day


async def test_sessions_of_that_time_go_on(people: People) -> None:
    await people.registered()
    session = (await people.sign_in()).json()["session"]
    await as_in_0_1_0(people, TODAY)
    people.http.cookies.clear()
    assert await people.renew(session) == 401
    await repair(people.service.host)
    assert await people.renew(session) == 200
    people.pass_by(SESSION_LIFETIME)
    assert await people.renew(session) == 401


async def test_a_repair_that_is_ended_anywhere_is_begun_again(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    for email in (ANA, EVA):
        await people.registered(email)
        await people.sign_in(email)
    await people.start("lea@school.example")
    made = await stored(people, "accounts")
    await as_in_0_1_0(people)
    await durable(people.service.host.database, "credentials").delete_many({})
    settled, left = upgrading._settled, iter((True, False))

    async def dies(host: Any, person: str) -> Any:
        if not next(left):
            raise KeyboardInterrupt
        return await settled(host, person)

    monkeypatch.setattr(upgrading, "_settled", dies)
    with pytest.raises(KeyboardInterrupt):
        await repair(people.service.host)
    monkeypatch.undo()
    assert [await repair(people.service.host), await repair(people.service.host)] == [1, 0]
    assert await stored(people, "accounts") == made
    assert len(await stored(people, "credentials")) == 1


async def test_a_draft_whose_password_was_dropped_is_resumed_or_forgotten(people: People) -> None:
    await people.registered(EVA)
    await people.start()
    await durable(people.service.host.database, "credentials").delete_many({})
    await as_in_0_1_0(people)
    people.pass_by(timedelta(days=11))
    await people.resend()
    assert [type(one) for one in (await people.stream_of(ANA)).events()] == [RegistrationStarted]
    await repair(people.service.host)
    await people.resend()
    assert [type(one) for one in (await people.stream_of(ANA)).events()] == [RegistrationStarted] * 2
    history = await people.stream_of(ANA)
    for _ in range(2):
        people.pass_by(timedelta(days=15))
        await drop_outdated(desk_of(people))
    ended = list((await people.service.host.handler.load(history.stream)).events())[2:]
    assert [type(one).__name__ for one in ended] == ["RegistrationExpired", "PersonalDataErased"]
