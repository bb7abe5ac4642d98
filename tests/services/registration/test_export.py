"""Everything held about who asks, over HTTP on the real database; all five services together are tests/e2e."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import httpx

from services.registration.api.archive import FORMAT, archive, data_of
from services.registration.app import TEMPLATES
from services.registration.app.holdings import Holdings
from services.registration.commands import OpenProfile
from services.registration.mongo import Accounts
from services.registration.profile import PROFILE
from shared.contracts.base import SERVICES
from shared.event_store.history import Context
from shared.private_records.wire import HeldAnswer, HeldRecord
from shared.web.pages import Pages
from tests.services.registration.people import ANA, DIRECTOR, PASSWORD, People
from tests.services.running import NOW, problem

PAGES = Pages("registration", (TEMPLATES,))
SECRET = frozenset({"hash", "salt", "commitment", "credential_hash"})


async def export(people: People, person: str) -> httpx.Response:
    return await people.http.get("/registration/me/export", headers=people.service.signed_in(person))


def answers(**of_projects: object) -> list[HeldAnswer]:
    """Every service answers; projects with what a test is about."""
    said: dict[str, object] = {"records": [], "replicas": [], "documents": {}}
    return [
        HeldAnswer.model_validate(said | {"service": one, "person": "p-1"} | (of_projects if one == "projects" else {}))
        for one in SERVICES
    ]


def opened(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


async def test_a_service_that_does_not_answer_is_named_and_nothing_is_handed_out(people: People) -> None:
    answer = await export(people, await people.registered())
    assert problem(answer) == (503, "services-not-answering")
    assert answer.json()["data"] == {"services": ["validation", "projects", "recognition", "notifications"]}
    assert int(answer.headers["retry-after"]) >= 1
    assert "@" not in answer.text


async def test_only_who_is_signed_in_and_has_an_account_exports(people: People) -> None:
    assert (await people.http.get("/registration/me/export")).status_code == 401
    assert problem(await export(people, "nobody")) == (404, "not-found")
    teacher = await people.registered()
    erased = await people.http.post("/registration/me/erasure", headers=people.service.signed_in(teacher))
    assert erased.status_code == 200
    assert problem(await export(people, teacher)) == (401, "not-signed-in")


async def test_exports_are_limited_for_each_person(people: People) -> None:
    teacher = await people.registered()
    statuses = [(await export(people, teacher)).status_code for _ in range(21)]
    assert (set(statuses[:-1]), statuses[-1]) == ({503}, 429)


async def test_registration_holds_what_a_teacher_typed_and_what_followed(people: People) -> None:
    teacher = await people.registered()
    await people.registered("bea@school.example")
    await people.token()
    await _profile(people, teacher)
    held = await people.service.held(teacher)
    assert {one["kind"]: one["fields"] for one in held["records"]} == {
        "email": {"email": ANA}, "name": {"given_name": "Ana", "family_name": "Gil"},
    }  # fmt: skip
    documents = held["documents"]
    today = NOW.date().isoformat()
    assert documents["account"] == [
        {"last_access": today, "sessions": 1, "passwords_waiting": 0, "addresses_claimed": 1}
    ]
    (profile,) = documents["profile"]
    assert (profile["teacher"], profile["standing"]) == (teacher, "active")
    facts = [one["fact"] for one in documents["facts"]]
    assert facts == ["RegistrationStarted", "EmailConfirmed", "TeacherRegistered", "ProfileOpened"]
    assert documents["offices"] == []


async def test_no_secret_no_hash_and_nobody_else_is_in_it(people: People) -> None:
    teacher = await people.registered()
    await people.registered("bea@school.example")
    await people.token()
    held = await people.service.held(teacher)
    assert SECRET.isdisjoint(_names(held))
    text = json.dumps(held, ensure_ascii=False)
    for absent in (PASSWORD, "argon2", "bea@school.example", DIRECTOR["name"], DIRECTOR["email"]):
        assert absent not in text


async def test_of_an_officer_registration_holds_the_offices(people: People) -> None:
    await people.centre("css@etwinning.example")
    officer = (await people.stream_of("css@etwinning.example")).stream.removeprefix("officer-")
    documents = (await people.service.held(officer))["documents"]
    (office,) = documents["offices"]
    assert (office["kind"], office["standing"]) == ("central_support_officer", "held")
    assert (documents["profile"], documents["account"][0]["addresses_claimed"]) == ([], 1)


async def test_a_change_under_way_claims_two_addresses_and_waiting_passwords_are_counted(people: People) -> None:
    teacher, host = await people.registered(), people.service.host
    body = {"email": "new@school.example", "password": PASSWORD}
    asked = await people.http.post("/registration/me/email", json=body, headers=people.service.signed_in(teacher))
    assert asked.status_code == 202
    people.pass_by(timedelta(days=1))
    (account,) = await Holdings(host, Accounts(host.database, host.clock)).account(teacher)
    assert (account["addresses_claimed"], account["last_access"]) == (2, NOW.date().isoformat())


def test_the_archive_says_everything_twice_for_programs_and_for_people() -> None:
    record = HeldRecord(id="r-1", kind="project_title", fields={"title": "Ποτάμια <b>&</b>"}, written=NOW)
    held = answers(records=[record], documents={"projects": [{"project": "p-9", "founders": [{"school": "ES-1"}]}]})
    files = opened(archive(PAGES, "p-1", NOW, held))
    assert set(files) == {"data.json", "index.html"}
    data = json.loads(files["data.json"])
    assert (data["format"], data["person"], set(data["services"])) == (FORMAT, "p-1", set(SERVICES))
    assert data["services"]["projects"]["records"][0]["fields"] == record.fields
    assert "Ποτάμια" in files["data.json"]
    page = files["index.html"]
    assert "Ποτάμια &lt;b&gt;&amp;&lt;/b&gt;" in page
    assert '<th scope="row">Founders 1: school</th><td dir="auto">ES-1</td>' in page
    assert page.count("<h2>") == len(SERVICES)


def test_the_page_needs_nothing_from_anywhere_and_runs_nothing() -> None:
    page = opened(archive(PAGES, "p-1", NOW, answers()))["index.html"]
    assert page.lstrip().startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr">' in page
    for alien in ("<script", "src=", "href=", "url("):
        assert alien not in page


def test_the_same_answers_make_the_same_archive() -> None:
    assert archive(PAGES, "p-1", NOW, answers()) == archive(PAGES, "p-1", NOW, answers())


def test_an_uploaded_file_is_in_the_data_and_only_named_on_the_page() -> None:
    scan = HeldRecord(id="r-1", kind="certificate", fields={"content": "QUJD" * 2000, "type": "application/pdf"})
    files = opened(archive(PAGES, "p-1", NOW, answers(records=[scan])))
    assert scan.fields["content"] in files["data.json"]
    assert "(8000 characters, in data.json)" in files["index.html"]
    assert "QUJDQUJD" not in files["index.html"]


def test_the_data_keeps_what_each_service_said_apart() -> None:
    data = data_of("p-1", NOW, answers(documents={"projects": [{"project": "p-9"}]}))
    assert data["services"]["projects"]["documents"] == {"projects": [{"project": "p-9"}]}
    assert data["services"]["recognition"] == {"records": [], "replicas": [], "documents": {}}


def _names(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in _names(inner)}
    return {name for inner in value for name in _names(inner)} if isinstance(value, list) else set()


async def _profile(people: People, teacher: str) -> None:
    """What the reaction to TeacherRegistered does."""
    command = OpenProfile(at=NOW, teacher=teacher, country="ES", region=None, school="ES-1", role="teacher")
    context = Context("registration", "service:registration", "es", "c-1", command_id=f"profile-{teacher}")
    await people.service.host.handler.handle(PROFILE, teacher, command, context)
