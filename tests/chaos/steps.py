"""What befalls registrations and cases beside the story, one method each, as its users do it: sent as the story is."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.story.calls import Call, Fact, StepOverdue, StepRefused
from deploy.story.people import (
    DIRECTOR_NAME,
    FAMILY_NAME,
    PASSWORD,
    TEACHER_NAME,
    Officer,
    Person,
    School,
    Teacher,
)
from deploy.story.programme import ON_ITS_WAY, Programme
from tests.chaos.journal import BULK, may_be_asked_again

ANYBODY = "anybody"
_CONFIRM = "registration/confirm"
_CASE = ("case", "case")
_SWEEP_S = 0.1


class Steps:
    """Each raises `StepOverdue` or `StepRefused`, as those of `programme` do."""

    def __init__(self, programme: Programme) -> None:
        self._programme, self._calls, self._mailbox = programme, programme.calls, programme.mailbox

    # --- accounts

    async def register_slowly(self, school: School, who: str) -> Teacher:
        """The draft is left behind once its address is confirmed, and resumed by another link (FAQ L17)."""
        run = self._programme.run
        email, director = school.address(who, run), school.address(f"{who}-director", run)
        name = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-{who}-{run}"}
        body = {"email": email, "password": PASSWORD, **name, "country": school.country, "locale": "en"}
        said = [await self._nobody("POST /registration/registrations", "start_registration", body)]
        (first,) = await self._link(email, _CONFIRM, ())
        confirm, again = "POST /registration/confirm", "POST /registration/registrations/resend"
        said.append(await self._nobody(confirm, "confirm_email", {"token": first}))
        said.append(await self._nobody(again, "resend_link", {"email": email}))
        (second,) = await self._link(email, _CONFIRM, (first,))
        said.append(await self._nobody(confirm, "confirm_email", {"token": second}))
        continuation = str(said[-1][1].answer["continuation"])
        completion = {"continuation": continuation, "password": PASSWORD, **await self._school(school, director)}
        complete = "POST /registration/registrations/complete"
        said.append(await self._nobody(complete, "complete_registration", completion, ("teacher", "teacher")))
        answer = said[-1][1].answer
        teacher = Teacher(
            str(answer["teacher"]), email, school.country, answer.get("region"), school=school, director=director
        )
        for call, fact in said:
            self._calls.identify(call, fact, teacher.id, f"teacher-{teacher.id}")
        return teacher

    async def recover(self, person: Person) -> None:
        """The password is forgotten; the new one ends every session (FAQ L22). (Here it is the old one again.)"""
        asked, fact = await self._nobody("POST /registration/recovery", "ask_for_recovery", {"email": person.email})
        self._calls.identify(asked, fact, ANYBODY, f"teacher-{person.id}")
        (token,) = await self._link(person.email, "registration/reset", ())
        body = {"token": token, "password": PASSWORD}
        reset, fact = await self._nobody("POST /registration/reset", "reset_password", body)
        self._calls.identify(reset, fact, person.id, f"teacher-{person.id}")
        person.token = None

    async def move_address(self, teacher: Teacher, email: str) -> None:
        """Another address, agreed to at both ends."""
        body = {"email": email, "password": PASSWORD}
        await self._act(teacher, "registration", "POST /registration/me/email", "change_email", None, body=body)
        status = ""
        for end, address in (("old", teacher.email), ("new", email)):
            (token,) = await self._link(address, f"registration/email/{end}", ())
            said, fact = await self._nobody(f"POST /registration/email/{end}", f"agree_{end}", {"token": token})
            self._calls.identify(said, fact, teacher.id, f"teacher-{teacher.id}")
            status = str(fact.answer["status"])
        if status != "changed":
            raise StepRefused("registration", "change of address", 200, "both ends agreed, and nothing changed")
        teacher.email, teacher.token = email, None

    async def change_school(self, teacher: Teacher, school: School, director: str) -> Fact:
        """Another main school: validated anew there (rules §4.1)."""
        body = await self._school(school, director)
        route, stream = "POST /registration/me/schools/change", ("profile", "teacher")
        fact = await self._act(teacher, "registration", route, "change_school", stream, body=body)
        teacher.school, teacher.director = school, director
        return fact

    async def block(self, teacher: Teacher, officer: Officer) -> None:
        """Barred and let in again by the national service (FAQ L24)."""
        barred, again = {"reason": "technical_fault", "statement": "For a moment."}, {"reason": "cleared_up"}
        for act, said in (("block", barred), ("unblock", again)):
            route, names = f"POST /registration/people/{{teacher}}/{act}", {"teacher": teacher.id}
            await self._act(officer, "registration", route, act, ("profile", "teacher"), names, said)

    # --- cases

    async def withdrawn(self, case: str, officer: Officer) -> None:
        """Nobody needs that decision any more: the case withdraws by itself."""
        began, last = time.monotonic(), ""
        while time.monotonic() - began < self._calls.deadline_s:
            token = await self._programme.sign_in(officer)
            found = await self._calls.read("validation", f"/validation/cases/{case}", token, awaited=ON_ITS_WAY)
            last = str(found.json()["status"])
            if last == "withdrawn":
                return
            await asyncio.sleep(_SWEEP_S)
        raise StepOverdue("validation", "the case at the school that was left withdraws", last)

    async def director_says(self, director: str, answer: str, successor: str | None = None) -> Fact:
        """One answer by the newest link of that director."""
        token = await self._mailbox.link(director, "validation/director", "the question to the director by mail")
        body: dict[str, Any] = {"token": token, "answer": answer}
        if successor is not None:
            body["successor"] = {"name": f"{DIRECTOR_NAME} {FAMILY_NAME}", "email": successor}
        call = Call("validation", "POST /validation/director/answer", answer, _CASE, body=body, keyed=False)
        return await self._calls.command(call)

    async def decide(
        self, who: Person, case: str, act: str, reason: str | None = None, body: Mapping[str, Any] | None = None
    ) -> Fact:
        """`reject`, `contest`, `reopen`, `uphold`."""
        said = {"reason": reason} if reason is not None else body
        route = f"POST /validation/cases/{{case}}/{act}"
        return await self._act(who, "validation", route, act, _CASE, {"case": case}, said)

    async def decide_all(
        self, officer: Officer, cases: Sequence[str], decision: str, reason: str | None = None
    ) -> None:
        """One decision on many cases: shown first, then made, and made again under its key until all is known."""
        body = {"decision": decision, "cases": list(cases)} | ({} if reason is None else {"reason": reason})
        token = await self._programme.sign_in(officer)
        shown = Call("validation", f"{BULK}/preview", "preview", body=body, token=token, keyed=False)
        await self._until_all(shown)
        await self._until_all(Call("validation", BULK, f"{decision}_all", body=body, actor=officer.id, token=token))

    async def _until_all(self, call: Call) -> None:
        """A case that this service has not heard of yet is on its way, as one whose database is busy."""
        began, last = time.monotonic(), "no answer"
        while time.monotonic() - began < self._calls.deadline_s:
            answer = (await self._calls.command(call)).answer
            refused = [one for one in answer["cases"] if one["outcome"] == "refused"]
            if not refused:
                return
            for one in refused:
                last = str(one["problem"]["type"]).rpartition(":")[2]
                if not may_be_asked_again(one) and one["problem"]["status"] not in ON_ITS_WAY:
                    raise StepRefused("validation", f"{call.kind} of case {one['case']}", 200, last)
            await asyncio.sleep(_SWEEP_S)
        raise StepOverdue("validation", call.kind, last)

    # --- how

    async def _school(self, school: School, director: str) -> dict[str, Any]:
        found = await self._programme.school_id(school)
        return {
            "school": found,
            "director": {"name": f"{DIRECTOR_NAME} {FAMILY_NAME}", "email": director},
            "locale": "en",
        }

    async def _link(self, to: str, page: str, seen: Sequence[str]) -> tuple[str, ...]:
        """The token of a link that is none of those seen: mails come twice and in any order."""
        began = time.monotonic()
        while time.monotonic() - began < self._calls.deadline_s:
            mails = await self._mailbox.received(to)
            new = [mail.links[page] for mail in mails if page in mail.links and mail.links[page] not in seen]
            if new:
                return (new[-1],)
            await asyncio.sleep(_SWEEP_S)
        raise StepOverdue("notifications", f"another link to {page} by mail", "no such mail came")

    async def _nobody(
        self, route: str, kind: str, body: Mapping[str, Any], stream: tuple[str, str] | None = None
    ) -> tuple[Call, Fact]:
        """A command of somebody who is not signed in: whose it was is told when it is known."""
        call = Call("registration", route, kind, stream, body=body)
        return call, await self._calls.command(call)

    async def _act(
        self,
        who: Person,
        service: str,
        route: str,
        kind: str,
        stream: tuple[str, str] | None,
        names: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Fact:
        token = await self._programme.sign_in(who)
        call = Call(service, route, kind, stream, names or {}, body, who.id, token, ON_ITS_WAY)
        return await self._calls.command(call)
