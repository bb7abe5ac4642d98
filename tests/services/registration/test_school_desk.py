"""Officers keep the register, teachers propose a missing school and suggest a director's address: over HTTP."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.registration.profile import PROFILE
from services.registration.queries import Schools
from services.registration.reactions import open_profile
from services.registration.school import SchoolClosedForRegistration, school_identifier
from shared.contracts.base import derived_id
from shared.contracts.registration import TeacherRegistered
from shared.event_store.history import Context
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.nodes.loading import parse_nodes
from tests.e2e.searching import found_in_databases
from tests.services.recorded import recorded
from tests.services.registration.people import ANA, DIRECTOR, People
from tests.services.registration.school_happened import record
from tests.services.running import problem

OFFICES = {
    "nso": OfficeClaim(office_id="o-nso", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="ES"),
    "france": OfficeClaim(office_id="o-fr", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="FR"),
    "galicia": OfficeClaim(office_id="o-ga", kind=OfficeKind.REPRESENTATIVE, country="ES", region="Galicia"),
    "madrid": OfficeClaim(office_id="o-ma", kind=OfficeKind.REPRESENTATIVE, country="ES", region="Comunidad de Madrid"),
    "spain": OfficeClaim(office_id="o-es", kind=OfficeKind.REPRESENTATIVE, country="ES"),
    "assessor": OfficeClaim(office_id="o-as", kind=OfficeKind.ASSESSOR, country="ES"),
    "central": OfficeClaim(office_id="o-css", kind=OfficeKind.CENTRAL_SUPPORT_OFFICER),
}
NEW = {
    "country": "ES", "official_id": "28/1", "name": "Uno", "city": "Madrid", "postal_code": "28001",
    "region": "comunidad de madrid",
}  # fmt: skip
DETAILS = {"name": "Uno", "city": "Madrid", "postal_code": "28001"}
ID = school_identifier("ES", "28/1")
NODES = Path(__file__).parents[3] / "shared" / "nodes" / "nodes.toml"
ACTS: dict[str, Any] = {
    "correct": {"name": "Único", "city": "Madrid", "postal_code": "28001"},
    "describe": {"levels": ["secondary", "primary", "primary"], "mail_domain": "uno.example"},
    "director-contact": DIRECTOR,
    "move": {"region": "Galicia"},
    "merge": {"into": "ES-2"},
    "close": {"reason": "not_official"},
    "reopen": None,
}
REPRESENTATIVES_TOO = {"correct", "describe", "director-contact"}


@pytest.fixture
async def desk(people: People) -> People:
    """Everybody in office, and one school."""
    for name, claim in OFFICES.items():
        await people.service.appoint(name, claim)
    assert (await act(people, "nso", "/schools", NEW)).status_code == 201
    await people.school("2")
    return people


async def act(people: People, who: str, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    headers = people.service.signed_in(who, *([OFFICES[who]] if who in OFFICES else []))
    if key is not None:
        headers["Idempotency-Key"] = key
    return await people.http.post(f"/registration{path}", json=body, headers=headers)


async def get(people: People, who: str, path: str) -> httpx.Response:
    headers = people.service.signed_in(who, *([OFFICES[who]] if who in OFFICES else []))
    return await people.http.get(f"/registration{path}", headers=headers)


async def teacher_at(people: People, teacher: str, school: str = ID) -> None:
    """A registered teacher's profile."""
    event = TeacherRegistered(
        teacher=teacher, country="ES", region=None, school=school, role="teacher", locale="es", email=record("e"),
        name=record("n"), director_contact=record("d"),
    )  # fmt: skip
    cause = recorded(event, f"teacher-{teacher}", 3)
    ((_, command),) = open_profile(cause)  # type: ignore[arg-type]
    context = Context("system", "system", "es", "c", cause=cause.id, policy="open_profile")
    await people.service.host.handler.handle(PROFILE, teacher, command, context)


@pytest.mark.parametrize("path", ACTS)
async def test_who_may_is_the_matrix(desk: People, path: str) -> None:
    for who in ("france", "galicia", "assessor", "central", "nobody"):
        assert problem(await act(desk, who, f"/schools/{ID}/{path}", ACTS[path])) == (403, "not-in-office"), who
    for who in ("madrid", "spain"):
        answer = await act(desk, who, f"/schools/{ID}/{path}", ACTS[path])
        assert answer.status_code == (200 if path in REPRESENTATIVES_TOO else 403), who
    assert (await act(desk, "nso", f"/schools/{ID}/{path}", ACTS[path])).status_code == 200
    assert (await desk.http.post(f"/registration/schools/{ID}/{path}", json=ACTS[path])).status_code == 401
    assert (await act(desk, "nso", f"/schools/ES-none/{path}", ACTS[path])).status_code == 404


