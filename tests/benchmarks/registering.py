"""Registrations through to validated, beside the bare cost of the commits that they made.

Ours: registration and validation with all their roles in this process, every step over HTTP, every fact over Kafka,
Argon2 and records included. Bare: the same commit documents, read and inserted durably by the driver alone.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from uuid_utils import uuid7

from deploy.local.stack import LocalStack
from services.registration.commands import AcceptOffice, OfferOffice, RegisterSchool
from services.registration.officer import OFFICER
from services.registration.school import SCHOOL
from services.registration.teacher import TEACHER
from services.validation.case import CASE
from shared.contracts.base import RecordRef, Service, derived_id
from shared.event_store.history import Context
from shared.hosting.host import Host
from shared.hosting.http import AUDIENCE
from shared.identity.keys import signing_key
from shared.identity.links import Link, sign_link
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.identity.tokens import issue_access_token
from tests.benchmarks.figures import Figure, milliseconds, per_second, quantile
from tests.benchmarks.installation import store
from tests.e2e.in_process import Installation

REGISTRATIONS = 1_000
CONCURRENCY = 24
SERVICES: tuple[Service, ...] = ("registration", "validation")
ROLES = ("api", "relay", "reactions", "views")
PASSWORD = "a long enough password"
SCHOOL_ID = "ES-28000001"
OFFICER_ID = derived_id("bench", "representative")
OFFICE = OfficeClaim(office_id=derived_id("bench", "office"), kind=OfficeKind.REPRESENTATIVE, country="ES")
NOTHING = RecordRef(id=derived_id("bench", "record"), commitment="0" * 64)
ON_ITS_WAY = frozenset({403, 404, 409})
LATEST_S = 60.0


async def measure(stack: LocalStack) -> list[Figure]:
    """The rate of a thousand registrations, and how long one takes from its first request to the last answer."""
    with tempfile.TemporaryDirectory() as keys:
        made = Installation(stack, "bench_registering_", Path(keys))
        os.environ["ETWINNING_RATE_LIMITS"] = "false"
        await made.prepare(SERVICES)
        try:
            async with _programme(made) as programme:
                await programme.prepare()
                started = time.perf_counter()
                took = await _all(programme)
                ours = REGISTRATIONS / (time.perf_counter() - started)
                commits = [await _documents(host) for host in programme.hosts]
        finally:
            await made.drop(SERVICES)
            del os.environ["ETWINNING_RATE_LIMITS"]
    bare = await _bare(stack.mongo_url, [document for documents in commits for document in documents])
    made_of = sum(map(len, commits)) / REGISTRATIONS
    return [
        Figure(
            f"registrations to validated, rate (bare: their {made_of:.1f} commits each)",
            per_second(ours), per_second(bare), ours / bare, None,
        ),
        Figure(
            "one registration to validated, p99 (bare column: p50)",
            milliseconds(quantile(took, 0.99)), milliseconds(quantile(took, 0.5)),
            quantile(took, 0.99) / quantile(took, 0.5), None, at_least=False,
        ),
    ]  # fmt: skip


@dataclass
class _Programme:
    """Both services, and a client of each."""

    made: Installation
    hosts: tuple[Host, Host]
    http: httpx.AsyncClient
    token: str = ""

    async def prepare(self) -> None:
        """A school, and a representative who is in office."""
        registration = self.hosts[0]
        at = registration.clock()
        school = RegisterSchool(
            at=at, school=SCHOOL_ID, country="ES", region=None, official_id="28000001", name="IES Bench",
            city="Madrid", postal_code="28001", not_admitted=None,
        )  # fmt: skip
        await registration.handler.handle(SCHOOL, SCHOOL_ID, school, _context())
        offer = OfferOffice(
            at=at, by="bench", authority="national_support_officer", authority_country="ES", officer=OFFICER_ID,
            office=OFFICE.office_id, claim=f"1:{'0' * 64}", kind="representative", country="ES", region=None,
            locale="es", email=NOTHING, attempt="attempt", link_expires=at + timedelta(days=1),
        )  # fmt: skip
        await registration.handler.handle(OFFICER, OFFICER_ID, offer, _context())
        accepted = AcceptOffice(at=at, attempt="attempt", name=NOTHING)
        await registration.handler.handle(OFFICER, OFFICER_ID, accepted, _context())
        self.renew()

    def renew(self) -> None:
        """A token of the representative lives five minutes."""
        self.token = issue_access_token(
            self.hosts[0].signing_key, subject=OFFICER_ID, offices=(OFFICE,), audience=AUDIENCE,
            now=self.hosts[0].clock(),
        )  # fmt: skip

    async def register(self, number: int) -> None:
        """Phase 1, the link, phase 2; the address vouched for, the director's answer, the decision."""
        email = f"teacher-{number}-{uuid7().hex[-6:]}@school.example"
        named = {"given_name": "Ana", "family_name": "García", "country": "ES", "locale": "es"}
        await self._post("registration", "registrations", {"email": email, "password": PASSWORD, **named})
        held = await self.hosts[0].claims.holder(email)
        teacher = str(held).partition("-")[2]
        state, _ = await self.hosts[0].handler.state(TEACHER, teacher)
        assert state.open is not None
        link = self._link("confirm_email", TEACHER.stream(teacher), state.open.id)
        confirmed = await self._post("registration", "confirm", {"token": link})
        director = {"name": "Directora", "email": f"director-{number}@school.example"}
        complete = {
            "continuation": confirmed["continuation"], "password": PASSWORD, "school": SCHOOL_ID,
            "director": director, "locale": "es",
        }  # fmt: skip
        await self._post("registration", "registrations/complete", complete)
        _, history = await self.hosts[0].handler.state(TEACHER, teacher)
        registered = next(one for one in history.recorded if type(one.event).__name__ == "TeacherRegistered")
        case = derived_id(teacher, SCHOOL_ID, registered.id)
        read = await self._details(case)
        await self._post("validation", f"cases/{case}/director-contact/confirm", read, officer=True)
        asked, _ = await self.hosts[1].handler.state(CASE, case)
        link = self._link("director_answer", CASE.stream(case), str(asked.attempt))
        await self._post("validation", "director/answer", {"token": link, "answer": "approve"})
        await self._post("validation", f"cases/{case}/validate", None, officer=True)

    def _link(self, purpose: str, stream: str, attempt: str) -> str:
        key = signing_key(self.hosts[0].settings.keys.keys, "notifications")
        return sign_link(key, Link(purpose, stream, attempt, self.hosts[0].clock() + timedelta(hours=1)))

    async def _details(self, case: str) -> dict[str, str]:
        """The director's address as the representative reads it, to be named when vouching for it."""
        url, headers = f"{self.made.url('validation')}/validation/cases/{case}/details", self._as_officer()
        async with asyncio.timeout(LATEST_S):
            while True:
                answer = await self.http.get(url, headers=headers)
                if answer.status_code not in ON_ITS_WAY:
                    answer.raise_for_status()
                    return {"contact": answer.json()["director"]["record"]}
                await asyncio.sleep(0.01)

    def _as_officer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _post(self, service: Service, path: str, body: Any, *, officer: bool = False) -> Any:
        """The answer; a fact that is still on its way is asked for again."""
        headers = {"Idempotency-Key": uuid7().hex} | (self._as_officer() if officer else {})
        url = f"{self.made.url(service)}/{service}/{path}"
        async with asyncio.timeout(LATEST_S):
            while True:
                answer = await self.http.post(url, json=body, headers=headers)
                if not (officer and answer.status_code in ON_ITS_WAY):
                    answer.raise_for_status()
                    return answer.json()
                await asyncio.sleep(0.01)


