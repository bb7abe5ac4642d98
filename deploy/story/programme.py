"""The steps of the programme, one method each, as its users take them. The story and the chaos load are made of these.

A step is repeated under its key until it is known to be done. It raises `StepOverdue`, which names the service that
owes it, or `StepRefused`.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from deploy.story.calls import DEADLINE_S, Call, Calls, Fact, StepOverdue, StepRefused, Watch
from deploy.story.mailbox import Mailbox
from deploy.story.people import (
    DIRECTOR_NAME,
    FAMILY_NAME,
    OFFICER_NAME,
    PASSWORD,
    TEACHER_NAME,
    Officer,
    Person,
    School,
    Teacher,
)

CRITERIA = ("collaboration", "technology", "pedagogy", "curriculum", "results")
# An office or a case that a service has not heard of yet reads as forbidden or missing: asking again helps.
ON_ITS_WAY = frozenset({403, 404})
_TOKEN_S = 240.0
_SWEEP_S = 0.15
_COUNTED = 2

Found = TypeVar("Found")


class Programme:
    """`http` has the front door as its base URL; `run` tells this run's people from those of others."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        mailbox: Mailbox,
        run: str,
        *,
        watch: Watch | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.calls = Calls(http, watch, deadline_s)
        self.mailbox = mailbox
        self.run = run

    # --- accounts and offices

    async def sign_in(self, person: Person) -> str:
        """A token that is valid for another minute at least."""
        if person.token is None or time.monotonic() - person.signed_in_at > _TOKEN_S:
            answer = await self.calls.post("registration", "/registration/sessions", _credentials(person))
            person.token, person.signed_in_at = str(answer["access_token"]), time.monotonic()
        return person.token

    async def offer_office(
        self, by: Officer, kind: str, email: str, country: str | None = None, region: str | None = None
    ) -> Fact:
        """An office is offered to whoever reads `email`."""
        body = {"email": email, "kind": kind, "country": country, "region": region, "locale": "en"}
        return await self._act(by, "registration", "POST /registration/offices", "offer_office", ("officer", "officer"),
                               body={name: value for name, value in body.items() if value is not None})  # fmt: skip

    async def accept_office(
        self, email: str, kind: str, country: str | None = None, region: str | None = None
    ) -> tuple[Officer, Fact]:
        """The mailed offer is accepted, with a password; the account is new."""
        token = await self.mailbox.link(email, "registration/offices/accept", f"the offer of {kind} by mail")
        body = {"token": token, "password": PASSWORD, **_named(OFFICER_NAME, self.run)}
        call = Call(
            "registration", "POST /registration/offices/accept", "accept_office", ("officer", "officer"), body=body
        )
        fact = await self.calls.command(call)
        officer = Officer(str(fact.answer["officer"]), email, country, region, kind=kind)
        return officer, self.calls.identify(call, fact, officer.id, f"officer-{officer.id}")

    # --- teachers

    async def register_teacher(self, school: School, who: str = "teacher") -> tuple[Teacher, list[Fact]]:
        """Both phases (FAQ L17): start, the mailed link, school and director."""
        email, director = school.address(who, self.run), school.address(f"{who}-director", self.run)
        personal = {"email": email, "password": PASSWORD, **_named(TEACHER_NAME, f"{who}-{self.run}")}
        start = Call("registration", "POST /registration/registrations", "start_registration",
                     body={**personal, "country": school.country, "locale": "en"})  # fmt: skip
        started = await self.calls.command(start)
        token = await self.mailbox.link(email, "registration/confirm", "the link to confirm an address by mail")
        confirm = Call("registration", "POST /registration/confirm", "confirm_email", body={"token": token})
        confirmed = await self.calls.command(confirm)
        complete = Call(
            "registration",
            "POST /registration/registrations/complete",
            "complete_registration",
            ("teacher", "teacher"),
            body={
                "continuation": confirmed.answer["continuation"],
                "password": PASSWORD,
                "school": await self.school_id(school),
                "director": {"name": f"{DIRECTOR_NAME} {FAMILY_NAME}-of-{who}-{self.run}", "email": director},
                "locale": "en",
            },
        )
        completed = await self.calls.command(complete)
        teacher = Teacher(str(completed.answer["teacher"]), email, school.country, completed.answer.get("region"),
                          school=school, director=director)  # fmt: skip
        said = ((start, started), (confirm, confirmed), (complete, completed))
        return teacher, [self.calls.identify(call, fact, teacher.id, f"teacher-{teacher.id}") for call, fact in said]

    async def school_id(self, school: School) -> str:
        """The identifier of a school, found as a teacher finds it: by what it is called and where it stands."""
        query = {"country": school.country, "query": f"{school.name} {school.city}"}
        found = (await self.calls.read("registration", "/registration/schools", None, query)).json()
        official = {one["official_id"]: str(one["school"]) for one in found["items"]}
        if school.official_id not in official:
            raise StepRefused("registration", f"find the school {school.official_id}", 404, "not in the register")
        return official[school.official_id]

    # --- validation

    async def case_of(self, teacher: Teacher, officer: Officer, status: str = "open", but: str | None = None) -> str:
        """The teacher's newest open case in the officer's list, once validation has opened it by itself; not `but`.

        Whatever its status: where the school's director is known, the case has asked there already.
        """
        query = {"country": str(teacher.country), "status": status, "limit": "100"}
        query |= {"region": officer.region} if officer.region else {}

        def find(page: Any) -> str | None:
            cases = (str(one["case"]) for one in page["items"] if one["teacher"] == teacher.id)
            return next((case for case in cases if case != but), None)

        return await self._until(officer, "validation", "/validation/cases", query, find, "a case for the teacher")

    async def confirm_director(self, case: str, officer: Officer) -> Fact:
        """The representative reads the director's address and vouches for it; the case then writes to it.

        Where the school's director is known, the case may turn to that address in between: then it is read again.
        """
        route, names = "POST /validation/cases/{case}/director-contact/confirm", {"case": case}
        while True:
            read = await self.contact_of(case, officer)
            try:
                return await self._act(officer, "validation", route, "confirm_director", ("case", "case"), names, read)
            except StepRefused as refused:
                if refused.problem != "director-contact-changed":
                    raise

    async def contact_of(self, case: str, officer: Officer) -> Mapping[str, str]:
        """The director's address in the case as the officer reads it, to be named when vouching for it."""
        token = await self.sign_in(officer)
        details = await self.calls.read("validation", f"/validation/cases/{case}/details", token, awaited=ON_ITS_WAY)
        return {"contact": str(details.json()["director"]["record"])}

    async def director_approves(self, case: str) -> Fact:
        """The director whom the case asked opens the mailed page and approves (FAQ L19).

        Where the school's director is known, that is not whom this teacher named.
        """
        page, step = "validation/director", "the question to the director by mail"
        token = await self.mailbox.link_of(f"case-{case}", page, step)
        await self.calls.read("validation", "/validation/director", None, {"token": token})
        call = Call("validation", "POST /validation/director/answer", "director_approves", ("case", "case"),
                    body={"token": token, "answer": "approve"}, keyed=False)  # fmt: skip
        return await self.calls.command(call)

    async def validate(self, case: str, officer: Officer) -> Fact:
        """Admits the teacher (FAQ L20)."""
        route = "POST /validation/cases/{case}/validate"
        return await self._act(officer, "validation", route, "validate", ("case", "case"), {"case": case})

    # --- projects

    async def propose(self, founder: Teacher, co_founder: Teacher, title: str) -> Fact:
        """The answer's `project` identifies it."""
        body = {"title": title, "co_founder": co_founder.id}
        return await self._act(founder, "projects", "POST /projects", "propose", ("project", "project"), body=body)

    async def accept(self, project: str, co_founder: Teacher) -> Fact:
        return await self._project(co_founder, project, "accept", "accept")

    async def approve(self, project: str, officer: Officer) -> Fact:
        """For the officer's country; with the last approval the project starts."""
        return await self._project(officer, project, "approve", "approve")

    async def invite(self, project: str, member: Teacher, partner: Teacher) -> Fact:
        return await self._project(member, project, "partners", "invite", {"teacher": partner.id})

    async def join(self, project: str, partner: Teacher) -> Fact:
        return await self._project(partner, project, "partners/accept", "join")

    async def _project(
        self, who: Person, project: str, path: str, kind: str, body: Mapping[str, Any] | None = None
    ) -> Fact:
        route = f"POST /projects/{{project}}/{path}"
        return await self._act(who, "projects", route, kind, ("project", "project"), {"project": project}, body)

    # --- recognition

    async def apply(self, project: str, teacher: Teacher) -> Fact:
        """For the National Quality Seal; the answer's `application` identifies it."""
        route, stream = "POST /recognition/applications", ("application", "application")
        return await self._act(teacher, "recognition", route, "apply", stream, body={"project": project})

    async def assess(self, application: str, assessor: Officer, points: int = 4) -> Fact:
        scores = [{"criterion": criterion, "points": points} for criterion in CRITERIA]
        return await self._application(assessor, application, "assessment", "assess", {"scores": scores})

    async def grant(self, application: str, officer: Officer) -> Fact:
        return await self._application(officer, application, "grant", "grant")

    async def propose_eqs(self, project: str, officer: Officer) -> Fact:
        """The national service of a country with a counted seal proposes the project (FAQ L32).

        The dossier hears of seals by itself: the officer waits until it counts those of two countries.
        """
        await self._until(
            officer,
            "recognition",
            f"/recognition/dossiers/{project}",
            {},
            lambda dossier: dossier if len(dossier["seal_countries"]) >= _COUNTED else None,
            "the national seals in the project's dossier",
        )
        route, names = "POST /recognition/dossiers/{project}/proposal", {"project": project}
        body = {"country": officer.country}
        return await self._act(officer, "recognition", route, "propose_eqs", ("dossier", "dossier"), names, body)

    async def seal(self, teacher: Teacher, project: str, kind: str) -> Mapping[str, Any]:
        """The teacher's seal of that kind for that project, once it is there: `etwinning`, `nqs` or `eqs`."""

        def find(page: Any) -> Mapping[str, Any] | None:
            return next((one for one in page["items"] if (one["project"], one["kind"]) == (project, kind)), None)

        step = f"the seal {kind} of a teacher"
        return await self._until(teacher, "recognition", "/recognition/seals", {}, find, step)

    async def _application(
        self, who: Officer, application: str, path: str, kind: str, body: Mapping[str, Any] | None = None
    ) -> Fact:
        route, names = f"POST /recognition/applications/{{application}}/{path}", {"application": application}
        return await self._act(who, "recognition", route, kind, ("application", "application"), names, body)

    # --- how

    async def _act(
        self,
        who: Person,
        service: str,
        route: str,
        kind: str,
        stream: tuple[str, str],
        names: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Fact:
        token = await self.sign_in(who)
        call = Call(service, route, kind, stream, names or {}, body, who.id, token, ON_ITS_WAY)
        return await self.calls.command(call)

    async def _until(
        self,
        who: Person,
        service: str,
        path: str,
        query: Mapping[str, str],
        find: Callable[[Any], Found | None],
        step: str,
    ) -> Found:
        """What the query finds, once it finds something."""
        began = time.monotonic()
        while time.monotonic() - began < self.calls.deadline_s:
            answer = await self.calls.read(service, path, await self.sign_in(who), query, ON_ITS_WAY)
            found = find(answer.json())
            if found is not None:
                return found
            await asyncio.sleep(_SWEEP_S)
        raise StepOverdue(service, step, "it did not appear")


def _credentials(person: Person) -> dict[str, str]:
    return {"email": person.email, "password": PASSWORD}


def _named(given: str, whose: str) -> dict[str, str]:
    return {"given_name": given, "family_name": f"{FAMILY_NAME}-{whose}"}
