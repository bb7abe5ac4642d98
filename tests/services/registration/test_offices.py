"""Offices over HTTP: the machine appoints the centre, the centre the nodes, each node its own."""

import pytest

from services.registration.app import AddressNotAvailable, appoint
from services.registration.officer import NotYoursToAppoint
from shared.contracts.registration import OfficeAccepted, OfficeOffered, OfficeRevoked, PersonalDataErased
from shared.identity.office_view import OFFICES
from shared.identity.tokens import Principal, verify_access_token
from tests.services.registration.people import ANA, People
from tests.services.running import problem

REP = "rep@school.example"
NSO = "nso@etwinning.example"


def principal(people: People, token: str) -> Principal:
    host = people.service.host
    return verify_access_token(token, host.keyring, audience="etwinning", now=host.clock())


async def test_offices_are_handed_down_and_each_gets_an_account_by_mail(people: People) -> None:
    national = await people.national("ES")
    offered = await people.offer(national, REP, kind="representative", country="ES", region="comunidad de madrid")
    assert (offered.status_code, offered.json()["region"]) == (201, "Comunidad de Madrid")
    assert (await people.accept(REP)).json()["standing"] == "held"
    (office,) = principal(people, await people.token(REP)).offices
    assert office.capacity == "representative:ES:Comunidad de Madrid"


async def test_the_offer_records_in_which_office_it_was_made(people: People) -> None:
    await people.offer(await people.national(), REP, kind="assessor", country="ES")
    offered = (await people.stream_of(REP)).recorded[0]
    held = (await people.stream_of(NSO)).recorded[-1]
    assert (offered.envelope.capacity, offered.node, offered.envelope.policyversion) == (
        "nso:ES", "es", "deadlines.default@1",
    )  # fmt: skip
    assert (await people.stream_of(REP)).commits[0].facts["basis"] == [held.id]


@pytest.mark.parametrize(
    "office",
    [
        {"kind": "national_support_officer", "country": "ES"},
        {"kind": "central_support_officer"},
        {"kind": "assessor", "country": "FR"},
    ],
)
async def test_a_national_service_appoints_its_own_officers_only(people: People, office: dict[str, str]) -> None:
    assert problem(await people.offer(await people.national(), REP, **office)) == (403, "not-yours-to-appoint")


@pytest.mark.parametrize(
    ("office", "field"),
    [
        ({"kind": "assessor"}, "/country"),
        ({"kind": "central_support_officer", "country": "ES"}, "/country"),
        ({"kind": "assessor", "country": "ES", "region": "Madrid"}, "/country"),
        ({"kind": "representative", "country": "ES", "region": "Atlantis"}, "/region"),
        ({"kind": "national_support_officer", "country": "GB"}, "/country"),
        ({"kind": "national_support_officer", "country": "US"}, "/country"),
    ],
)
async def test_a_place_that_does_not_fit_is_a_fault_of_the_request(
    people: People, office: dict[str, str], field: str
) -> None:
    answer = await people.offer(people.service.signed_in("p-1")["Authorization"].split()[1], REP, **office)
    assert problem(answer) == (422, "validation-failed")
    assert answer.json()["errors"][0]["pointer"] == field


async def test_a_repeated_offer_is_made_once_and_another_one_mails_again(people: People) -> None:
    token = await people.national()
    office = {"kind": "assessor", "country": "ES"}
    first = await people.offer(token, REP, key="k-1", **office)
    again = await people.offer(token, REP, key="k-1", **office)
    assert first.json() == again.json()
    assert (await people.stream_of(REP)).version == 1
    await people.offer(token, REP, key="k-2", **office)
    assert [type(event) for event in (await people.stream_of(REP)).events()] == [OfficeOffered] * 2


async def test_one_person_may_hold_several_offices_with_one_account(people: People) -> None:
    token = await people.national()
    await people.offer(token, REP, kind="assessor", country="ES")
    await people.accept(REP)
    await people.offer(token, REP, kind="representative", country="ES")
    assert problem(await people.accept(REP, password="another password")) == (403, "wrong-password")
    assert (await people.accept(REP)).status_code == 200
    assert {office.kind.value for office in principal(people, await people.token(REP)).offices} == {
        "assessor", "representative",
    }  # fmt: skip


async def test_a_teachers_address_gets_no_office(people: People) -> None:
    await people.registered()
    answer = await people.offer(await people.national(), ANA, kind="assessor", country="ES")
    assert problem(answer) == (409, "address-not-available")
    with pytest.raises(AddressNotAvailable):
        await appoint(people.service.host, kind="central_support_officer", email=ANA)


