"""Signing in, staying so, signing out, being forgotten."""

from datetime import timedelta

import pytest

from services.registration.mongo import SESSION_LIFETIME, Account, Accounts
from shared.contracts.registration import PersonalDataErased, RegistrationStarted
from shared.identity.tokens import verify_access_token
from shared.mongo import durable
from shared.private_records.marks import Marks
from shared.private_records.records import Erased
from tests.services.registration.people import ANA, PASSWORD, People
from tests.services.running import problem


async def test_a_teacher_signs_in_with_a_token_for_five_minutes_and_no_office(people: People) -> None:
    teacher = await people.registered()
    answer = await people.sign_in("ANA.gil@school.EXAMPLE")
    assert answer.status_code == 200
    host = people.service.host
    found = verify_access_token(answer.json()["access_token"], host.keyring, audience="etwinning", now=host.clock())
    assert (found.person, found.offices) == (teacher, ())
    assert answer.json()["expires_in"] == 300
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite" in cookie for cookie in cookies)


async def test_unknown_addresses_and_wrong_passwords_get_the_same_answer(people: People) -> None:
    await people.registered()
    wrong, unknown = await people.sign_in(password="wrong password"), await people.sign_in("x@school.example")
    for answer in (wrong, unknown):
        assert problem(answer) == (401, "sign-in-failed")
    bodies = [{k: v for k, v in answer.json().items() if k != "correlation_id"} for answer in (wrong, unknown)]
    assert bodies[0] == bodies[1]


async def test_nobody_signs_in_before_phase_two(people: People) -> None:
    await people.confirmed()
    assert (await people.sign_in()).status_code == 401


