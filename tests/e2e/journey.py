"""A journey through every operation of every service, each of them with success; `Recorder` notes how."""

from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx
from uuid_utils import uuid7

from deploy.connections import installation_settings, opened
from deploy.local.stack import LocalStack
from deploy.story.calls import bearer
from deploy.story.mailbox import Mailbox
from deploy.story.people import DIRECTOR_NAME, FAMILY_NAME, PASSWORD, TEACHER_NAME, Officer, School, Teacher
from deploy.story.performance import drawn_schools
from deploy.story.plot import derived_name
from deploy.story.programme import Programme
from services.registration.app import appoint
from shared.contracts.base import SERVICES, Service
from shared.identity.keys import signing_key
from shared.identity.tokens import issue_service_token
from tests.e2e.live import Live, Recorder

_FEW_POINTS = 1


async def travel(stack: LocalStack, run: str) -> dict[str, Live]:
    """Every operation to the request that it answered with success."""
    recorder = Recorder()
    async with httpx.AsyncClient(
        base_url=stack.settings.front_door,
        event_hooks={"response": [recorder]},
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as http:
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # who asks is said by each request
        journey = Journey(stack, http, run)
        await journey.offices()
        await journey.teachers()
        await journey.projects()
        await journey.recognition()
        await journey.accounts()
        await journey.services()
    return recorder.live


class Journey:
    """Stations in order; each leaves behind what the next needs."""

    def __init__(self, stack: LocalStack, http: httpx.AsyncClient, run: str) -> None:
        self._stack, self._http, self._run = stack, http, run
        self._steps = Programme(http, Mailbox(http, stack.mail_url), run)
        self._national: dict[str, Officer] = {}
        self._representatives: dict[tuple[str, str | None], Officer] = {}

    async def offices(self) -> None:
        """The centre, both national services, assessors, and an office that ends again."""
        steps, email = self._steps, f"centre-{self._run}@office.example"
        async with opened("registration", installation_settings(self._stack.settings)) as host:
            await appoint(host, kind="central_support_officer", email=email)
        central, _ = await steps.accept_office(email, "central_support_officer")
        for country in ("ES", "FR"):
            self._national[country] = await self._office(central, "national_support_officer", country)
        self._assessor = await self._office(self._national["ES"], "assessor", "ES")
        self._french_assessor = await self._office(self._national["FR"], "assessor", "FR")
        adviser = f"adviser-{self._run}@office.example"
        offered = await steps.offer_office(self._national["ES"], "adviser", adviser, "ES")
        token = await steps.mailbox.link(adviser, "registration/offices/accept", "the offer")
        await self._get("/registration/offices/accept", token=token)
        place = "/registration/officers/{officer}/offices/{office}/revoke".format(**offered.answer)
        await self._post(place, {"reason": "resigned"}, self._national["ES"])

    async def teachers(self) -> None:
        """Two validated after the director's link, one after a letter, one refused by director and officer."""
        steps = self._steps
        first, second, third = drawn_schools(self._run)
        self._first, _ = await steps.register_teacher(first)
        self._second, _ = await steps.register_teacher(second)
        self._third = await self._register_by_form(third)
        self._refused, _ = await steps.register_teacher(first, "refused")
        for teacher in (self._first, self._second):
            case = await self._asked(teacher)
            await steps.director_approves(teacher)
            await steps.validate(case, await self._representative(teacher))
        case = await self._asked(self._third)
        route = f"/validation/cases/{case}"
        await self._post(f"{route}/director-approval", {"evidence": "letter"}, await self._representative(self._third))
        await steps.validate(case, await self._representative(self._third))
        await self._get(route, await self._representative(self._third))
        case = await self._asked(self._refused)
        token = await steps.mailbox.link(self._refused.director, "validation/director", "the question")
        await self._form("/validation/director", token=token, answer="not_on_staff")
        officer = await self._representative(self._refused)
        await self._post(f"/validation/cases/{case}/reject", {"reason": "not_on_staff"}, officer)
        place = {"country": str(officer.country)} | ({"region": officer.region} if officer.region else {})
        await self._get("/validation/cases", officer, **place, status="rejected", expect=f"{case}@1")

    async def projects(self) -> None:
        """One that runs with three members, one declined, one rejected."""
        steps, first, second = self._steps, self._first, self._second
        self._project = await self._proposed(accepted=True)
        for country in ("ES", "FR"):
            await steps.approve(self._project, self._national[country])
        await steps.seal(first, self._project, "etwinning")
        await steps.invite(self._project, first, self._third)
        await steps.join(self._project, self._third)
        await steps.seal(self._third, self._project, "etwinning")
        await self._post(f"/projects/{await self._proposed(accepted=False)}/decline", None, second)
        rejected = await self._proposed(accepted=True)
        await self._post(f"/projects/{rejected}/reject", {"reason": "incomplete"}, self._national["ES"])
        await self._get("/projects", first, expect=f"{self._project}@1")
        await self._get(f"/projects/{self._project}", first)

    async def recognition(self) -> None:
        """Two seals granted, one refused, the project proposed."""
        steps = self._steps
        for teacher, assessor in ((self._first, self._assessor), (self._second, self._french_assessor)):
            application = str((await steps.apply(self._project, teacher)).answer["application"])
            await steps.assess(application, assessor)
            await steps.grant(application, self._officer(teacher))
        weak = str((await steps.apply(self._project, self._third)).answer["application"])
        await steps.assess(weak, self._assessor, _FEW_POINTS)
        await self._post(f"/recognition/applications/{weak}/refuse", None, self._national["ES"])
        await steps.propose_eqs(self._project, self._national["FR"])
        await self._get("/recognition/applications", self._assessor, country="ES", status="granted")
        await self._get(f"/recognition/applications/{weak}", self._assessor)
        await self._get(f"/recognition/dossiers/{self._project}", self._first)

    async def accounts(self) -> None:
        """Sessions that begin, are renewed and end, and somebody who is forgotten."""
        account = {"email": self._first.email, "password": PASSWORD}
        await self._get("/registration/sign-in")
        await self._form("/registration/sign-in", **account)
        signed_in = (await self._post("/registration/sessions", account)).json()
        await self._post("/registration/sessions/renew", {"session": signed_in["session"]})
        await self._ask("DELETE", "/registration/sessions", self._french_assessor)
        await self._post("/registration/me/erasure", None, self._refused)
        await self._get("/registration/.well-known/keys")

    async def services(self) -> None:
        """What services ask of each other."""
        for service in SERVICES:
            token = bearer(self._service_token(service))
            ids = {"ids": [str(uuid7())]}
            for method, path, body in (("GET", "feed/0", None), ("POST", "private-records/fetch", ids)):
                answer = await self._http.request(method, f"/{service}/{path}", json=body, headers=token)
                answer.raise_for_status()

    def _service_token(self, audience: Service) -> str:
        asking = "notifications" if audience != "notifications" else "recognition"
        key = signing_key(self._stack.settings.keys, asking)
        return issue_service_token(key, service=asking, audience=audience, now=datetime.now(UTC))

    async def _representative(self, teacher: Teacher) -> Officer:
        """Whoever decides on teachers where this one teaches."""
        place = str(teacher.country), teacher.region
        if place not in self._representatives:
            by = self._officer(teacher)
            self._representatives[place] = await self._office(by, "representative", *place)
        return self._representatives[place]

    async def _office(self, by: Officer, kind: str, country: str, region: str | None = None) -> Officer:
        email = f"{kind}-{country}-{derived_name(region or 'all')}-{self._run}@office.example".lower().replace("_", "-")
        await self._steps.offer_office(by, kind, email, country, region)
        return (await self._steps.accept_office(email, kind, country, region))[0]

    async def _register_by_form(self, school: School) -> Teacher:
        email, director = school.address("form", self._run), school.address("form-director", self._run)
        names = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-form-{self._run}"}
        started = {"email": email, "password": PASSWORD, "country": school.country, "locale": "en", **names}
        await self._post("/registration/registrations", started)
        token = await self._steps.mailbox.link(email, "registration/confirm", "the link")
        await self._get("/registration/confirm", token=token)
        confirmed = (await self._post("/registration/confirm", {"token": token})).json()
        await self._form(
            "/registration/complete",
            continuation=confirmed["continuation"], password=PASSWORD, school=await self._steps.school_id(school),
            director_name=DIRECTOR_NAME, director_email=director, locale="en",
        )  # fmt: skip
        person = (await self._post("/registration/sessions", {"email": email, "password": PASSWORD})).json()["person"]
        found = (await self._get(f"/registration/schools/{await self._steps.school_id(school)}")).json()
        return Teacher(person, email, school.country, found["region"], school=school, director=director)

    async def _asked(self, teacher: Teacher) -> str:
        """The teacher's case, whose director was written to."""
        officer = await self._representative(teacher)
        case = await self._steps.case_of(teacher, officer)
        await self._steps.confirm_director(case, officer)
        return case

    async def _proposed(self, *, accepted: bool) -> str:
        project = str((await self._steps.propose(self._first, self._second, "Rivers of all kinds")).answer["project"])
        if accepted:
            await self._steps.accept(project, self._second)
        return project

    def _officer(self, teacher: Teacher) -> Officer:
        return self._national[str(teacher.country)]

    async def _get(self, path: str, who: Officer | Teacher | None = None, **query: str) -> httpx.Response:
        return await self._ask("GET", path, who, params=query)

    async def _post(self, path: str, body: Any = None, who: Officer | Teacher | None = None) -> httpx.Response:
        return await self._ask("POST", path, who, json=body)

    async def _form(self, path: str, **fields: str) -> httpx.Response:
        return await self._ask("POST", path, data=fields)

    async def _ask(self, method: str, path: str, who: Officer | Teacher | None = None, **more: Any) -> httpx.Response:
        headers = bearer(await self._steps.sign_in(who)) if who is not None else {}
        answer = await self._http.request(method, path, headers=headers, **more)
        assert answer.status_code < httpx.codes.BAD_REQUEST, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer
