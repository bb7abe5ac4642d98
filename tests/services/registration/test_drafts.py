"""Registrations that are interrupted: resumed by their owner or forgotten (FAQ L17, rules §4.14)."""

import asyncio
from datetime import timedelta
from typing import Any

from services.registration.app.housekeeping import drop_outdated
from services.registration.rules import PAUSE
from shared.contracts.registration import (
    EmailConfirmed,
    PersonalDataErased,
    RegistrationExpired,
    RegistrationRepeated,
    RegistrationStarted,
    TeacherRegistered,
)
from shared.event_store.history import History
from shared.mongo import durable
from shared.private_records.records import Erased, Found
from tests.services.registration.desks import desk_of
from tests.services.registration.people import ANA, DIRECTOR, PASSWORD, People
from tests.services.running import problem

DRAFT = timedelta(days=14)
ENDED: list[type] = [RegistrationExpired, PersonalDataErased]
MOMENT = timedelta(microseconds=1000)
NEW = {"password": None, "new_password": "the owner's password", "given_name": "Ana", "family_name": "Gil"}


def kinds(history: History) -> list[type]:
    return [type(event) for event in history.events()]


async def stored(people: People, collection: str) -> list[Any]:
    return await durable(people.service.host.database, collection).find({}).to_list(None)


async def test_another_link_is_asked_for_with_the_address_alone(people: People) -> None:
    await people.start()
    first = await people.mailed_link()
    people.pass_by(PAUSE)
    for _ in range(2):
        assert (await people.resend(key="k-1")).status_code == 202
    assert kinds(await people.stream_of(ANA)) == [RegistrationStarted] * 2
    assert problem(await people.post("/confirm", {"token": first})) == (409, "email-link-closed")
    assert (await people.post("/confirm", {"token": await people.mailed_link()})).status_code == 200


async def test_strangers_who_ask_for_links_neither_close_the_owners_nor_use_up_a_limit(people: People) -> None:
    await people.start()
    link = await people.mailed_link()
    for _ in range(15):
        assert (await people.resend()).status_code == 202
    assert kinds(await people.stream_of(ANA)) == [RegistrationStarted]
    assert len(await stored(people, "credentials")) == 1
    assert (await people.post("/confirm", {"token": link})).status_code == 200
    people.pass_by(PAUSE)
    assert (await people.resend()).status_code == 202
    assert (await people.post("/confirm", {"token": await people.mailed_link()})).status_code == 200


async def test_an_owner_is_told_once_of_many_who_ask_for_a_link(people: People) -> None:
    await people.registered()
    for _ in range(15):
        assert (await people.resend()).status_code == 202
    people.pass_by(PAUSE)
    await people.resend()
    assert kinds(await people.stream_of(ANA))[3:] == [RegistrationRepeated] * 2


async def test_a_registration_is_resumed_after_its_continuation_has_ended(people: People) -> None:
    await people.school()
    old = await people.confirmed()
    people.pass_by(timedelta(days=13))
    assert (await people.complete(old)).status_code == 404
    await people.resend()
    people.pass_by(timedelta(days=2))
    await drop_outdated(desk_of(people))
    answer = await people.post("/confirm", {"token": await people.mailed_link()})
    assert (await people.complete(answer.json()["continuation"])).status_code == 201
    assert (await people.sign_in()).status_code == 200


async def test_who_has_an_account_is_told_so_instead(people: People) -> None:
    await people.registered()
    await people.resend()
    assert kinds(await people.stream_of(ANA))[-1] is RegistrationRepeated


async def test_nothing_that_a_stranger_prepared_outlives_the_owner_of_the_address(people: People) -> None:
    await people.school()
    await people.start(password="a stranger's password", given_name="Evil", family_name="Eve")
    answer = await people.post("/confirm", {"token": await people.mailed_link()})
    continuation = answer.json()["continuation"]
    assert problem(await people.complete(continuation)) == (403, "wrong-password")
    assert problem(await people.complete(continuation, **NEW, school="ES-9")) == (409, "school-not-registered")
    assert (await people.complete(continuation, **NEW)).status_code == 201
    assert (await people.sign_in(password="a stranger's password")).status_code == 401
    assert (await people.sign_in(password="the owner's password")).status_code == 200
    registered = list((await people.stream_of(ANA)).events())[-1]
    assert isinstance(registered, TeacherRegistered)
    found = (await people.service.host.records.fetch([registered.name.id]))[registered.name.id]
    assert isinstance(found, Found)
    assert found.fields == {"given_name": "Ana", "family_name": "Gil"}


