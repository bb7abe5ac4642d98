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
from tests.services.validation.acting import OFFICES, PDF, TEACHER, act, appointed, as_officer, open_case
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


async def sent(
    service: Running,
    case: str,
    path: str,
    form: dict[str, str],
    person: str,
    *offices: OfficeClaim,
    files: dict[str, tuple[str, bytes]] | None = None,
    site: str = "same-origin",
) -> httpx.Response:
    """As the browser sends a form of the page, from this site or from another one."""
    cookie = {"Cookie": f"{COOKIE}={token(service, person, *offices)}", "Sec-Fetch-Site": site}
    url = f"/validation/cases/{case}/{path}"
    return await service.client.post(url, data=form, files=files, headers=BROWSER | cookie)


async def test_the_refused_teacher_contests_on_the_page_once(service: Running) -> None:
    case = await written(service, HISTORIES["rejected"], teacher=TEACHER)
    (key,) = re.findall(r'name="key" value="([^"]+)"', (await opened(service, case, TEACHER)).text)
    form = {"key": key, "statement": "I teach here.\r\nAsk anybody."}
    elsewhere = await sent(service, case, "contest", form, TEACHER, site="cross-site")
    assert elsewhere.status_code == 403
    for _ in range(2):
        answer = await sent(service, case, "contest", form, TEACHER)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/validation/cases/{case}")
    assert (await service.host.handler.load(f"case-{case}")).version == 2
    assert "<form" not in (await opened(service, case, TEACHER)).text
    early = await sent(service, await written(service, HISTORIES["opened"], teacher=TEACHER), "contest", form, TEACHER)
    assert (early.status_code, early.headers["content-type"]) == (409, "text/html; charset=utf-8")


async def test_the_teacher_sends_the_signed_form_on_the_page(service: Running) -> None:
    case = await written(service, HISTORIES["form"], teacher=TEACHER)
    assert 'type="file"' in (await opened(service, case, TEACHER)).text
    files = {"certificate": ("form.pdf", PDF)}
    answer = await sent(service, case, "certificate", {"key": "k"}, TEACHER, files=files)
    assert answer.status_code == 303
    assert "Another copy" in (await opened(service, case, TEACHER)).text


async def test_an_officer_vouches_on_the_page_for_the_address_that_it_showed(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await open_case(service), ("madrid", OFFICES["madrid"])
    await Replicas(service.host.database, Registration()).get("registration", [NAME, CONTACT.id])
    page = (await opened(service, case, *who)).text
    form = dict(re.findall(r'name="(key|contact)" value="([^"]+)"', page))
    stale = await sent(service, case, "director-contact/confirm", form | {"contact": "read-before"}, *who)
    assert stale.status_code == 409
    answer = await sent(service, case, "director-contact/confirm", form, *who)
    assert answer.status_code == 303
    assert "The school&#39;s director was asked." in (await opened(service, case, *who)).text


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
