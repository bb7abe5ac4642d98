"""Profiles over HTTP on the real database: schools, description, and the block (FAQ L3, L24, L26)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.registration.profile import PROFILE
from shared.contracts.registration import ProfileBlocked, TeacherSchoolAdded, TeacherSchoolChanged
from shared.private_records.records import Found
from tests.services.registration.people import ANA, DIRECTOR, People
from tests.services.registration.test_addresses import agree, ask
from tests.services.registration.years import Years
from tests.services.running import problem

DESCRIPTION = {
    "visibility": "everyone", "languages": ["es", "en"], "subjects": ["physics"], "age_from": 12, "age_to": 16,
}  # fmt: skip
BECAUSE = {"block": "misuse", "unblock": "cleared_up"}


@pytest.fixture
async def ana(people: People) -> "Ana":
    teacher = await people.registered()
    await people.school("2")
    await people.school("3", "FR")
    await Years(people).react()
    return Ana(people, teacher, await people.token())


class Ana:
    """A registered teacher who is signed in."""

    def __init__(self, people: People, teacher: str, token: str) -> None:
        self.people, self.teacher, self.token = people, teacher, token

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        return await self.people.post(f"/me{path}", body, key=key, token=self.token)

    async def profile(self, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return await self.people.http.get("/registration/me/profile", headers=headers)

    async def bring(self, school: str, path: str = "/schools", *, key: str | None = None) -> httpx.Response:
        body = {"school": school, "role": "adviser", "director": DIRECTOR, "locale": "es"}
        return await self.post(path, body, key=key)

    async def again(self, school: str, path: str = "/schools") -> httpx.Response:
        """With a token of now: those of another day are out."""
        self.token = await self.people.token()
        return await self.bring(school, path)

    async def decide(self, act: str, token: str, **body: Any) -> httpx.Response:
        return await self.people.post(f"/people/{self.teacher}/{act}", {"reason": BECAUSE[act], **body}, token=token)

    async def last(self) -> Any:
        history = await self.people.service.host.handler.load(PROFILE.stream(self.teacher))
        return history.recorded[-1].event

    async def record(self, identifier: str) -> Found:
        found = (await self.people.service.host.records.fetch([identifier]))[identifier]
        assert isinstance(found, Found)
        return found


async def test_l3_a_teacher_has_a_profile_that_members_see_until_they_choose_otherwise(ana: Ana) -> None:
    shown = (await ana.profile()).json()
    assert shown["schools"] == [{"school": "ES-1", "country": "ES", "region": None, "role": "teacher", "main": True}]
    assert (shown["standing"], shown["blocked"], shown["description"]["visibility"]) == ("active", False, "members")
    described = await ana.post("/profile", DESCRIPTION)
    assert (described.status_code, described.json()["description"]) == (200, DESCRIPTION)
    again = await ana.post("/profile", DESCRIPTION)
    assert (again.status_code, again.headers["etag"]) == (200, described.headers["etag"])


@pytest.mark.parametrize(
    "wrong",
    [{"languages": ["qq"]}, {"subjects": ["gossip"]}, {"age_from": 2}, {"age_to": 20}, {"visibility": "friends"}],
)
async def test_only_known_codes_describe_a_profile(ana: Ana, wrong: dict[str, Any]) -> None:
    assert (await ana.post("/profile", DESCRIPTION | wrong)).status_code == 422


async def test_the_younger_age_comes_first(ana: Ana) -> None:
    answer = await ana.post("/profile", DESCRIPTION | {"age_from": 16, "age_to": 12})
    assert problem(answer) == (409, "ages-outside-programme")


async def test_a_teacher_adds_chooses_changes_and_leaves_schools(ana: Ana) -> None:
    added = await ana.bring("ES-2", key="k-1")
    assert (await ana.bring("ES-2", key="k-1")).headers["etag"] == added.headers["etag"]
    event = await ana.last()
    assert isinstance(event, TeacherSchoolAdded)
    record = await ana.record(event.director_contact.id)
    assert (record.fields, record.kind) == (DIRECTOR, "director_contact")
    assert (await ana.post("/schools/ES-2/main")).json()["schools"][0]["school"] == "ES-2"
    assert problem(await ana.post("/schools/ES-2/leave")) == (409, "main-school-stays")
    moved = await ana.bring("FR-3", "/schools/change")
    assert [(one["school"], one["main"]) for one in moved.json()["schools"]] == [("FR-3", True), ("ES-1", False)]
    event = await ana.last()
    assert isinstance(event, TeacherSchoolChanged)
    assert (event.left, event.country) == ("ES-2", "FR")
    assert (await ana.bring("FR-3", "/schools/change")).headers["etag"] == moved.headers["etag"]
    assert problem(await ana.bring("ES-1", "/schools/change")) == (409, "school-is-yours")
    left = await ana.post("/schools/ES-1/leave")
    assert [one["school"] for one in left.json()["schools"]] == ["FR-3"]
    assert (await ana.post("/schools/ES-1/leave")).headers["etag"] == left.headers["etag"]
    assert (await ana.post("/schools/ES-9/leave")).status_code == 404
    assert problem(await ana.bring("ES-9")) == (409, "school-not-registered")


async def test_l19_so_many_schools_and_no_more_are_brought_in_on_a_day_and_at_once(ana: Ana) -> None:
    for number in range(4, 12):
        await ana.people.school(f"{number}")
    ana.people.pass_by(timedelta(days=5))
    for one in ("ES-4", "ES-5", "ES-6"):
        assert (await ana.again(one)).status_code == 200
    event = (await ana.people.service.host.handler.load(PROFILE.stream(ana.teacher))).recorded[-1]
    assert event.envelope.policyversion == "accounts.default@2"
    assert problem(await ana.again("ES-7")) == (409, "too-many-schools-today")
    assert problem(await ana.again("ES-7", "/schools/change")) == (409, "too-many-schools-today")
    assert (await ana.again("ES-6")).status_code == 200, "it is there already"
    ana.people.pass_by(timedelta(days=1))
    assert (await ana.again("ES-7")).status_code == 200
    assert problem(await ana.again("ES-8")) == (409, "too-many-schools")
    assert (await ana.again("ES-8", "/schools/change")).status_code == 200
    assert (await ana.post("/schools/ES-4/leave")).status_code == 200
    at_once = await asyncio.gather(*(ana.bring(f"ES-{number}", "/schools/change") for number in (9, 10, 11)))
    assert sorted(answer.status_code for answer in at_once) == [200, 409, 409]


@pytest.mark.parametrize("path", ["/schools", "/schools/change"])
async def test_nobody_but_a_head_teacher_is_their_own_director_at_another_school(ana: Ana, path: str) -> None:
    body = {"school": "ES-2", "role": "teacher", "director": DIRECTOR | {"email": ANA.upper()}, "locale": "es"}
    assert problem(await ana.post(path, body)) == (409, "director-is-applicant")
    assert (await ana.post(path, body | {"role": "head_teacher"})).status_code == 200


async def test_a_school_of_a_withdrawn_country_is_refused(ana: Ana) -> None:
    await ana.people.school("4", "GB")
    assert problem(await ana.bring("GB-4", "/schools/change")) == (409, "school-country-not-admitted")


async def test_a_profile_that_has_not_begun_is_asked_for_again_and_officers_have_none(people: People) -> None:
    teacher = await people.registered()
    ana = Ana(people, teacher, await people.token())
    early = await ana.profile()
    assert (problem(early), early.headers["retry-after"]) == ((409, "profile-not-yet-known"), "1")
    assert problem(await ana.bring("ES-1")) == (409, "profile-not-yet-known")
    assert (await ana.profile(await people.centre())).status_code == 404


async def test_l24_a_block_needs_a_reason_bars_every_write_and_is_ended(ana: Ana) -> None:
    nso = await ana.people.national()
    url = f"/people/{ana.teacher}/block"
    assert (await ana.people.post(url, {}, token=nso)).status_code == 422
    blocked = await ana.decide("block", nso, statement="Wrote to pupils at night.")
    assert (blocked.status_code, blocked.json()["blocked"], blocked.json()["reason"]) == (200, True, "misuse")
    event = await ana.last()
    assert isinstance(event, ProfileBlocked)
    assert event.statement is not None
    record = await ana.record(event.statement.id)
    assert (record.subject, record.fields) == (ana.teacher, {"statement": "Wrote to pupils at night."})
    again = await ana.decide("block", nso, reason="other")
    assert (again.headers["etag"], again.json()["reason"]) == (blocked.headers["etag"], "misuse")
    for path, body in (("/profile", DESCRIPTION), ("/schools/ES-1/main", None), ("/schools/ES-1/leave", None)):
        assert problem(await ana.post(path, body)) == (403, "blocked-profile")
    for path in ("/schools", "/schools/change"):
        assert problem(await ana.bring("ES-2", path)) == (403, "blocked-profile")
    assert (await ana.people.sign_in()).status_code == 200
    assert (await ana.profile()).json()["reason"] == "misuse"
    ended = await ana.decide("unblock", nso)
    assert (ended.status_code, ended.json()["blocked"]) == (200, False)
    assert (await ana.bring("ES-2")).status_code == 200


async def test_l24_a_block_bars_what_is_written_elsewhere_than_in_the_profile_too(ana: Ana) -> None:
    missing = {"country": "ES", "name": "Instituto Tres", "city": "Madrid", "postal_code": "28003", "locale": "es"}
    assert (await ask(ana.people, ana.teacher)).status_code == 202
    nso = await ana.people.national()
    assert (await ana.decide("block", nso)).status_code == 200
    proposed = await ana.people.post("/schools/proposals", missing, token=ana.token)
    contact = await ana.people.post("/schools/ES-1/director-contact", DIRECTOR, token=ana.token)
    another = await ask(ana.people, ana.teacher, "other@school.example")
    for answer in (proposed, contact, another, await agree(ana.people, ana.teacher, "new")):
        assert problem(answer) == (403, "blocked-profile")
    assert (await ana.post("/email/cancel")).status_code == 200, "it only gives something up"
    assert (await ana.people.recover()).status_code == 202
    assert (await ana.decide("unblock", nso)).status_code == 200
    assert (await ana.people.post("/schools/proposals", missing, token=ana.token)).status_code == 201


async def test_who_may_not_see_a_teacher_finds_none_and_who_may_see_does_not_block(ana: Ana) -> None:
    people = ana.people
    centre = await people.centre()
    tokens = {"ES": await appointed(people, centre, "ES"), "FR": await appointed(people, centre, "FR")}
    offered = await people.offer(
        tokens["ES"], "rep@etwinning.example", kind="representative", country="ES", region=None
    )
    assert offered.status_code == 201
    assert (await people.accept("rep@etwinning.example")).status_code == 200
    representative = await people.token("rep@etwinning.example")
    for act in ("block", "unblock"):
        assert (await ana.decide(act, ana.token)).status_code == 404
        assert (await ana.decide(act, tokens["FR"])).status_code == 404
        assert problem(await ana.decide(act, representative)) == (403, "not-yours-to-block")
        assert (await ana.decide(act, centre)).status_code == 200
        missing = await people.post(f"/people/nobody/{act}", {"reason": BECAUSE[act]}, token=tokens["ES"])
        assert missing.status_code == 404
    url = f"/registration/people/{ana.teacher}/standing"
    for token, status in ((representative, 200), (tokens["ES"], 200), (tokens["FR"], 404), (ana.token, 404)):
        seen = await people.http.get(url, headers={"Authorization": f"Bearer {token}"})
        assert seen.status_code == status


async def test_of_who_was_erased_officers_find_no_profile_and_the_token_counts_for_the_receipt_only(ana: Ana) -> None:
    people = ana.people
    token = await appointed(people, await people.centre(), "ES")
    url = f"/registration/people/{ana.teacher}/standing"
    assert (await people.http.get(url, headers={"Authorization": f"Bearer {token}"})).status_code == 200
    receipts = [await people.post("/me/erasure", token=ana.token) for _ in range(2)]
    assert [(one.status_code, one.json()["status"]) for one in receipts] == [(200, "erased")] * 2
    assert (await people.http.get(url, headers={"Authorization": f"Bearer {token}"})).status_code == 404
    for act in ("block", "unblock"):
        assert (await ana.decide(act, token)).status_code == 404
    own = await people.http.get("/registration/me/profile", headers={"Authorization": f"Bearer {ana.token}"})
    assert problem(own) == (401, "not-signed-in")


async def appointed(people: People, centre: str, country: str) -> str:
    email = f"nso-{country.lower()}@etwinning.example"
    offered = await people.offer(centre, email, kind="national_support_officer", country=country)
    assert offered.status_code == 201
    assert (await people.accept(email)).status_code == 200
    return await people.token(email)