async def test_a_new_password_replaces_the_earlier_one_even_where_the_completion_is_refused(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    oneself = {"name": "Ana Gil", "email": ANA}
    answer = await people.complete(continuation, **NEW, director=oneself)
    assert problem(answer) == (409, "director-is-applicant")
    assert problem(await people.complete(continuation)) == (403, "wrong-password")
    # The name that went with it was for a commit that never came: it is given again.
    only = {"password": "the owner's password"}
    assert problem(await people.complete(continuation, **only)) == (403, "wrong-password")
    assert (await people.complete(continuation, **NEW, key="k-1")).status_code == 201
    assert (await people.complete(continuation, **NEW, key="k-1")).status_code == 201
    assert problem(await people.complete(continuation, **NEW)) == (409, "already-registered")
    assert await stored(people, "credentials") == []


async def test_phase_two_is_one_password_or_the_other_with_a_name(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    for wrong in ({"password": None}, {**NEW, "password": PASSWORD}, {**NEW, "given_name": None}):
        assert (await people.complete(continuation, **wrong)).status_code == 422


async def test_phase_two_works_without_a_script(people: People) -> None:
    await people.school()
    await people.service.fold_own()
    same_site = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    continuation = await people.confirmed()
    asked = {"continuation": continuation, "query": "instituto uno"}
    page = await people.http.post("/registration/complete/schools", data=asked, headers=same_site)
    assert 'name="school" value="ES-1"' in page.text
    vague = await people.http.post(
        "/registration/complete/schools", data=asked | {"query": "x"}, headers=same_site, params={"lang": "en"}
    )
    assert "Too many schools" in vague.text
    form = {
        "continuation": continuation, "password": "", "new_password": NEW["new_password"], "given_name": "Ana",
        "family_name": "Gil", "school": "ES-1", "role": "librarian", "director_name": DIRECTOR["name"],
        "director_email": DIRECTOR["email"], "locale": "es", "key": "page-1",
    }  # fmt: skip
    missing = await people.http.post("/registration/complete", data=form | {"given_name": ""}, headers=same_site)
    assert missing.status_code == 422
    for _ in range(2):
        done = await people.http.post("/registration/complete", data=form, headers=same_site)
        assert done.status_code == 200
    registered = list((await people.stream_of(ANA)).events())[-1]
    assert isinstance(registered, TeacherRegistered)
    assert registered.role == "librarian"


async def test_a_draft_expires_with_its_time_and_its_address_is_free(people: People) -> None:
    await people.confirmed()
    draft = await people.stream_of(ANA)
    desk = desk_of(people)
    people.pass_by(DRAFT)
    await drop_outdated(desk)
    assert kinds(await desk.host.handler.load(draft.stream)) == [RegistrationStarted, EmailConfirmed]
    people.pass_by(MOMENT)
    # Two processes at once, and a turn too many.
    await asyncio.gather(drop_outdated(desk), drop_outdated(desk_of(people)))
    await drop_outdated(desk)
    ended = await desk.host.handler.load(draft.stream)
    assert kinds(ended)[2:] == ENDED
    assert ended.commits[-1].named.cause == draft.recorded[0].id
    assert ended.recorded[-1].envelope.policyversion == "accounts.default@1"
    assert await stored(people, "credentials") == []
    assert await stored(people, "claims") == []
    started = draft.recorded[0].event
    assert isinstance(started, RegistrationStarted)
    assert isinstance((await desk.host.records.fetch([started.email.id]))[started.email.id], Erased)
    await people.start()
    assert kinds(await people.stream_of(ANA)) == [RegistrationStarted]
    assert (await people.stream_of(ANA)).stream != draft.stream


async def test_the_time_of_a_draft_runs_from_its_latest_link(people: People) -> None:
    await people.start()
    people.pass_by(timedelta(days=10))
    await people.resend()
    people.pass_by(timedelta(days=10))
    await drop_outdated(desk_of(people))
    assert kinds(await people.stream_of(ANA)) == [RegistrationStarted] * 2
    people.pass_by(timedelta(days=4) + MOMENT)
    stream = (await people.stream_of(ANA)).stream
    await drop_outdated(desk_of(people))
    ended = await people.service.host.handler.load(stream)
    assert kinds(ended)[2:] == ENDED
    assert ended.commits[-1].named.cause == ended.recorded[1].id


async def test_who_finished_does_not_expire(people: People) -> None:
    await people.registered()
    people.pass_by(DRAFT + MOMENT)
    await drop_outdated(desk_of(people))
    assert kinds(await people.stream_of(ANA)) == [RegistrationStarted, EmailConfirmed, TeacherRegistered]
    assert (await people.sign_in()).status_code == 200
