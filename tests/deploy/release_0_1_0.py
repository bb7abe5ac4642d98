"""How `release_0_1_0.bson.xz` was made: in a checkout of 7487db0, the last commit of release 0.1.0, by that release.

Copied there with `dumps.py`, `python -m tests.deploy.release_0_1_0 <empty folder> <file>` starts it on keys that derive
from a phrase, plays its story once, leaves behind what was under way on that day, and dumps all of it.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from uuid_utils import uuid7

from deploy.connections import installation_settings
from deploy.local.ports import free_base
from deploy.local.stack import LocalStack
from deploy.prepare import prepare
from deploy.story.calls import Call, bearer
from deploy.story.mailbox import Mailbox
from deploy.story.people import FAMILY_NAME, PASSWORD, TEACHER_NAME, Officer, Teacher
from deploy.story.performance import drawn_schools, play
from deploy.story.plot import derived_name
from deploy.story.programme import Programme
from deploy.story.watching import watching
from tests.deploy.dumps import save, write_keys
from tests.e2e.register import small_register

RUN = "then"
OFFER = "registration/offices/accept"
CONFIRM = "registration/confirm"


class Left:
    """What that day left unfinished: who never signed in, drafts, links that nobody used, somebody who left."""

    def __init__(self, http: httpx.AsyncClient, mail_url: str) -> None:
        self._http, self._mailbox = http, Mailbox(http, mail_url)
        self._steps = Programme(http, self._mailbox, RUN)
        self._school = drawn_schools(RUN)[0]

    async def behind(self) -> dict[str, Any]:
        """All of it; answers what whoever loads the dump has to know."""
        silent = await self._register("silent")
        representative = await self._officer("representative", self._school.country, self._school.region)
        case = await self._steps.case_of(silent, representative)
        await self._vouch(case, representative)
        await self._leave()
        national = await self._officer("national_support_officer", self._school.country)
        adviser = self._office("ambassador-to-be")
        await self._steps.offer_office(national, "assessor", adviser, self._school.country)
        drafts = [await self._begin("draft"), await self._begin("halfway")]
        continuation = await self._confirm(drafts[1])
        return {
            "links": {
                "draft": await self._link(drafts[0], CONFIRM),
                "halfway": await self._link(drafts[1], CONFIRM),
                "silent": await self._link(silent.email, CONFIRM),
                "offer": await self._link(adviser, OFFER),
                "director": await self._link(silent.director, "validation/director"),
            },
            "continuation": continuation,
            "case": case,
            "representative": representative.email,
            "drafts": drafts,
            "silent": {"person": silent.id, "email": silent.email},
        }

    async def people(self) -> dict[str, dict[str, Any]]:
        """Everybody else who can sign in: the person, a session opened now, and a teacher's seals."""
        mailed = {to for mail in await self._mailbox.received() for to in mail.to if not to.startswith("silent")}
        found: dict[str, dict[str, Any]] = {}
        for email in sorted(mailed):
            answer = await self._http.post("/registration/sessions", json={"email": email, "password": PASSWORD})
            if answer.is_success:
                said = answer.json()
                token = bearer(said["access_token"])
                seals = (await self._http.get("/recognition/seals", headers=token)).json()["items"]
                found[email] = {"person": said["person"], "session": said["session"], "seals": seals}
        return found

    async def _officer(self, kind: str, country: str, region: str | None = None) -> Officer:
        who = f"{kind}-{country}-{region or 'all'}".lower().replace(" ", "-").replace("_", "-")
        email = self._office(derived_name(who))
        said = await self._steps.calls.post(
            "registration", "/registration/sessions", {"email": email, "password": PASSWORD}
        )
        return Officer(str(said["person"]), email, country, region, kind=kind)

    async def _register(self, who: str) -> Teacher:
        return (await self._steps.register_teacher(self._school, who))[0]

    async def _vouch(self, case: str, representative: Officer) -> None:
        """For the director's address, which is then written to."""
        route, token = (
            "POST /validation/cases/{case}/director-contact/confirm",
            await self._steps.sign_in(representative),
        )
        await self._steps.calls.command(
            Call("validation", route, "confirm_director", names={"case": case}, token=token)
        )

    async def _leave(self) -> None:
        """Somebody registers and is forgotten."""
        gone = await self._register("gone")
        call = Call("registration", "POST /registration/me/erasure", "erase", token=await self._steps.sign_in(gone))
        await self._steps.calls.command(call)

    async def _begin(self, who: str) -> str:
        email = self._school.address(who, RUN)
        name = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-{who}"}
        body = {"email": email, "password": PASSWORD, **name, "country": self._school.country, "locale": "en"}
        await self._steps.calls.command(
            Call("registration", "POST /registration/registrations", "start_registration", body=body)
        )
        return email

    async def _confirm(self, email: str) -> str:
        token = await self._link(email, CONFIRM)
        call = Call("registration", "POST /registration/confirm", "confirm_email", body={"token": token})
        return str((await self._steps.calls.command(call)).answer["continuation"])

    async def _link(self, email: str, page: str) -> str:
        return await self._mailbox.link(email, page, f"the link to {page} by mail")

    def _office(self, who: str) -> str:
        return f"{who}-{RUN}@office.example"


async def tell(stack: LocalStack) -> dict[str, Any]:
    """The story, and what it leaves behind."""
    settings, correlation = installation_settings(stack.settings), str(uuid7())
    async with watching(settings.stores.kafka, settings.installation.shards, correlation) as watcher:
        await play(settings, watcher, correlation, RUN, print)
    async with httpx.AsyncClient(base_url=stack.settings.front_door, timeout=30.0) as http:
        left = Left(http, stack.mail_url)
        behind = await left.behind()
        people = await left.people()
    return {"at": datetime.now(UTC).isoformat(), "people": people, **behind}


def main(folder: Path, file: Path) -> None:
    stack = LocalStack.at(folder / "home", free_base())
    write_keys(stack.settings.keys)
    try:
        stack.start()
        prepare(stack.settings, print, small_register(folder / "schools.csv", (RUN,)))
        stack.start_services()
        told = asyncio.run(tell(stack))
        stack.end(*[name for name in stack.children if name not in ("kafka", "database", "mail")])
        asyncio.run(save(file, stack.mongo_url, stack.kafka, stack.settings.shards, told))
    finally:
        stack.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