@pytest.mark.parametrize("path", ACTS)
async def test_the_same_again_changes_nothing(desk: People, path: str) -> None:
    first = await act(desk, "nso", f"/schools/{ID}/{path}", ACTS[path], key="k")
    again = await act(desk, "nso", f"/schools/{ID}/{path}", ACTS[path])
    repeated = await act(desk, "nso", f"/schools/{ID}/{path}", ACTS[path], key="k")
    versions = {(await desk.http.get(f"/registration/schools/{ID}")).headers["etag"]}
    assert [answer.status_code for answer in (first, again, repeated)] == [200] * 3
    assert versions == {'"1"' if path == "reopen" else '"2"'}


async def test_only_a_national_service_registers_and_only_once(desk: People) -> None:
    for who in ("spain", "madrid", "france", "central"):
        assert problem(await act(desk, who, "/schools", NEW)) == (403, "not-in-office")
    again = await act(desk, "nso", "/schools", NEW)
    assert (again.status_code, again.json()["region"]) == (201, "Comunidad de Madrid")
    assert problem(await act(desk, "nso", "/schools", NEW | {"name": "Otro"})) == (409, "school-registered-otherwise")
    wrong = await act(desk, "nso", "/schools", NEW | {"region": "Atlantis"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/region")


async def test_who_registers_at_a_duplicate_registers_at_the_other_one(desk: People) -> None:
    merged = await act(desk, "nso", f"/schools/{ID}/merge", {"into": "ES-2"})
    assert (merged.json()["standing"], merged.json()["merged_into"]) == ("merged", "ES-2")
    shown = (await desk.http.get(f"/registration/schools/{ID}")).json()
    assert (shown["standing"], shown["merged_into"]) == ("merged", "ES-2")
    schools = Schools(desk.service.host)
    assert (await schools.registered(ID))[0].school == "ES-2"
    answer = await act(desk, "nso", "/schools/ES-2/merge", {"into": ID})
    assert problem(answer) == (409, "survivor-not-open")
    await act(desk, "nso", "/schools/ES-2/close", {"reason": "not_official"})
    with pytest.raises(SchoolClosedForRegistration):
        await schools.registered(ID)
    assert problem(await act(desk, "nso", f"/schools/{ID}/correct", DETAILS)) == (409, "school-merged-into-another")


async def test_a_missing_school_is_proposed_decided_and_found_by_a_later_import(desk: People) -> None:
    continuation = await desk.confirmed()
    body = DETAILS | {
        "name": "Dos", "country": "ES", "region": "Comunidad de Madrid", "locale": "es", "continuation": continuation,
    }  # fmt: skip
    school = (await desk.post("/schools/proposals", body, key="p")).json()["school"]
    assert (await desk.post("/schools/proposals", body, key="p")).json()["school"] == school
    assert problem(await desk.post("/schools/proposals", body | {"name": "Tres"})) == (409, "proposal-open")
    assert (await desk.http.get(f"/registration/schools/{school}")).status_code == 404
    await desk.service.fold_own()
    listed = await get(desk, "madrid", "/schools/proposals?country=ES")
    assert [item["details"]["name"] for item in listed.json()["items"]] == ["Dos"]
    assert len((await get(desk, "nso", "/schools/proposals?country=ES")).json()["items"]) == 1
    assert (await get(desk, "galicia", "/schools/proposals?country=ES")).json()["items"] == []
    for who in ("france", "assessor"):
        assert problem(await get(desk, who, "/schools/proposals?country=ES")) == (403, "not-in-office")
    accepting = DETAILS | {"official_id": "28/9"}
    path = f"/schools/proposals/{school}"
    for who in ("galicia", "france", "nobody"):
        assert problem(await act(desk, who, f"{path}/accept", accepting)) == (404, "not-found")
    there = await act(desk, "madrid", f"{path}/accept", accepting | {"official_id": "28/1"})
    assert (problem(there), there.json()["data"]) == ((409, "school-there-already"), {"school": ID})
    accepted = await act(desk, "madrid", f"{path}/accept", accepting)
    assert (accepted.status_code, accepted.json()["standing"], accepted.json()["school"]) == (200, "open", school)
    assert problem(await act(desk, "nso", f"{path}/refuse", {"reason": "other"})) == (409, "proposal-decided")
    await desk.service.fold_own()
    assert (await get(desk, "nso", "/schools/proposals?country=ES")).json()["items"] == []
    again = await act(desk, "nso", "/schools", NEW | {"official_id": "28/9"})
    assert (again.status_code, again.json()["school"]) == (201, school)


async def test_a_refused_proposal_says_why_and_nobody_proposes_without_an_account(desk: People) -> None:
    await desk.registered()
    headers = {"Authorization": f"Bearer {await desk.token(ANA)}"}
    body = DETAILS | {"country": "ES", "locale": "es"}
    answer = await desk.http.post("/registration/schools/proposals", json=body, headers=headers)
    path = f"/schools/proposals/{answer.json()['school']}/refuse"
    assert problem(await act(desk, "madrid", path, {"reason": "not_official"})) == (404, "not-found")
    refused = await act(desk, "spain", path, {"reason": "not_official"})
    assert (refused.json()["standing"], refused.json()["reason"]) == ("refused", "not_official")
    again = await desk.http.post("/registration/schools/proposals", json=body, headers=headers)
    assert (again.status_code, again.json()["standing"]) == (201, "proposed")
    desk.http.cookies.clear()
    assert problem(await desk.post("/schools/proposals", body)) == (401, "not-signed-in")
    assert problem(await desk.post("/schools/proposals", body | {"continuation": "a.b.c"})) == (404, "not-found")
    assert problem(await act(desk, "nso", "/schools/proposals", body)) == (404, "not-found")
    gone = await desk.http.post("/registration/schools/proposals", json=body | {"country": "GB"}, headers=headers)
    assert problem(gone) == (409, "school-not-admitted")


async def test_a_teachers_word_about_the_director_waits_for_one_click(desk: People) -> None:
    await teacher_at(desk, "ana")
    await act(desk, "nso", f"/schools/{ID}/describe", {"levels": [], "mail_domain": "school.example"})
    path = f"/schools/{ID}/director-contact"
    assert problem(await act(desk, "stranger", path, DIRECTOR)) == (403, "not-in-office")
    given = await act(desk, "ana", path, DIRECTOR)
    assert (given.status_code, given.json()["standing"]) == (200, "waits")
    assert (await get(desk, "ana", path)).json() == {"school": ID, "known": False, "contact": None, "suggestions": []}
    (waiting,) = (await get(desk, "madrid", path)).json()["suggestions"]
    assert (waiting["email"], waiting["matches_domain"], waiting["suggested_by"]) == (DIRECTOR["email"], True, "ana")
    chosen = {"suggestion": waiting["suggestion"]}
    for who in ("ana", "galicia", "france"):
        assert problem(await act(desk, who, f"{path}/confirm", chosen)) == (403, "not-in-office")
    confirmed = await act(desk, "madrid", f"{path}/confirm", chosen)
    contact = {"name": DIRECTOR["name"], "email": DIRECTOR["email"], "given_by": "teacher"}
    assert (confirmed.json()["contact"], confirmed.json()["suggestions"]) == (contact, [])
    assert (await get(desk, "ana", path)).json()["known"] is True
    assert (await act(desk, "madrid", f"{path}/confirm", chosen)).status_code == 200
    assert (await act(desk, "ana", path, DIRECTOR)).json()["standing"] == "waits"
    assert (await get(desk, "madrid", path)).json()["suggestions"] == []
    await act(desk, "ana", path, DIRECTOR | {"email": "friend@elsewhere.example"})
    (friend,) = (await get(desk, "madrid", path)).json()["suggestions"]
    assert friend["matches_domain"] is False
    dismissed = await act(desk, "madrid", f"{path}/dismiss", {"suggestion": friend["suggestion"]})
    assert (dismissed.json()["contact"], dismissed.json()["suggestions"]) == (contact, [])
    assert problem(await act(desk, "madrid", f"{path}/confirm", {"suggestion": friend["suggestion"]}))[0] == 404


async def test_a_teacher_does_not_suggest_oneself_as_the_director(desk: People) -> None:
    teacher = await desk.registered(ANA)
    await teacher_at(desk, teacher)
    path = f"/schools/{ID}/director-contact"
    oneself = await act(desk, teacher, path, DIRECTOR | {"email": f" {ANA.upper()}"})
    assert problem(oneself) == (409, "director-is-applicant")
    assert (await act(desk, teacher, path, DIRECTOR)).json()["standing"] == "waits"


async def test_no_word_of_a_director_is_left_and_another_one_may_be_named(desk: People) -> None:
    await teacher_at(desk, "ana")
    path, words = f"/schools/{ID}/director-contact", (DIRECTOR["email"], "friend@elsewhere.example")
    assert (await act(desk, "nso", path, DIRECTOR)).json()["standing"] == "counts"
    assert (await act(desk, "ana", path, DIRECTOR | {"email": words[1]})).json()["standing"] == "waits"
    host = desk.service.host
    assert {hit.partition(": ")[2] for hit in _found(desk, words)} == set(words)
    for who in ("france", "galicia", "ana", "assessor", "central"):
        assert problem(await act(desk, who, f"{path}/forget")) == (403, "not-in-office"), who
    answers = [await act(desk, "madrid", f"{path}/forget", key="k") for _ in range(2)]
    assert [answer.json()["person"] for answer in answers] == [derived_id("director", ID)] * 2
    assert _found(desk, words) == set()
    shown = (await get(desk, "madrid", path)).json()
    assert (shown["known"], shown["contact"], shown["suggestions"]) == (False, None, [])
    assert await host.records.erased([derived_id("director", ID)]) == {derived_id("director", ID)}
    assert (await act(desk, "nso", path, DIRECTOR)).json()["standing"] == "counts"
    assert (await get(desk, "madrid", path)).json()["contact"]["email"] == DIRECTOR["email"]


def _found(desk: People, words: tuple[str, ...]) -> set[str]:
    return found_in_databases(desk.service.environment["ETWINNING_MONGO_URL"], words, desk.service.host.database.name)


async def test_countries_are_shown_as_they_were_on_a_day(people: People) -> None:
    async def on(day: str) -> dict[str, Any]:
        answer = await people.http.get("/registration/countries", params={"on": day} if day else {})
        return {item["code"]: item for item in answer.json()["items"]}

    now, before = await on(""), await on("2018-01-01")
    assert len(now) == 42
    assert [now[code]["name"] for code in ("MK", "NL", "TR")] == ["North Macedonia", "Netherlands", "Türkiye"]
    assert (before["MK"]["name"], before["TR"]["name"]) != (now["MK"]["name"], now["TR"]["name"])
    assert [(await on(day))["GB"]["admits"] for day in ("2020-12-31", "2021-01-01")] == [True, False]
    assert "Comunidad de Madrid" in now["ES"]["regions"]
    assert (await people.http.get("/registration/countries", params={"on": "soon"})).status_code == 422


async def test_a_country_that_has_left_takes_no_school_and_no_teacher_from_that_day_on(people: People) -> None:
    claim = OfficeClaim(office_id="o-gb", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="GB")
    await people.service.appoint("gb", claim)
    for day, status, teacher in (
        (datetime(2020, 12, 31, 23, tzinfo=UTC), 201, 202),
        (datetime(2021, 1, 1, tzinfo=UTC), 409, 409),
    ):
        people.service.clock.now = day
        body = NEW | {"country": "GB", "region": None, "official_id": day.strftime("%Y")}
        headers = people.service.signed_in("gb", claim)
        answer = await people.http.post("/registration/schools", json=body, headers=headers)
        assert answer.status_code == status
        assert (await people.start(f"{day.year}@school.example", country="GB")).status_code == teacher


MONTENEGRO = """
[countries.ME]
name = "Montenegro"
history = [{ status = "member", since = 2022-04-01 }]
languages = ["cnr"]
time_zone = "Europe/Podgorica"
support = "support@me.etwinning.example"
"""


async def test_a_country_joins_by_a_line_of_data(people: People) -> None:
    people.service.host.nodes = parse_nodes(NODES.read_text(encoding="utf-8") + MONTENEGRO)
    claim = OfficeClaim(office_id="o-me", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="ME")
    await people.service.appoint("me", claim)
    last, first = datetime(2022, 3, 31, 23, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC)
    for day, school, teacher in ((last, 409, 409), (first, 201, 202)):
        people.service.clock.now = day
        body = NEW | {"country": "ME", "region": None}
        answer = await people.http.post(
            "/registration/schools", json=body, headers=people.service.signed_in("me", claim)
        )
        assert answer.status_code == school
        assert (await people.start("petar@school.example", country="ME")).status_code == teacher
