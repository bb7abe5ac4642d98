"""Registering over HTTP on the real database: two phases, one account an address, nothing told to strangers."""

import asyncio
from datetime import timedelta

import pytest

from shared.contracts.registration import EmailConfirmed, RegistrationRepeated, RegistrationStarted, TeacherRegistered
from shared.event_store.claims import PATIENCE
from shared.identity.keys import signing_key
from shared.identity.links import Link, sign_link
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.mongo import durable
from shared.nodes import Nodes
from shared.private_records.records import Found
from tests.services.registration.people import ANA, DIRECTOR, PASSWORD, People
from tests.services.running import problem

OTHER = "bea@school.example"
STORED = ("commits", "claims", "erased", "credentials", "accounts", "sessions")


async def kinds(people: People, email: str = ANA) -> list[type]:
    return [type(event) for event in (await people.stream_of(email)).events()]


async def test_who_began_before_the_country_withdrew_does_not_register_there(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    host = people.service.host
    data = host.nodes.model_dump()
    for one in data["countries"]:
        if one["code"] == "ES":
            one["history"] = (*one["history"], {"status": "withdrawn", "since": host.clock().date()})
    host.nodes = Nodes.model_validate(data)
    assert problem(await people.complete(continuation)) == (409, "country-not-admitted")
    assert await kinds(people) == [RegistrationStarted, EmailConfirmed]


async def test_a_teacher_registers_in_two_phases(people: People) -> None:
    teacher = await people.registered()
    assert await kinds(people) == [RegistrationStarted, EmailConfirmed, TeacherRegistered]
    event = list((await people.stream_of(ANA)).events())[-1]
    assert isinstance(event, TeacherRegistered)
    records = await people.service.host.records.fetch([event.email.id, event.name.id, event.director_contact.id])
    email, name, director = (records[ref.id] for ref in (event.email, event.name, event.director_contact))
    assert isinstance(email, Found)
    assert isinstance(name, Found)
    assert isinstance(director, Found)
    assert (email.fields, email.subject, email.commitment) == (
        {"email": ANA.replace("School", "school")},
        teacher,
        event.email.commitment,
    )
    assert name.fields == {"given_name": "Ana", "family_name": "Gil"}
    assert (director.fields, director.kind) == (DIRECTOR, "director_contact")
    assert director.subject != teacher


async def test_who_is_known_already_is_told_and_nobody_else(people: People) -> None:
    await people.centre("css@etwinning.example")
    await people.registered()
    before = len(await kinds(people, "css@etwinning.example"))
    for email in (ANA, "css@etwinning.example"):
        for _ in range(2):
            assert (await people.start(email, key="k-1", locale="fr")).status_code == 202
    assert await kinds(people) == [RegistrationStarted, EmailConfirmed, TeacherRegistered, RegistrationRepeated]
    assert (await kinds(people, "css@etwinning.example"))[before:] == [RegistrationRepeated]
    registered, told = list((await people.stream_of(ANA)).events())[-2:]
    assert isinstance(told, RegistrationRepeated)
    assert isinstance(registered, TeacherRegistered)
    assert (told.email, told.locale) == (registered.email, "es")


async def test_what_is_typed_for_a_known_address_is_not_kept(people: People) -> None:
    """It is written down as that of a new one is, for a stopwatch's sake, and forgotten before the answer."""
    await people.centre("css@etwinning.example")
    await people.registered()
    before = {name: await _ids(people, name) for name in ("private_records", "credentials")}
    for email in (ANA, "css@etwinning.example"):
        assert (await people.start(email, key="k-1", given_name="Somebody", family_name="Else")).status_code == 202
    assert {name: await _ids(people, name) for name in before} == before
    assert (await people.start(OTHER, key="k-1")).status_code == 202
    assert len(await _ids(people, "private_records")) == len(before["private_records"]) + 2


async def _ids(people: People, collection: str) -> set[str]:
    return {one["_id"] for one in await durable(people.service.host.database, collection).find({}).to_list(None)}


@pytest.mark.parametrize("country", ["GB", "US"])
async def test_a_country_outside_the_programme_is_refused_for_known_and_unknown_addresses(
    people: People, country: str
) -> None:
    await people.registered()
    answers = [await people.start(email, country=country) for email in (ANA, OTHER)]
    assert [problem(answer) for answer in answers] == [(409, "country-not-admitted")] * 2
    reason = {"GB": "withdrawn", "US": "unknown_country"}[country]
    assert [answer.json()["data"] for answer in answers] == [{"country": country, "reason": reason}] * 2


async def test_the_link_is_of_the_policy_and_expires(people: People) -> None:
    await people.start()
    history = await people.stream_of(ANA)
    started = history.recorded[0]
    assert isinstance(started.event, RegistrationStarted)
    assert started.event.link_expires == started.time + timedelta(hours=72)
    assert started.envelope.policyversion == "deadlines.default@1"
    token = await people.mailed_link()
    people.pass_by(timedelta(hours=72))
    assert problem(await people.post("/confirm", {"token": token})) == (409, "email-link-expired")


async def test_a_repeated_request_starts_once(people: People) -> None:
    for _ in range(2):
        assert (await people.start(key="k-1")).status_code == 202
    assert await kinds(people) == [RegistrationStarted]
    answers = await asyncio.gather(*(people.start(OTHER, key="k-2") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {202}
    assert await kinds(people, OTHER) == [RegistrationStarted]


async def test_the_same_key_with_another_request_does_nothing_more_and_tells_nothing(people: People) -> None:
    first = await people.start(key="k-1")
    other = await people.start(key="k-1", family_name="Otra")
    assert (first.status_code, first.content) == (other.status_code, other.content)
    assert await kinds(people) == [RegistrationStarted]


async def test_two_who_give_the_same_address_at_once_share_one_stream(people: People) -> None:
    answers = await asyncio.gather(people.start(ANA), people.start(ANA.upper()), people.start(f" {ANA} "))
    assert {answer.status_code for answer in answers} == {202}
    assert await kinds(people) == [RegistrationStarted] * 3
    streams = await durable(people.service.host.database, "commits").find({}).to_list(None)
    assert len({commit["stream"] for commit in streams}) == 1


async def test_a_crash_after_the_claim_does_not_lock_the_address_up(people: People) -> None:
    await people.service.host.claims.intent(ANA).aim("teacher-crashed", 1)
    assert (await people.start()).status_code == 202
    assert (await people.stream_of(ANA)).stream == "teacher-crashed"
    await people.service.host.claims.intent(OTHER).aim("officer-crashed", 1)
    people.pass_by(PATIENCE)
    assert (await people.start(OTHER)).status_code == 202


async def test_a_link_is_single_use_and_a_repeat_of_the_same_request_is_answered_again(people: People) -> None:
    await people.start()
    token = await people.mailed_link()
    first = await people.post("/confirm", {"token": token}, key="k-1")
    again = await people.post("/confirm", {"token": token}, key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert problem(await people.post("/confirm", {"token": token})) == (409, "email-link-closed")
    assert await kinds(people) == [RegistrationStarted, EmailConfirmed]


async def test_a_later_link_closes_the_earlier_one(people: People) -> None:
    await people.start()
    token = await people.mailed_link()
    await people.start()
    assert problem(await people.post("/confirm", {"token": token})) == (409, "email-link-closed")
    assert (await people.post("/confirm", {"token": await people.mailed_link()})).status_code == 200


async def test_links_of_another_purpose_signer_or_stream_are_not_found(people: People) -> None:
    await people.start()
    stream = (await people.stream_of(ANA)).stream
    expires = people.service.clock() + timedelta(hours=1)
    forged = sign_link(signing_key(people.service.keys, "projects"), Link("confirm_email", stream, "a", expires))
    wrong = [
        people.service.link("accept_office", stream, "a", expires),
        people.service.link("confirm_email", "officer-1", "a", expires),
        people.service.link("confirm_email", "teacher-nobody", "a", expires),
        forged,
        "x",
    ]
    for token in wrong:
        answer = await people.post("/confirm", {"token": token})
        assert answer.status_code == 404
        assert (await people.http.get("/registration/confirm", params={"token": token})).status_code in {200, 404}


async def test_the_page_shows_and_its_form_confirms_then_completes(people: People) -> None:
    await people.school()
    await people.start()
    token = await people.mailed_link()
    page = await people.http.get("/registration/confirm", params={"token": token})
    assert page.status_code == 200
    assert 'action="/registration/confirm?lang=' in page.text
    assert await kinds(people) == [RegistrationStarted]
    same_site = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    form = {"token": token, "key": "page-1"}
    # A double click.
    clicks = [await people.http.post("/registration/confirm", data=form, headers=same_site) for _ in range(2)]
    assert [click.status_code for click in clicks] == [200, 200]
    continuation = clicks[1].text.partition('name="continuation" value="')[2].partition('"')[0]
    form = {
        "continuation": continuation, "password": PASSWORD, "school": "ES-1", "director_name": "Rosa Mar",
        "director_email": "director@school.example", "locale": "es",
    }  # fmt: skip
    done = await people.http.post("/registration/complete", data=form, headers=same_site)
    assert done.status_code == 200
    assert (await kinds(people))[-1] is TeacherRegistered
    spent = await people.http.get("/registration/confirm", params={"token": token, "lang": "en"})
    assert "no longer valid" in spent.text


async def test_another_sites_form_is_refused(people: People) -> None:
    await people.start()
    form = {"token": await people.mailed_link()}
    answer = await people.http.post("/registration/confirm", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_phase_two_needs_the_password_of_phase_one(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    assert problem(await people.complete(continuation, password="another password")) == (403, "wrong-password")
    assert (await people.complete(continuation)).status_code == 201


async def test_whoever_starts_later_with_another_password_does_not_change_what_was_confirmed(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    await people.start(password="a stranger's password")
    assert problem(await people.complete(continuation, password="a stranger's password")) == (403, "wrong-password")
    assert (await people.complete(continuation)).status_code == 201
    assert (await people.sign_in(password="a stranger's password")).status_code == 401
    assert (await people.sign_in()).status_code == 200


async def test_a_repeated_completion_is_answered_again_and_another_is_refused(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    first = await people.complete(continuation, key="k-1")
    again = await people.complete(continuation, key="k-1")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert problem(await people.complete(continuation, key="k-2")) == (409, "already-registered")


async def test_the_school_is_in_the_register_and_in_the_country(people: People) -> None:
    await people.school("1", country="FR")
    continuation = await people.confirmed()
    assert problem(await people.complete(continuation, school="ES-9")) == (409, "school-not-registered")
    assert problem(await people.complete(continuation, school="FR-1")) == (409, "school-in-another-country")


async def test_nobody_vouches_for_oneself_but_a_head_teacher(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    oneself = {"name": "Ana Gil", "email": f" {ANA.upper()} "}
    answer = await people.complete(continuation, director=oneself)
    assert problem(answer) == (409, "director-is-applicant")
    assert (await people.complete(continuation, director=oneself, role="head_teacher")).status_code == 201


async def test_the_decision_names_the_fact_about_the_school_that_it_rests_on(people: People) -> None:
    await people.registered()
    commit = (await people.stream_of(ANA)).commits[-1]
    school = await people.service.host.handler.load("school-ES-1")
    assert commit.facts["basis"] == [school.recorded[0].id]


async def test_a_continuation_ends_after_an_hour(people: People) -> None:
    await people.school()
    continuation = await people.confirmed()
    people.pass_by(timedelta(hours=1))
    assert (await people.complete(continuation)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"email": "nobody"}, {"password": "short"}, {"country": "Spain"}, {"locale": "Spanish"}, {"given_name": ""}],
)
async def test_bad_fields_are_named_and_never_repeated(people: People, wrong: dict[str, str]) -> None:
    answer = await people.start(**wrong)
    assert problem(answer) == (422, "validation-failed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}" for name in wrong]
    assert all(value not in answer.text for value in wrong.values() if value)


async def test_no_collection_but_private_records_holds_the_person(people: People) -> None:
    await people.registered()
    await people.sign_in()
    for name in STORED:
        for document in await durable(people.service.host.database, name).find({}).to_list(None):
            text = repr(document).lower()
            assert not any(word in text for word in ("ana.gil", "rosa", "director@", PASSWORD.split()[0])), name


async def test_nobody_is_an_officer_by_registering(people: People) -> None:
    await people.registered()
    claim = OfficeClaim(office_id="o-1", kind=OfficeKind.CENTRAL_SUPPORT_OFFICER)
    headers = people.service.signed_in((await people.sign_in()).json()["person"], claim)
    body = {"kind": "national_support_officer", "country": "ES", "email": OTHER}
    answer = await people.http.post("/registration/offices", json=body, headers=headers)
    assert problem(answer) == (403, "not-yours-to-appoint")
