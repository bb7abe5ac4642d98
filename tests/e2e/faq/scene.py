"""What the scenarios of the FAQ are made of: a community of a few people, and the steps that they take."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import httpx

from deploy.local.stack import LocalStack
from deploy.story.calls import Call, bearer
from deploy.story.mailbox import Mail, Mailbox
from deploy.story.people import DIRECTOR_NAME, FAMILY_NAME, PASSWORD, TEACHER_NAME, Officer, Person, School, Teacher
from deploy.story.programme import ON_ITS_WAY, Programme
from services.notifications.rendering import TEMPLATES, TRANSLATIONS
from shared.languages import translated_into, translations

RUN = "faq"
REGION = "Galicia"
_PAUSE_S = 0.1
_DEADLINE_S = 40.0
_numbers = count(1)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Registered(School):
    """A school, and its identifier on the platform."""

    id: str


@dataclass(frozen=True, slots=True)
class Community:
    """Officers by country (`colleague`: a second representative of the region), and a project of two teachers."""

    national: dict[str, Officer]
    representatives: dict[str, Officer]
    colleague: Officer
    anna: Teacher
    giorgi: Teacher
    project: str


class Scene:
    """Steps over HTTP and by mail. `community` is there once it was founded."""

    def __init__(self, stack: LocalStack, http: httpx.AsyncClient) -> None:
        self.stack, self.http = stack, http
        self.steps = Programme(http, Mailbox(http, stack.mail_url), RUN)

    # --- asking

    async def ask(self, method: str, path: str, who: Person | None = None, **more: Any) -> httpx.Response:
        """One answer, whatever it is; a limit on requests is waited out, for other tests may have used it up."""
        headers = bearer(await self.steps.sign_in(who)) if who is not None else {}
        headers |= more.pop("headers", {})
        while True:
            answer = await self.http.request(method, path, headers=headers, **more)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return answer
            await asyncio.sleep(min(float(answer.headers["Retry-After"]), 1.0))

    async def get(self, path: str, who: Person | None = None, **query: str) -> Any:
        answer = await self.ask("GET", path, who, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def post(self, path: str, body: Any = None, who: Person | None = None) -> Any:
        """A command that is done in the end: what it rests on may still be on its way to the service."""
        token = await self.steps.sign_in(who) if who is not None else None
        service = path.split("/")[1]
        call = Call(service, f"POST {path}", path, body=body, token=token, awaited=ON_ITS_WAY)
        return (await self.steps.calls.command(call)).answer

    async def answered(self, path: str, body: Any = None, who: Person | None = None) -> tuple[int, str]:
        """Status of a command, and the problem where it is refused."""
        answer = await self.ask("POST", path, who, json=body)
        return answer.status_code, "" if answer.is_success else str(answer.json()["type"]).rpartition(":")[2]

    async def refused(self, path: str, body: Any = None, who: Person | None = None) -> tuple[int, str]:
        """The same of a command that must not be done."""
        said = await self.answered(path, body, who)
        assert said[1], f"{path}: {said}"
        return said

    async def seen(self, ask: Callable[[], Awaitable[Found]], holds: Callable[[Found], object]) -> Found:
        """The first answer for which it holds, asked for anew until then: facts travel through Kafka."""
        began = time.monotonic()
        while not holds(found := await ask()):
            assert time.monotonic() - began < _DEADLINE_S, f"still: {found}"
            await asyncio.sleep(_PAUSE_S)
        return found

    async def mail(self, to: str, template: str, holding: str = "") -> Mail:
        """The newest mail to that address that was made of that template, in whatever language, and says `holding`."""
        wanted = subjects(template)

        async def received() -> list[Mail]:
            mails = await self.steps.mailbox.received(to)
            return [mail for mail in mails if mail.subject in wanted and holding in mail.text]

        return (await self.seen(received, bool))[-1]

    async def mailed(self, to: str) -> list[str]:
        """The subjects of all that came so far."""
        return [mail.subject for mail in await self.steps.mailbox.received(to)]

    # --- registering

    async def school(self, by: Officer, region: str | None = None, **more: Any) -> Registered:
        """A school of its own, so that no other scenario's director is known there."""
        number = next(_numbers)
        body = {
            "country": by.country,
            "official_id": f"FAQ{number:04d}",
            "name": f"Escuela del Cierzo {number}",
            "city": "Villanueva",
            "postal_code": "12345",
            "region": region,
        } | more
        made = await self.post("/registration/schools", body, by)
        country = str(by.country)
        return Registered(country, body["official_id"], body["name"], body["city"], region, made["school"])

    async def begin(self, email: str, country: str = "ES", locale: str = "en", password: str = PASSWORD) -> None:
        """Phase 1 (FAQ L17)."""
        name = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-{RUN}"}
        body = {"email": email, "password": password, **name, "country": country, "locale": locale}
        await self.post("/registration/registrations", body)

    async def link(self, email: str, page: str = "registration/confirm") -> str:
        return await self.steps.mailbox.link(email, page, f"the link to {page} by mail")

    async def confirm(self, email: str) -> str:
        """The mailed link, used; answers with what phase 2 goes on with."""
        found = await self.post("/registration/confirm", {"token": await self.link(email)})
        return str(found["continuation"])

    async def complete(self, continuation: str, school: Registered, email: str, director: str, **more: Any) -> Teacher:
        """Phase 2."""
        done = await self.post(
            "/registration/registrations/complete", completion(continuation, school, director) | more
        )
        return Teacher(done["teacher"], email, school.country, school.region, school=school, director=director)

    async def register(
        self, school: Registered, who: str, *, role: str = "teacher", director: str = "", locale: str = "en"
    ) -> Teacher:
        """Both phases."""
        email = school.address(who, RUN)
        await self.begin(email, school.country, locale)
        continuation = await self.confirm(email)
        named = director or school.address(f"{who}-director", RUN)
        return await self.complete(continuation, school, email, named, role=role)

    async def validated(self, school: Registered, who: str, by: Officer) -> Teacher:
        """Registered, approved by the director, validated by the representative."""
        teacher = await self.register(school, who)
        case = await self.steps.case_of(teacher, by)
        await self.steps.confirm_director(case, by)
        await self.steps.director_approves(case)
        await self.steps.validate(case, by)
        return teacher

    async def case(self, case: str, who: Person) -> Any:
        return await self.get(f"/validation/cases/{case}", who)


def completion(continuation: str, school: Registered, director: str) -> dict[str, Any]:
    """What phase 2 sends, with the password of phase 1."""
    return {
        "continuation": continuation,
        "password": PASSWORD,
        "school": school.id,
        "director": {"name": f"{DIRECTOR_NAME} {FAMILY_NAME}-{RUN}", "email": director},
        "locale": "en",
    }


def subjects(template: str) -> set[str]:
    """What a mail of this template is called, in every language that there is."""
    first = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8").partition("\n")[0]
    english = re.sub(r"\{%[^%]*%\}", "", first)
    languages = translated_into(TRANSLATIONS)
    return {english, *(translations((TRANSLATIONS,), language).gettext(english) for language in languages)}


@asynccontextmanager
async def on_the_scene(stack: LocalStack, **headers: str) -> AsyncIterator[Scene]:
    """A scene with a client of its own: no cookie, no connection of anybody else's."""
    async with httpx.AsyncClient(base_url=stack.settings.front_door, timeout=30.0, headers=headers) as http:
        yield Scene(stack, http)