async def test_an_offer_is_accepted_once(people: People) -> None:
    await appoint(people.service.host, kind="central_support_officer", email=REP)
    assert (await people.accept(REP, key="k-1")).status_code == 200
    assert (await people.accept(REP, key="k-1")).status_code == 200
    assert problem(await people.accept(REP, key="k-2")) == (409, "offer-closed")
    assert [type(event) for event in (await people.stream_of(REP)).events()] == [OfficeOffered, OfficeAccepted]


async def test_the_offers_page_shows_and_its_form_accepts(people: People) -> None:
    await appoint(people.service.host, kind="central_support_officer", email=REP)
    token = await people.mailed_link(REP)
    page = await people.http.get("/registration/offices/accept", params={"token": token})
    assert page.status_code == 200
    assert "central support officer" in page.text
    form = {"token": token, "key": "p-1", "given_name": "Eva", "family_name": "Pol", "password": "long enough 1"}
    answer = await people.http.post(
        "/registration/offices/accept", data=form, headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    )
    assert answer.status_code == 200
    assert (await people.sign_in(REP, "long enough 1")).status_code == 200
    assert "no longer valid" in (await people.http.get("/registration/offices/accept", params={"token": token})).text


async def test_a_revoked_office_is_in_no_new_token_and_appoints_nobody(people: People) -> None:
    centre = await people.centre()
    await people.offer(centre, NSO, kind="national_support_officer", country="ES")
    await people.accept(NSO)
    national = await people.token(NSO)
    (office,) = principal(people, national).offices
    person = principal(people, national).person
    ended = await people.post(
        f"/officers/{person}/offices/{office.office_id}/revoke", {"reason": "resigned"}, token=centre
    )
    assert (ended.status_code, ended.json()["standing"]) == (200, "revoked")
    assert principal(people, await people.token(NSO)).offices == ()
    # The old token still states it: the stream does not.
    assert problem(await people.offer(national, REP, kind="assessor", country="ES")) == (403, "not-yours-to-appoint")


async def test_only_whoever_may_appoint_may_revoke(people: People) -> None:
    centre = await people.centre()
    await people.offer(centre, NSO, kind="national_support_officer", country="ES")
    await people.accept(NSO)
    national = await people.token(NSO)
    person = principal(people, national).person
    (office,) = principal(people, national).offices
    path = f"/officers/{person}/offices/{office.office_id}/revoke"
    assert problem(await people.post(path, {"reason": "resigned"}, token=national)) == (403, "not-yours-to-appoint")
    nothing = await people.post(f"/officers/{person}/offices/o-9/revoke", {"reason": "resigned"}, token=centre)
    assert nothing.status_code == 404


async def test_no_other_country_learns_which_offices_there_are(people: People) -> None:
    centre = await people.centre()
    for country, email in (("ES", NSO), ("FR", "nso-fr@etwinning.example")):
        await people.offer(centre, email, kind="national_support_officer", country=country)
        await people.accept(email)
    spanish, french = await people.token(NSO), await people.token("nso-fr@etwinning.example")
    person, (office,) = principal(people, spanish).person, principal(people, spanish).offices
    refused = [
        await people.post(f"/officers/{person}/offices/{one}/revoke", {"reason": "resigned"}, token=french)
        for one in (office.office_id, "o-9")
    ]
    assert [problem(answer) for answer in refused] == [problem(refused[1])] * 2
    assert refused[0].status_code == 404


async def test_the_machine_appoints_the_centre_only_and_each_call_mails_again(people: People) -> None:
    host = people.service.host
    with pytest.raises(NotYoursToAppoint):
        await appoint(host, kind="assessor", email=REP, country="ES")
    first = await appoint(host, kind="central_support_officer", email=REP)
    second = await appoint(host, kind="central_support_officer", email=REP)
    assert first == second
    assert (await people.stream_of(REP)).version == 2
    await people.accept(REP)
    assert (await appoint(host, kind="central_support_officer", email=REP)).standing == "held"


async def test_an_officer_is_erased_with_every_office(people: People) -> None:
    token = await people.national()
    stream = (await people.stream_of(NSO)).stream
    assert (await people.post("/me/erasure", token=token)).status_code == 200
    events = [type(event) for event in (await people.service.host.handler.load(stream)).events()]
    assert events == [OfficeOffered, OfficeAccepted, OfficeRevoked, PersonalDataErased]
    assert (await people.sign_in(NSO)).status_code == 401
    await people.service.fold_own()
    offices = [await people.service.host.views.get(OFFICES, principal(people, token).offices[0].office_id)]
    assert offices[0] is not None
    assert offices[0]["live"] is False
