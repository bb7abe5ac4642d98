"""Somebody is forgotten while seals and mails about them are under way."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from deploy.connections import installation_settings, opened
from deploy.local.stack import LocalStack
from deploy.story.calls import bearer
from deploy.story.mailbox import Mailbox
from deploy.story.people import FAMILY_NAME, Officer, Teacher
from deploy.story.performance import drawn_schools
from deploy.story.programme import Programme
from services.registration.app import appoint
from shared.contracts.base import SERVICES, Event
from shared.contracts.catalogue import codec
from shared.contracts.notifications import NotificationQueued, NotificationSent, NotificationSuppressed, ToPerson
from shared.contracts.registration import PersonalDataErased, RegistrationStarted
from shared.event_store.commits import from_document
from shared.private_records.records import Erased
from tests.chaos.quiet import wait_for_quiet
from tests.e2e.register import ERASURE
from tests.e2e.searching import found_in_databases, found_in_files
from tests.e2e.telling import command, received
from tests.e2e.waiting import DEADLINE_S, until

TITLE = "Forgotten rivers"
MISSED, BLOCKED_FOR, HELD_FOR = "Colegio Olvidado", "Wrote to pupils of others.", "Asked for by a court in Vigo."
SEAL = "Your eTwinning Seal"


class Scene:
    """Two teachers, and a project of theirs that lacks one approval."""

    def __init__(self, stack: LocalStack, http: httpx.AsyncClient) -> None:
        self.stack, self._http = stack, http
        self.programme = Programme(http, Mailbox(http, stack.mail_url), ERASURE)
        self.services: dict[str, Officer] = {}

    async def set(self) -> None:
        steps = self.programme
        await self._offices()
        here, there, _ = drawn_schools(ERASURE)
        (self.leaving, _), (self.staying, _) = await asyncio.gather(
            steps.register_teacher(here, "leaving"), steps.register_teacher(there, "staying")
        )
        for teacher in (self.leaving, self.staying):
            await self._validate(teacher)
        proposed = await steps.propose(self.leaving, self.staying, TITLE)
        self.project = str(proposed.answer["project"])
        await steps.accept(self.project, self.staying)
        await steps.approve(self.project, self.services["ES"])
        await self._written_about()

    async def _written_about(self) -> None:
        """The leaving teacher misses a school, and is blocked for a while, for a reason in words."""
        http = self._http
        officer = bearer(await self.programme.sign_in(self.services[str(self.leaving.country)]))
        block = f"/registration/people/{self.leaving.id}"
        body = {"reason": "misuse", "statement": BLOCKED_FOR}
        assert (await http.post(f"{block}/block", json=body, headers=officer)).status_code == 200
        assert (await http.post(f"{block}/unblock", json={"reason": "cleared_up"}, headers=officer)).status_code == 200
        missing = {
            "country": self.leaving.country,
            "region": self.leaving.region,
            "name": MISSED,
            "city": "Vigo",
            "postal_code": "36201",
            "locale": "en",
        }
        token = bearer(await self.programme.sign_in(self.leaving))
        proposed = await http.post("/registration/schools/proposals", json=missing, headers=token)
        assert proposed.status_code == 201, proposed.text

    async def _offices(self) -> None:
        steps, centre = self.programme, f"centre-{ERASURE}@office.example"
        async with opened("registration", installation_settings(self.stack.settings)) as host:
            await appoint(host, kind="central_support_officer", email=centre)
            await appoint(host, kind="auditor", email=f"auditor-{ERASURE}@office.example")
        central, _ = await steps.accept_office(centre, "central_support_officer")
        self.auditor, _ = await steps.accept_office(f"auditor-{ERASURE}@office.example", "auditor")
        for country in ("ES", "FR"):
            email = f"service-{country.lower()}-{ERASURE}@office.example"
            await steps.offer_office(central, "national_support_officer", email, country)
            self.services[country], _ = await steps.accept_office(email, "national_support_officer", country)

    async def _validate(self, teacher: Teacher) -> None:
        steps, country = self.programme, str(teacher.country)
        email = f"representative-{country.lower()}-{ERASURE}@office.example"
        await steps.offer_office(self.services[country], "representative", email, country, teacher.region)
        officer, _ = await steps.accept_office(email, "representative", country, teacher.region)
        case = await steps.case_of(teacher, officer)
        await steps.confirm_director(case, officer)
        await steps.director_approves(case)
        await steps.validate(case, officer)

    @property
    def plaintext(self) -> tuple[str, ...]:
        """Everything that the leaving teacher typed, and what was written about them."""
        return (self.leaving.email, f"{FAMILY_NAME}-leaving-{ERASURE}", TITLE, MISSED, BLOCKED_FOR)


@pytest.mark.timeout(240)
async def test_a_person_is_forgotten_while_facts_about_them_are_under_way(programme_stack: LocalStack) -> None:
    async with httpx.AsyncClient(base_url=programme_stack.settings.front_door) as http, AsyncExitStack() as mended:
        scene = Scene(programme_stack, http)
        await scene.set()
        before = found_in_databases(programme_stack.mongo_url, scene.plaintext)
        assert {hit.partition(": ")[2] for hit in before} == set(scene.plaintext)
        mailed = await _until_mailed(scene)

        mail = programme_stack.children["mail"].program
        await asyncio.to_thread(programme_stack.end, "mail")
        mended.callback(lambda: programme_stack.launch(mail))
        await scene.programme.approve(scene.project, scene.services["FR"])
        receipt, token = await _forgotten_after_a_hold(scene, http)
        await scene.programme.seal(scene.staying, scene.project, "etwinning")
        await mended.aclose()
        await asyncio.to_thread(programme_stack.wait_ready, "mail")

        await until(lambda: not found_in_databases(programme_stack.mongo_url, scene.plaintext))
        await until(lambda: SEAL in _subjects(programme_stack, scene.staying.email))
        assert await wait_for_quiet(programme_stack, 60) == ()
        assert _subjects(programme_stack, scene.leaving.email) == mailed
        await _assert_suppressed(programme_stack, scene.leaving.id)

        _assert_nowhere(programme_stack, (*scene.plaintext, HELD_FOR))
        await _assert_nothing_is_shown(scene, http, token)
        await _assert_facts_remain(programme_stack, scene.leaving.id)
        await _assert_proven(scene, http, receipt)
        await _a_director_too(scene, http)
        verified = await command(programme_stack, "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


async def _forgotten_after_a_hold(scene: Scene, http: httpx.AsyncClient) -> tuple[str, str]:
    """The request waits for as long as a hold stands, and its release erases. The receipt of the request, and the token
    that it was asked with."""
    officer = await scene.programme.sign_in(scene.services[str(scene.leaving.country)])
    holds = f"/registration/people/{scene.leaving.id}/holds"
    placed = await http.post(holds, json={"reason": "court_order", "statement": HELD_FOR}, headers=bearer(officer))
    assert placed.status_code == 201
    token = await scene.programme.sign_in(scene.leaving)
    asked = await http.post("/registration/me/erasure", headers=bearer(token))
    assert (asked.status_code, asked.json()["status"]) == (200, "waiting")
    assert scene.plaintext[0] in {hit.partition(": ")[2] for hit in _found(scene)}
    path = f"{holds}/{placed.json()['hold']}/release"
    released = await http.post(path, json={"reason": "case_closed"}, headers=bearer(officer))
    assert (released.status_code, released.json()["erased"]) == (200, True)
    return str(asked.json()["receipt"]), token


def _assert_nowhere(stack: LocalStack, erased: tuple[str, ...]) -> None:
    assert found_in_databases(stack.mongo_url, erased) == set()
    assert found_in_files(stack.settings.home / "kafka", erased) == set()


async def _assert_nothing_is_shown(scene: Scene, http: httpx.AsyncClient, token: str) -> None:
    """The token from before opens nothing; to others a former member is a pseudonym, and no profile."""
    for path in ("/registration/me/profile", "/validation/my-cases", "/projects", "/recognition/seals"):
        refused = await http.get(path, headers=bearer(token))
        assert (refused.status_code, path) == (401, path)
    staying = bearer(await scene.programme.sign_in(scene.staying))
    project = (await http.get(f"/projects/{scene.project}", headers=staying)).json()
    shown = {member["teacher"]: (member["school"] is None, member["erased"]) for member in project["members"]}
    assert shown == {scene.leaving.id: (True, True), scene.staying.id: (False, False)}
    officer = bearer(await scene.programme.sign_in(scene.services[str(scene.leaving.country)]))
    standing = await http.get(f"/registration/people/{scene.leaving.id}/standing", headers=officer)
    assert standing.status_code == 404


def _found(scene: Scene) -> set[str]:
    return found_in_databases(scene.stack.mongo_url, scene.plaintext)


async def _assert_proven(scene: Scene, http: httpx.AsyncClient, receipt: str) -> None:
    """Every service tells the auditor that nothing is left, and the receipt of the request leads to the final one."""
    verified = await http.post("/registration/erasure-receipts/verify", json={"receipt": receipt})
    assert (verified.status_code, verified.json()["status"], verified.json()["now"]) == (200, "waiting", "erased")
    final = await http.post("/registration/erasure-receipts/verify", json={"receipt": verified.json()["latest"]})
    assert (final.json()["status"], final.json()["stream"]) == ("erased", f"teacher-{scene.leaving.id}")
    asking = bearer(await scene.programme.sign_in(scene.auditor))
    for person, complete in ((scene.leaving.id, True), (scene.staying.id, False)):
        proof = (await http.get(f"/registration/erasures/{person}", headers=asking)).json()
        assert (proof["complete"], proof["silent"]) == (complete, [])
        assert {one["service"] for one in proof["services"]} == set(SERVICES)
        assert all(set(one["left"].values()) == {0} and one["erased_at"] for one in proof["services"]) is complete
    for service in SERVICES:
        here = await http.get(f"/{service}/erasures/{scene.leaving.id}", headers=asking)
        assert here.status_code == 200


async def _a_director_too(scene: Scene, http: httpx.AsyncClient) -> None:
    """The director who approved the staying teacher asks an officer: every service forgets, the validation stays."""
    url, words = scene.stack.mongo_url, (scene.staying.director,)
    held_by = {hit.partition(".")[0].rpartition("_")[2] for hit in found_in_databases(url, words)}
    assert held_by >= {"registration", "notifications"}
    assert scene.staying.school is not None
    school = await scene.programme.school_id(scene.staying.school)
    officer = bearer(await scene.programme.sign_in(scene.services[str(scene.staying.country)]))
    answer = await http.post(f"/registration/schools/{school}/director-contact/forget", headers=officer)
    assert answer.status_code == 200
    await until(lambda: not found_in_databases(url, words))
    asking = bearer(await scene.programme.sign_in(scene.auditor))
    path = f"/registration/erasures/{answer.json()['person']}"
    await until(lambda: httpx.get(f"{http.base_url}{path}", headers=asking).json()["complete"])
    staying = bearer(await scene.programme.sign_in(scene.staying))
    cases = (await http.get("/validation/my-cases", headers=staying)).json()["items"]
    assert [case["status"] for case in cases] == ["validated"]


async def _until_mailed(scene: Scene) -> list[str]:
    """The subjects of what the leaving teacher was sent, once all of it has arrived."""
    assert await wait_for_quiet(scene.stack, 60) == ()
    await until(lambda: len(_subjects(scene.stack, scene.leaving.email)) == 5)
    return _subjects(scene.stack, scene.leaving.email)


async def _assert_suppressed(stack: LocalStack, person: str) -> None:
    """The announcement of the seal, queued for somebody who is forgotten, is suppressed."""
    messages = await _ended_messages(stack, person)
    told = [message[0] for message in messages if isinstance(message[-1], NotificationSent)]
    suppressed = [message[-1] for message in messages if isinstance(message[-1], NotificationSuppressed)]
    assert len(told) + len(suppressed) == len(messages)
    assert [(event.template, event.reason) for event in suppressed] == [("seal_issued", "recipient_erased")]


async def _ended_messages(stack: LocalStack, person: str) -> list[list[Event]]:
    """The events of each message to a person, in order, once all of them have ended."""
    read = codec()
    async with opened("notifications", installation_settings(stack.settings)) as host, asyncio.timeout(DEADLINE_S):
        while True:
            documents = await host.store.commits.find({}).to_list(None)
            streams: dict[str, list[Event]] = {}
            for commit in sorted(map(from_document, documents), key=lambda commit: commit.version):
                events = [one.event for one in commit.decoded(read)]
                streams.setdefault(commit.stream, []).extend(events)
            mine = [events for events in streams.values() if _addressee(events[0]) == person]
            if mine and all(len(events) > 1 for events in mine):
                return mine
            await asyncio.sleep(0.2)


def _addressee(event: Event) -> str | None:
    match event:
        case NotificationQueued(recipient=ToPerson(person=person)):
            return person
    return None


async def _assert_facts_remain(stack: LocalStack, person: str) -> None:
    """The commitment stays in the fact, the record that it was made of is gone."""
    async with opened("registration", installation_settings(stack.settings)) as host:
        read = codec()
        commits = await host.store.load(f"teacher-{person}")
        events = [one.event for commit in commits for one in commit.decoded(read)]
        started = next(event for event in events if isinstance(event, RegistrationStarted))
        assert isinstance(events[-1], PersonalDataErased)
        assert len(started.email.commitment) == 64
        assert isinstance((await host.records.fetch([started.email.id]))[started.email.id], Erased)


def _subjects(stack: LocalStack, address: str) -> list[str]:
    return sorted(mail["subject"] for mail in received(stack) if address in mail["to"])