async def test_a_crash_between_the_commit_and_the_account_is_healed_by_signing_in(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    accounts = durable(people.service.host.database, "accounts")
    kept = await durable(people.service.host.database, "credentials").find({}).to_list(None)
    assert (await people.complete(continuation)).status_code == 201
    # As if the process had died right after the commit: no account, the attempt's password still kept.
    await accounts.delete_many({})
    await durable(people.service.host.database, "credentials").insert_many(kept)
    assert (await people.sign_in()).status_code == 200


async def test_a_session_renews_the_token_until_it_ends(people: People) -> None:
    await people.registered()
    session = (await people.sign_in()).json()["session"]
    people.http.cookies.clear()
    assert (await people.post("/sessions/renew", {"session": session})).status_code == 200
    people.pass_by(SESSION_LIFETIME)
    people.http.cookies.clear()
    assert problem(await people.post("/sessions/renew", {"session": session})) == (401, "session-ended")


async def test_a_browser_renews_by_its_cookie_and_only_on_this_site(people: People) -> None:
    await people.registered()
    await people.sign_in()
    here = await people.http.post("/registration/sessions/renew", headers={"Sec-Fetch-Site": "same-origin"})
    elsewhere = await people.http.post("/registration/sessions/renew", headers={"Sec-Fetch-Site": "cross-site"})
    assert (here.status_code, elsewhere.status_code) == (200, 403)


async def test_signing_out_ends_every_session(people: People) -> None:
    await people.registered()
    sessions = [(await people.sign_in()).json() for _ in range(2)]
    people.http.cookies.clear()
    headers = {"Authorization": f"Bearer {sessions[0]['access_token']}"}
    assert (await people.http.delete("/registration/sessions", headers=headers)).status_code == 204
    for one in sessions:
        assert (await people.post("/sessions/renew", {"session": one["session"]})).status_code == 401


async def test_the_sign_in_page_leads_back_to_this_site_only(people: People) -> None:
    await people.registered()
    page = await people.http.get("/registration/sign-in", params={"next": "//evil.example/"})
    assert 'name="next" value="/"' in page.text
    for target, reached in (("/projects/mine", "/projects/mine"), ("https://evil.example", "/"), ("/\\evil", "/")):
        form = {"email": ANA, "password": PASSWORD, "next": target}
        answer = await people.http.post(
            "/registration/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, reached)
        assert len(answer.headers.get_list("set-cookie")) == 2


async def test_guessing_is_slowed_down(people: People) -> None:
    await people.registered()
    answers = [await people.sign_in(password="wrong password") for _ in range(21)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_an_erased_teacher_is_forgotten_and_the_facts_stay(people: People) -> None:
    teacher = await people.registered()
    token = await people.token()
    history = await people.stream_of(ANA)
    answer = await people.post("/me/erasure", token=token)
    assert (answer.status_code, answer.json()["status"]) == (200, "erased")
    database = people.service.host.database
    for name, filter_ in (
        ("accounts", {}), ("sessions", {}), ("credentials", {}), ("claims", {}),
        ("private_records", {"subject": teacher, "fields": {"$exists": True}}),
    ):  # fmt: skip
        assert await durable(database, name).find(filter_).to_list(None) == [], name
    after = await people.service.host.handler.load(history.stream)
    assert type(after.recorded[-1].event) is PersonalDataErased
    started = history.recorded[0].event
    assert isinstance(started, RegistrationStarted)
    assert await people.service.host.records.fetch([started.email.id]) == {started.email.id: Erased()}
    assert await Marks(database).has(teacher)
    assert (await people.sign_in()).status_code == 401


async def test_erasing_twice_is_erasing_once(people: People) -> None:
    teacher = await people.registered()
    token = await people.token()
    for _ in range(2):
        assert (await people.post("/me/erasure", token=token)).status_code == 200
    events = (await people.service.host.handler.load(f"teacher-{teacher}")).events()
    assert sum(isinstance(event, PersonalDataErased) for event in events) == 1


async def test_who_returns_begins_a_new_account(people: People) -> None:
    first = await people.registered()
    await people.post("/me/erasure", token=await people.token())
    second = await people.registered()
    assert second != first
    assert (await people.sign_in()).json()["person"] == second


async def test_who_returns_before_the_claim_is_deleted_begins_a_new_account_too(people: People) -> None:
    await people.registered()
    claims = durable(people.service.host.database, "claims")
    kept = await claims.find({}).to_list(None)
    await people.post("/me/erasure", token=await people.token())
    await claims.insert_many(kept)
    for _ in range(2):
        assert (await people.start(key="again")).status_code == 202
    history = await people.stream_of(ANA)
    assert history.stream != kept[0]["stream"]
    assert [type(event) for event in history.events()] == [RegistrationStarted]


async def test_the_erasure_consumer_forgets_what_a_late_writer_left(people: People) -> None:
    teacher = await people.registered()
    accounts = Accounts(people.service.host.database, people.service.clock)
    await Marks(people.service.host.database).set(teacher)
    await accounts.open_session(Account(teacher, ""))
    assert await durable(people.service.host.database, "sessions").find({}).to_list(None) == []


@pytest.mark.parametrize("path", ["/me/erasure"])
async def test_only_who_is_signed_in_is_forgotten(people: People, path: str) -> None:
    assert (await people.post(path)).status_code == 401


async def test_somebody_without_a_stream_cannot_be_forgotten(people: People) -> None:
    headers = people.service.signed_in("nobody")
    assert (await people.http.post("/registration/me/erasure", headers=headers)).status_code == 404


async def test_the_public_keys_are_open(people: People) -> None:
    answer = await people.http.get("/registration/.well-known/keys")
    assert {key["kid"] for key in answer.json()["keys"]} >= {"registration", "notifications"}
    assert all("d" not in key for key in answer.json()["keys"])


async def test_the_day_of_last_access_is_a_plain_field(people: People) -> None:
    teacher = await people.registered()
    people.pass_by(timedelta(days=3))
    await people.sign_in()
    stored = await durable(people.service.host.database, "accounts").find_one({"_id": teacher})
    assert stored is not None
    assert stored["last_access"] == "2026-11-27"
