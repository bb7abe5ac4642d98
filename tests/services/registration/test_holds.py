"""Legal holds over HTTP: who may, what they keep, and that an erasure waits for the last of them (rules §4.17)."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from shared.contracts.registration import ErasureRequested, PersonalDataErased
from shared.identity.offices import OfficeClaim, OfficeKind
from tests.services.registration.people import ANA, DIRECTOR, People
from tests.services.registration.years import Years
from tests.services.running import problem

PLACED = {"reason": "court_order", "statement": "The court asked for the file"}
RELEASED = {"reason": "case_closed"}


async def place(people: People, teacher: str, token: str, *, key: str | None = None) -> httpx.Response:
    return await people.post(f"/people/{teacher}/holds", PLACED, token=token, key=key)


async def release(people: People, teacher: str, hold: str, token: str) -> httpx.Response:
    return await people.post(f"/people/{teacher}/holds/{hold}/release", RELEASED, token=token)


async def placed(people: People, teacher: str, token: str) -> str:
    answer = await place(people, teacher, token)
    assert answer.status_code == 201
    return str(answer.json()["hold"])


async def events(people: People, teacher: str) -> Sequence[Any]:
    return tuple((await people.service.host.handler.load(f"teacher-{teacher}")).events())


async def test_the_support_service_of_the_country_holds_and_releases(people: People) -> None:
    teacher, token = await people.registered(), await people.national("ES")
    answer = await place(people, teacher, token, key="k-1")
    assert (answer.status_code, answer.json()["status"], answer.json()["holds"]) == (201, "placed", 1)
    hold = answer.json()["hold"]
    assert (await place(people, teacher, token, key="k-1")).json()["hold"] == hold
    answer = await release(people, teacher, hold, token)
    assert answer.json() == {"person": teacher, "hold": hold, "status": "released", "holds": 0, "erased": False}
    assert (await release(people, teacher, hold, token)).json()["status"] == "released"
    assert (await people.sign_in()).status_code == 200


async def test_what_the_officer_wrote_stays_out_of_the_facts(people: People) -> None:
    teacher, token = await people.registered(), await people.national("ES")
    await placed(people, teacher, token)
    commits = (await people.service.host.handler.load(f"teacher-{teacher}")).commits
    assert not any(b"court asked" in raw for commit in commits for raw in (commit.head, *commit.events))


async def test_another_country_sees_nobody_there(people: People) -> None:
    teacher, token = await people.registered(), await people.national("FR")
    assert (await place(people, teacher, token)).status_code == 404
    assert (await release(people, teacher, "some-hold", token)).status_code == 404


async def test_the_centre_holds_everywhere_and_knows_no_hold_that_was_never_placed(people: People) -> None:
    teacher, token = await people.registered(), await people.centre()
    assert (await release(people, teacher, "some-hold", token)).status_code == 404
    assert (await place(people, teacher, token)).status_code == 201
    assert (await place(people, "nobody", token)).status_code == 404


async def test_a_representative_sees_the_person_and_may_not_hold(people: People) -> None:
    teacher, national = await people.registered(), await people.national("ES")
    email = "rep@etwinning.example"
    assert (await people.offer(national, email, kind="representative", country="ES")).status_code == 201
    assert (await people.accept(email)).status_code == 200
    assert problem(await place(people, teacher, await people.token(email))) == (403, "not-yours-to-hold")


async def test_who_is_no_officer_learns_nothing(people: People) -> None:
    teacher = await people.registered()
    for token, status in ((await people.token(), 404), (None, 401)):
        people.http.cookies.clear()
        answer = await people.post(f"/people/{teacher}/holds", PLACED, token=token)
        assert answer.status_code == status


async def test_an_office_that_the_token_claims_and_nobody_gave_counts_for_nothing(people: People) -> None:
    teacher = await people.registered()
    claim = OfficeClaim(office_id="o-1", kind=OfficeKind.CENTRAL_SUPPORT_OFFICER)
    headers = people.service.signed_in(teacher, claim)
    answer = await people.http.post(f"/registration/people/{teacher}/holds", json=PLACED, headers=headers)
    assert answer.status_code == 404


async def test_a_teacher_who_moved_is_held_where_the_teacher_is_now(people: People) -> None:
    teacher, centre = await people.registered(), await people.centre()
    tokens: dict[str, str] = {}
    for country in ("ES", "FR"):
        email = f"nso-{country.lower()}@etwinning.example"
        await people.offer(centre, email, kind="national_support_officer", country=country)
        await people.accept(email)
        tokens[country] = await people.token(email)
    hold = await placed(people, teacher, tokens["ES"])
    await people.school("3", "FR")
    await Years(people).react()
    body = {"school": "FR-3", "role": "teacher", "director": DIRECTOR, "locale": "fr"}
    moved = await people.post("/me/schools/change", body, token=await people.token())
    assert moved.status_code == 200
    assert (await release(people, teacher, hold, tokens["ES"])).status_code == 404
    assert (await release(people, teacher, hold, tokens["FR"])).json()["holds"] == 0


@pytest.mark.parametrize("body", [{}, {"reason": "ana_lopez"}, {"reason": "court_order", "more": 1}])
async def test_a_bad_body_is_refused(people: People, body: dict[str, Any]) -> None:
    teacher, token = await people.registered(), await people.centre()
    assert (await people.post(f"/people/{teacher}/holds", body, token=token)).status_code == 422


async def test_an_erasure_waits_for_the_last_hold_and_then_happens_at_once(people: People) -> None:
    teacher, officer = await people.registered(), await people.national("ES")
    first, second = await placed(people, teacher, officer), await placed(people, teacher, officer)
    token = await people.token()
    for _ in range(2):
        answer = await people.post("/me/erasure", token=token)
        assert (answer.status_code, answer.json()["status"]) == (200, "waiting")
    assert sum(isinstance(one, ErasureRequested) for one in await events(people, teacher)) == 1
    assert (await people.sign_in()).status_code == 200

    assert (await release(people, teacher, first, officer)).json()["erased"] is False
    assert await people.service.host.claims.holder(ANA) == f"teacher-{teacher}"
    assert (await release(people, teacher, second, officer)).json()["erased"] is True
    assert isinstance((await events(people, teacher))[-1], PersonalDataErased)
    assert await people.service.host.claims.holder(ANA) is None
    assert (await people.sign_in()).status_code == 401
    assert await people.service.host.records.about(teacher) == []


async def test_a_repeated_release_of_who_is_erased_is_answered_and_a_new_hold_comes_too_late(people: People) -> None:
    teacher, officer = await people.registered(), await people.national("ES")
    hold = await placed(people, teacher, officer)
    await people.post("/me/erasure", token=await people.token())
    headers = {"Authorization": f"Bearer {officer}", "Idempotency-Key": "k-1"}
    path = f"/registration/people/{teacher}/holds/{hold}/release"
    answers = [await people.http.post(path, json=RELEASED, headers=headers) for _ in range(2)]
    assert [(one.status_code, one.json()["erased"]) for one in answers] == [(200, True)] * 2
    assert (await place(people, teacher, officer)).status_code == 404
