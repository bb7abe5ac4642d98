"""Whoever travels: asks as any of the people of the journey, and knows who they are."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from copy import copy
from typing import Any, TypeVar

import httpx

from deploy.local.stack import LocalStack
from deploy.story.calls import DEADLINE_S, bearer
from deploy.story.mailbox import Mailbox
from deploy.story.people import Officer, School, Teacher
from deploy.story.performance import drawn_schools
from deploy.story.plot import derived_name
from deploy.story.programme import ON_ITS_WAY, Programme

_PAUSE_S = 0.15

Found = TypeVar("Found")


class Traveller:
    """`first`, `second`, `third`: the schools of this run, of Spain, France and Spain; teachers are kept by name."""

    def __init__(self, stack: LocalStack, http: httpx.AsyncClient, run: str) -> None:
        self.stack, self.http, self.run = stack, http, run
        self.steps = Programme(http, Mailbox(http, stack.mail_url), run)
        self.first, self.second, self.third = drawn_schools(run)
        self.teachers: dict[str, Teacher] = {}
        self.officers: dict[str, Officer] = {}
        self.projects: dict[str, str] = {}
        self._representatives: dict[tuple[str, str | None], Officer] = {}

    def asking(self, http: httpx.AsyncClient) -> "Traveller":
        """The same journey, whose requests go elsewhere; people still sign in at the front door."""
        other = copy(self)
        other.http = http
        return other

    # --- people

    async def office(self, by: Officer, kind: str, country: str, region: str | None = None) -> Officer:
        """Offered by whoever appoints to it, and accepted."""
        email = f"{kind}-{country}-{derived_name(region or 'all')}-{self.run}@office.example".lower().replace("_", "-")
        await self.steps.offer_office(by, kind, email, country, region)
        return (await self.steps.accept_office(email, kind, country, region))[0]

    def national(self, country: str | None) -> Officer:
        """Of the country's support service."""
        return self.officers[f"national {country}"]

    async def representative(self, teacher: Teacher) -> Officer:
        """Whoever decides on teachers where this one teaches."""
        place = str(teacher.country), teacher.region
        if place not in self._representatives:
            by = self.national(teacher.country)
            self._representatives[place] = await self.office(by, "representative", *place)
        return self._representatives[place]

    async def register(self, who: str, school: School) -> Teacher:
        """A teacher of that name, in two phases."""
        self.teachers[who], _ = await self.steps.register_teacher(school, who)
        return self.teachers[who]

    async def case_of(self, teacher: Teacher) -> str:
        """The case that opened by itself."""
        return await self.steps.case_of(teacher, await self.representative(teacher))

    async def asked(self, teacher: Teacher) -> str:
        """The teacher's case, whose director was written to."""
        case = await self.case_of(teacher)
        await self.steps.confirm_director(case, await self.representative(teacher))
        return case

    async def link(self, to: str, page: str, after: str = "") -> str:
        """The newest link to `page` in the mails of an address, once it is another one than `after`."""

        async def newer() -> str | None:
            token = await self.steps.mailbox.link(to, page, f"the link to {page} by mail")
            return token if token != after else None

        return await self.until(newer, f"a link to {page}")

    # --- requests

    async def get(self, path: str, who: Officer | Teacher | None = None, **query: str) -> httpx.Response:
        return await self.ask("GET", path, who, params=query)

    async def post(self, path: str, body: Any = None, who: Officer | Teacher | None = None) -> httpx.Response:
        return await self.ask("POST", path, who, json=body)

    async def form(self, path: str, **fields: str) -> httpx.Response:
        """A page's own form, from the page's own origin."""
        return await self.ask("POST", path, data=fields)

    async def ask(self, method: str, path: str, who: Officer | Teacher | None = None, **more: Any) -> httpx.Response:
        """Asked again while an office, a case or a fact may still be on its way to the service."""

        async def answered() -> httpx.Response | None:
            headers = bearer(await self.steps.sign_in(who)) if who is not None else {}
            answer = await self.http.request(method, path, headers=headers, **more)
            late = answer.status_code in ON_ITS_WAY or "Retry-After" in answer.headers
            assert answer.status_code < httpx.codes.BAD_REQUEST or late, f"{method} {path}: {answer.text}"
            return answer if answer.status_code < httpx.codes.BAD_REQUEST else None

        return await self.until(answered, f"{method} {path}")

    async def until(self, find: Callable[[], Awaitable[Found | None]], what: str) -> Found:
        """What `find` finds, asked again until the deadline."""
        began = time.monotonic()
        while time.monotonic() - began < DEADLINE_S:
            found = await find()
            if found is not None:
                return found
            await asyncio.sleep(_PAUSE_S)
        raise AssertionError(f"not in time: {what}")