@asynccontextmanager
async def _programme(made: Installation) -> AsyncIterator[_Programme]:
    async with AsyncExitStack() as opened:
        hosts = [await opened.enter_async_context(made.running(service, *ROLES)) for service in SERVICES]
        http = await opened.enter_async_context(httpx.AsyncClient(timeout=LATEST_S))
        yield _Programme(made, (hosts[0], hosts[1]), http)


async def _all(programme: _Programme) -> list[float]:
    """The seconds of each."""
    slots, took = asyncio.Semaphore(CONCURRENCY), list[float]()

    async def one(number: int) -> None:
        async with slots:
            programme.renew()
            began = time.perf_counter()
            await programme.register(number)
            took.append(time.perf_counter() - began)

    await asyncio.gather(*(one(number) for number in range(REGISTRATIONS)))
    return took


async def _documents(host: Host) -> list[dict[str, Any]]:
    return [dict(document) for document in await host.store.commits.find({}).to_list(None)]


async def _bare(mongo_url: str, documents: Sequence[dict[str, Any]]) -> float:
    """Registrations a second, were there nothing but the driver: each commit's stream read, the commit inserted."""
    slots = asyncio.Semaphore(CONCURRENCY)
    async with store(mongo_url, "registration") as of:

        async def one(document: dict[str, Any]) -> None:
            async with slots:
                await of.commits.find({"stream": document["stream"]}).to_list(None)
                await of.commits.insert_one(document)

        started = time.perf_counter()
        await asyncio.gather(*(one(document) for document in documents))
        return REGISTRATIONS / (time.perf_counter() - started)


def _context() -> Context:
    return Context("bench", "operator", "es", str(uuid7()), command_id=uuid7().hex)
