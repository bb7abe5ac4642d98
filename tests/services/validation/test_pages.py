"""The page that mails about a case lead to: in a browser, signed in or not, for whoever sees the case."""

import re
from typing import get_args
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from uuid_utils import uuid7

from services.validation.api.answers import Next, OwnerName, Status
from services.validation.pages import TEMPLATES
from shared.identity.offices import OfficeClaim
from shared.private_records.replicas import Replicas
from shared.web.authentication import COOKIE
from shared.web.redirects import local_path
from tests.services.recorded import story
from tests.services.running import Running, problem
from tests.services.validation.acting import OFFICES, TEACHER, act, appointed, as_officer, open_case
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import CONTACT, SCHOOL, school_registered
from tests.services.validation.stage import written
from tests.services.validation.test_details import HEAD, NAME, Registration

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def opened(service: Running, case: str, person: str | None = None, *offices: OfficeClaim) -> httpx.Response:
    """As a browser opens the mailed link, with the cookie of whoever is signed in there."""
    cookie = {} if person is None else {"Cookie": f"{COOKIE}={token(service, person, *offices)}"}
    return await service.client.get(f"/validation/cases/{case}", headers=BROWSER | cookie)


def token(service: Running, person: str, *offices: OfficeClaim) -> str:
    return service.signed_in(person, *offices)["Authorization"].removeprefix("Bearer ")


async def test_who_is_not_signed_in_gets_the_sign_in_page_which_leads_back(service: Running) -> None:
    case = await open_case(service)
    answer = await opened(service, case)
    to = urlsplit(answer.headers["location"])
    assert (answer.status_code, to.netloc, to.path) == (303, "", "/registration/sign-in")
    (back,) = parse_qs(to.query)["next"]
    assert local_path(back) == f"/validation/cases/{case}"


async def test_who_asks_for_data_gets_data_as_before(service: Running) -> None:
    case = await open_case(service)
    for accept in ("*/*", "application/json"):
        signed_out = await service.client.get(f"/validation/cases/{case}", headers={"Accept": accept})
        assert problem(signed_out) == (401, "not-signed-in")
        who = service.signed_in(TEACHER) | {"Accept": accept}
        answer = await service.client.get(f"/validation/cases/{case}", headers=who)
        assert (answer.json()["status"], answer.headers["vary"]) == ("opened", "Accept")


async def test_an_officer_sees_where_the_case_stands_and_whom_it_is_about(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    await service.fold(*story(f"school-{SCHOOL}", school_registered()))
    await Replicas(service.host.database, Registration()).get("registration", [NAME, CONTACT.id])
    page = await opened(service, case, "madrid", OFFICES["madrid"])
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (page.headers["cache-control"], "Accept" in page.headers["vary"]) == ("no-store", True)
    for told in ("Ana Gil", HEAD["name"], HEAD["email"], "IES Uno", "28000001", "the eTwinning representative"):
        assert told in page.text
    assert "<script" not in page.text


async def test_the_teacher_sees_where_the_case_stands_and_nothing_about_the_director(service: Running) -> None:
    await appointed(service, "madrid", "central")
    case = await open_case(service)
    await Replicas(service.host.database, Registration()).get("registration", [NAME, CONTACT.id])
    await act(service, case, "reject", as_officer(service, "madrid"))
    mine = await opened(service, case, TEACHER)
    assert "<h1>Your validation</h1>" in mine.text
    assert "no such teacher" in mine.text
    central = await opened(service, case, "central", OFFICES["central"])
    for page in (mine, central):
        assert page.status_code == 200
        assert not any(word in page.text for word in (HEAD["email"], HEAD["name"], CONTACT.id, "Ana"))


async def test_words_of_people_are_text_on_the_page_and_no_markup(service: Running) -> None:
    await appointed(service, "nso")
    case = await written(service, HISTORIES["rejected"], teacher=TEACHER)
    body, headers = {"statement": "<script>alert(1)</script>"}, {"Idempotency-Key": str(uuid7())}
    url = f"/validation/cases/{case}/contest"
    assert (await service.client.post(url, json=body, headers=service.signed_in(TEACHER) | headers)).is_success
    page = await opened(service, case, "nso", OFFICES["nso"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("who", ["galicia", "france", "assessor"])
async def test_to_everybody_else_the_case_does_not_exist(service: Running, who: str) -> None:
    await appointed(service, who)
    case = await open_case(service)
    hidden, absent = [await opened(service, one, who, OFFICES[who]) for one in (case, str(uuid7()))]
    for page in (hidden, absent):
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    numbered = re.compile(r"<code>.*</code>")
    assert numbered.sub("", hidden.text) == numbered.sub("", absent.text)


@pytest.mark.parametrize("state", HISTORIES)
async def test_every_state_has_its_page(service: Running, state: str) -> None:
    await appointed(service, "nso")
    case = await written(service, HISTORIES[state], teacher=TEACHER)
    for who in ((TEACHER,), ("nso", OFFICES["nso"])):
        assert (await opened(service, case, *who)).status_code == 200


def test_every_status_owner_and_step_has_a_sentence() -> None:
    text = (TEMPLATES / "case.html").read_text(encoding="utf-8")
    for words in (Status, Next, OwnerName):
        for word in get_args(words):
            assert f'  "{word}": ' in text
