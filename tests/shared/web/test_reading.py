"""A page speaks the language that was chosen on it, else its reader's own, else the browser's, else English."""

from pathlib import Path

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from shared.languages import accepted, alphabetical, country_name
from shared.nodes import load_nodes
from shared.web.pages import Pages
from shared.web.reading import Reader

PAGE = '{% extends "base.html" %}{% block main %}<h1>{{ _("Good morning") }}</h1>{% endblock %}'
GREETINGS = {"el": "Καλημέρα", "pl": "Dzień dobry", "ar": "صباح الخير", "sr-Latn": "Dobro jutro", "sr": "Добро јутро"}


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    templates = tmp_path / "templates"
    for folder in (templates, tmp_path / "locale"):
        folder.mkdir()
    (templates / "morning.html").write_text(PAGE, encoding="utf-8")
    for language, greeting in GREETINGS.items():
        text = f'msgid "Good morning"\nmsgstr "{greeting}"\n'
        (tmp_path / "locale" / f"{language}.po").write_text(text, encoding="utf-8")
    return Pages("mornings", (templates,))


def shown(pages: Pages, reader: Reader, *own: str, address: dict[str, str] | None = None) -> str:
    return bytes(pages.for_reader(reader, "morning.html", own=own, address=address).body).decode()


@pytest.mark.parametrize(
    ("reader", "own", "language"),
    [
        (Reader(), [], "en"),
        (Reader(), ["el"], "el"),
        (Reader(accepted=("pl",)), ["el"], "el"),
        (Reader("pl", ("ar",)), ["el"], "pl"),
        (Reader("en"), ["el"], "en"),
        (Reader(accepted=("tlh", "pl-PL")), [], "pl"),
        (Reader("tlh"), ["tlh", "sr-Latn"], "sr-Latn"),
        (Reader(), ["sr-Cyrl-RS"], "sr"),
    ],
)
def test_the_first_wish_that_can_be_met_counts(pages: Pages, reader: Reader, own: list[str], language: str) -> None:
    page = shown(pages, reader, *own)
    assert f'<html lang="{language}"' in page
    assert GREETINGS.get(language, "Good morning") in page
    assert pages.language(reader, own) == language


def test_a_page_is_written_from_where_its_script_begins(pages: Pages) -> None:
    assert '<html lang="ar" dir="rtl">' in shown(pages, Reader(), "ar")


def test_a_page_with_an_address_leads_to_its_other_languages_and_always_to_english(pages: Pages) -> None:
    page = shown(pages, Reader(accepted=("pl", "tlh")), "el", address={"token": "a&b"})
    for language, name in (("pl", "Polski"), ("en", "English")):
        link = f'href="?token=a%26b&amp;lang={language}" lang="{language}" hreflang="{language}">{name}</a>'
        assert link in page
    assert page.count("hreflang") == 2
    assert "hreflang" not in shown(pages, Reader(), "el")


def test_an_answer_says_that_it_depends_on_the_browser(pages: Pages) -> None:
    answer = pages.for_reader(Reader(), "morning.html", headers={"Cache-Control": "no-store"})
    assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept-Language", "no-store")


def test_a_browser_says_what_it_likes_best() -> None:
    assert accepted("de;q=0.3, el, fr;q=0.8,en;q=0, *;q=0.1") == ("el", "fr", "de", "*")
    assert accepted("") == ()
    assert accepted("el;q=nan, pl;q=much, de;q=7") == ()


@every(st.text(max_size=60))
def test_no_header_is_too_odd(header: str) -> None:
    assert len(accepted(header)) <= 20


def test_countries_are_called_what_speakers_call_them_in_alphabetical_order() -> None:
    called = [country_name("DE", "Germany", language) for language in ("en", "el", "pt", "nn")]
    assert called == ["Germany", "Γερμανία", "Alemanha", "Tyskland"]
    assert country_name("MK", "North Macedonia", "pt") == "Macedónia do Norte"
    assert country_name("XQ", "Nowhere", "el") == "Nowhere"
    assert sorted(["Österreich", "Polen", "Norwegen"], key=alphabetical) == ["Norwegen", "Österreich", "Polen"]
    for country in load_nodes().countries:
        assert country_name(country.code, country.name, "el") != country.name
