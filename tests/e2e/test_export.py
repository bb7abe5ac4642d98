"""A teacher of the story asks for everything that is held about them: all five services, in one archive."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from deploy.local.stack import LocalStack
from deploy.story.calls import bearer
from deploy.story.people import DIRECTOR_NAME, FAMILY_NAME, OFFICER_NAME, PASSWORD, TEACHER_NAME, School
from deploy.story.performance import drawn_schools
from shared.contracts.base import SERVICES
from tests.chaos.quiet import wait_for_quiet
from tests.e2e.register import EXPORT
from tests.e2e.telling import tell

pytestmark = pytest.mark.timeout(240)
OWN_TITLE, OTHERS_TITLE = "Rivers of two countries", "Rivers of one country"
OWN_NAME = {"given_name": TEACHER_NAME, "family_name": f"{FAMILY_NAME}-teacher-{EXPORT}"}
MAILED = {"confirm_email", "registration_waiting", "teacher_validated", "seal_issued", "nqs_granted", "eqs_granted"}


def address_of(school: School, who: str = "teacher") -> str:
    return school.address(who, EXPORT)


async def exported(stack: LocalStack, email: str) -> dict[str, str]:
    """The files of the archive that the owner of this address gets."""
    async with httpx.AsyncClient(base_url=stack.settings.front_door, timeout=30) as http:
        signed_in = await http.post("/registration/sessions", json={"email": email, "password": PASSWORD})
        token = bearer(signed_in.json()["access_token"])
        answer = await http.get("/registration/me/export", headers=token)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    with ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def typed(service: dict[str, Any], kind: str) -> list[dict[str, str]]:
    return [one["fields"] for one in service["records"] if one["kind"] == kind]


async def test_everything_about_a_teacher_and_nothing_about_anybody_else(programme_stack: LocalStack) -> None:
    await tell(programme_stack, EXPORT)
    assert await wait_for_quiet(programme_stack, 60) == ()
    own, partner, colleague = drawn_schools(EXPORT)
    files = await exported(programme_stack, address_of(own))
    services = json.loads(files["data.json"])["services"]
    assert set(services) == set(SERVICES)

    assert typed(services["registration"], "name") == [OWN_NAME]
    assert typed(services["registration"], "email") == [{"email": address_of(own)}]
    assert typed(services["projects"], "project_title") == [{"title": OWN_TITLE}]
    _assert_what_followed(services)

    strangers = (
        DIRECTOR_NAME, OFFICER_NAME, PASSWORD, OTHERS_TITLE, f"{FAMILY_NAME}-colleague-{EXPORT}",
        address_of(partner), address_of(colleague, "colleague"), address_of(own, "teacher-director"),
    )  # fmt: skip
    for text in files.values():
        assert {word for word in (*OWN_NAME.values(), address_of(own), OWN_TITLE) if word not in text} == set()
        assert {word for word in strangers if word in text} == set()


def _assert_what_followed(services: dict[str, Any]) -> None:
    """Facts of every service: one case, two projects with their seals, and the mails."""
    told = {name: service["documents"] for name, service in services.items()}
    assert [case["status"] for case in told["validation"]["cases"]] == ["validated"]
    assert {project["status"] for project in told["projects"]["projects"]} == {"running"}
    assert sorted(seal["kind"] for seal in told["recognition"]["seals"]) == [
        "eqs", "etwinning", "etwinning", "nqs", "nqs"
    ]  # fmt: skip
    assert [one["status"] for one in told["recognition"]["applications"]] == ["granted", "granted"]
    mails = {one["template"]: one["status"] for one in told["notifications"]["messages"]}
    assert mails.keys() >= MAILED
    assert set(mails.values()) == {"sent"}
    assert told["registration"]["account"][0]["addresses_claimed"] == 1
    assert "TeacherRegistered" in [one["fact"] for one in told["registration"]["facts"]]
