"""Teachers read the pages behind their links in the language that they are written to in, or in English (FAQ L21)."""

import re

import pytest

from services.registration.app import TEMPLATES
from shared.contracts.registration import EmailChangeRequested, TeacherRegistered
from shared.languages import catalogues_beside, translations
from tests.services.registration.people import ANA, DIRECTOR, PASSWORD, People

SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
SPOKEN = [("el", "ltr"), ("pl", "ltr"), ("ar", "rtl"), ("sr-Latn", "ltr")]
CONFIRM, COMPLETE, SCHOOLS = "/registration/confirm", "/registration/complete", "/registration/complete/schools"


def said(text: str, language: str) -> str:
    """The translation; the test fails where there is none."""
    spoken = translations((catalogues_beside(TEMPLATES),), language).gettext(text)
    assert spoken != text
    return spoken


def found_in(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("language", "direction"), SPOKEN)
async def test_registering_is_in_the_language_that_was_chosen_in_phase_one(
    people: People, language: str, direction: str
) -> None:
    await people.school()
    await people.start(locale=language)
    page = await people.http.get(CONFIRM, params={"token": await people.mailed_link()})
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert said("Yes, confirm my address", language) in page.text
    assert 'hreflang="en">English</a>' in page.text
    form = {"token": await people.mailed_link(), "key": "page-1"}
    action = found_in(page.text, 'action="([^"]*)"')
    school = await people.http.post(action, data=form, headers=SAME_SITE)
    assert said("Complete my registration", language) in school.text
    assert f'name="locale" value="{language}"' in school.text
    form = {
        "continuation": found_in(school.text, 'name="continuation" value="([^"]*)"'),
        "password": PASSWORD, "school": "ES-1", "director_name": DIRECTOR["name"],
        "director_email": DIRECTOR["email"], "locale": language,
    }  # fmt: skip
    action = found_in(school.text, f'action="({COMPLETE}[?][^"]*)"')
    done = await people.http.post(action, data=form, headers=SAME_SITE)
    assert said("You are registered", language) in done.text
    registered = list((await people.stream_of(ANA)).events())[-1]
    assert isinstance(registered, TeacherRegistered)
    assert registered.locale == language


async def test_every_page_on_the_way_can_be_read_in_english_and_stays_so(people: People) -> None:
    await people.school()
    await people.service.fold_own()
    await people.start(locale="el")
    token = await people.mailed_link()
    page = await people.http.get(CONFIRM, params={"token": token, "lang": "en"})
    assert "Yes, confirm my address" in page.text
    assert 'hreflang="el">Ελληνικά</a>' in page.text
    action = found_in(page.text, 'action="([^"]*)"')
    school = await people.http.post(action, data={"token": token}, headers=SAME_SITE)
    assert "Complete my registration" in school.text
    asked = {"continuation": found_in(school.text, 'name="continuation" value="([^"]*)"')}
    greek = await people.http.post(SCHOOLS, data={**asked, "query": ""}, params={"lang": "el"}, headers=SAME_SITE)
    assert said("Complete my registration", "el") in greek.text
    found = await people.http.post(
        SCHOOLS, data={**asked, "query": "instituto uno"}, params={"lang": "en"}, headers=SAME_SITE
    )
    assert "Complete my registration" in found.text
    assert "<bdi>Instituto Uno</bdi>" in found.text


@pytest.mark.parametrize(
    ("locale", "lang", "kept"),
    [("pt-BR", "pt", "pt-BR"), ("tlh", "en", "tlh"), ("el", "en", "en"), ("sr-Latn", "sr-Latn", "sr-Latn")],
)
async def test_mails_come_in_the_language_of_the_page_as_its_reader_named_it(
    people: People, locale: str, lang: str, kept: str
) -> None:
    await people.start(locale=locale)
    form = {"token": await people.mailed_link()}
    page = await people.http.post(CONFIRM, data=form, params={"lang": lang}, headers=SAME_SITE)
    assert f'name="locale" value="{kept}"' in page.text


async def test_a_password_is_recovered_in_the_language_of_the_browser_then_of_the_account(people: People) -> None:
    """Nobody learns from the language of an answer whether an address is known: it is the browser's."""
    await people.registered()
    greek = {"Accept-Language": "tlh, el;q=0.9, en;q=0.5"}
    page = await people.http.get("/registration/recovery", headers=greek)
    assert said("Send me a link", "el") in page.text
    assert page.headers["vary"] == "Accept-Language"
    for email in (ANA, "nobody@school.example"):
        sent = await people.http.post("/registration/recovery", data={"email": email}, headers=greek | SAME_SITE)
        assert said("Look at your mail", "el") in sent.text
        assert sent.text.index("Αλβανία") < sent.text.index("Γερμανία") < sent.text.index("Ουκρανία")
    link = {"token": await people.recovery_link()}
    page = await people.http.get("/registration/reset", params=link, headers=greek)
    assert said("Choose a new password", "es") in page.text
    assert 'hreflang="el">Ελληνικά</a>' in page.text
    form = {**link, "password": "another password", "key": "k-1"}
    done = await people.http.post("/registration/reset?lang=es", data=form, headers=greek | SAME_SITE)
    assert said("Your password is changed", "es") in done.text
    assert 'href="/registration/sign-in?lang=es"' in done.text


async def test_both_ends_of_a_change_of_address_are_asked_in_the_language_of_the_account(people: People) -> None:
    teacher = await people.registered()
    body = {"email": "new@school.example", "password": PASSWORD}
    await people.http.post("/registration/me/email", json=body, headers=people.service.signed_in(teacher))
    asked = list((await people.stream_of(ANA)).events())[-1]
    assert isinstance(asked, EmailChangeRequested)
    for end in ("old", "new"):
        token = people.service.link(f"confirm_{end}_email", f"teacher-{teacher}", asked.attempt, asked.link_expires)
        page = await people.http.get(f"/registration/email/{end}", params={"token": token})
        assert said("I agree", "es") in page.text
        action = found_in(page.text, 'action="([^"]*)"')
        agreed = await people.http.post(action, data={"token": token, "key": f"k-{end}"}, headers=SAME_SITE)
        assert said("Thank you", "es") in agreed.text


async def test_signing_in_keeps_its_way_back_in_another_language(people: People) -> None:
    page = await people.http.get("/registration/sign-in", params={"next": "/projects?a=b", "lang": "ar"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert said("Sign in", "ar") in page.text
    assert 'href="?next=%2Fprojects%3Fa%3Db&amp;lang=en"' in page.text


async def test_an_office_is_offered_in_english_like_its_mail(people: People) -> None:
    await people.offer(await people.centre(), "eva@school.example", kind="national_support_officer", country="ES")
    link = {"token": await people.mailed_link("eva@school.example"), "lang": "es"}
    page = await people.http.get("/registration/offices/accept", params=link, headers={"Accept-Language": "es"})
    assert '<html lang="en" dir="ltr">' in page.text
    assert "Skip to content" in page.text
