"""Every language of every node has every text that is translated at all, with its placeholders, and none is a guess."""

import re
from pathlib import Path

import pytest
from babel import Locale

from services.notifications import rendering
from services.registration import app as registration
from services.validation import pages
from shared.contracts.notifications import NotificationQueued
from shared.languages import (
    SOURCE,
    catalogue,
    catalogues_beside,
    direction,
    first_known,
    long_day,
    narrowed,
    offered,
    own_name,
    texts_in,
    translated_into,
)
from shared.nodes import load_nodes
from shared.web.pages import SHARED_TEMPLATES
from tests.services.notifications.happened import CAUSES
from tests.services.notifications.test_reactions import messages

SPOKEN = sorted({language for country in load_nodes().countries for language in country.languages} - {SOURCE})
TRANSLATED = (
    "director_question.txt", "director_reminder.txt", "confirm_email.txt", "already_registered.txt",
    "registration_waiting.txt", "reset_password.txt", "password_reset.txt", "confirm_new_email.txt",
    "confirm_old_email.txt", "email_changed.txt", "school_accepted.txt", "school_refused.txt",
    "director_contact_wanted.txt", "certificate_requested.txt", "teacher_validated.txt", "teacher_rejected.txt",
    "director_refused.txt", "refusal_upheld.txt", "validation_reopened.txt", "validation_lapsed.txt",
    "inactivation_announced.txt", "profile_inactivated.txt", "removal_announced.txt", "profile_blocked.txt",
    "profile_unblocked.txt", "case_taken_over.txt", "school_waiting.txt",
)  # fmt: skip
"""What directors are asked, and what teachers are written about their account, their schools and their validation."""
IN_ENGLISH = ("accept.html", "accepted.html", "erasure.html", "erasure_asked.html", "export.html")
"""Pages of registration for officers, and those for who is signed in."""
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def texts(*templates: Path) -> set[str]:
    return {text for one in templates for text in texts_in(one.read_text(encoding="utf-8"))}


FOLDERS = {
    rendering.TEMPLATES: texts(*(rendering.TEMPLATES / name for name in TRANSLATED)),
    pages.TEMPLATES: texts(pages.TEMPLATES / "director.html"),
    registration.TEMPLATES: texts(
        *(page for page in registration.TEMPLATES.glob("*.html") if page.name not in IN_ENGLISH)
    ),
    SHARED_TEMPLATES: texts(SHARED_TEMPLATES / "base.html"),
}


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("templates", FOLDERS, ids=lambda path: path.parent.name)
def test_every_language_has_every_text_whole(templates: Path, language: str) -> None:
    folder = catalogues_beside(templates)
    name = first_known([language], translated_into(folder))
    assert name != SOURCE
    found = {str(text.id): text for text in catalogue(folder / f"{name}.po", name) if text.id}
    assert set(found) == FOLDERS[templates]
    for source, text in found.items():
        assert not text.fuzzy
        assert not text.pluralizable
        assert str(text.string).strip()
        assert sorted(PLACEHOLDER.findall(str(text.string))) == sorted(PLACEHOLDER.findall(source))


@pytest.mark.parametrize("templates", FOLDERS, ids=lambda path: path.parent.name)
def test_there_is_no_catalogue_of_a_language_that_no_node_has(templates: Path) -> None:
    there = translated_into(catalogues_beside(templates))
    assert there == {first_known([language], there) for language in SPOKEN}


@pytest.mark.parametrize("language", SPOKEN)
def test_the_mails_to_teachers_and_directors_go_out_in_their_language(language: str) -> None:
    asked = {message.template: message for event in CAUSES for message in messages(event)}
    for name in TRANSLATED:
        message = asked[name.removesuffix(".txt")]
        queued = NotificationQueued(**message.model_dump(exclude={"at"}))
        head = rendering.Letterhead("https://x.example", "support@x.example", "https://x.example/link")
        text, english = (rendering.render(queued, head, [wanted]) for wanted in (language, SOURCE))
        assert text.subject != english.subject
        assert text.body != english.body


def test_serbian_is_written_in_the_script_that_was_asked_for() -> None:
    folder = catalogues_beside(pages.TEMPLATES)
    written = [first_known([tag], translated_into(folder)) for tag in ("sr-Latn", "sr-Cyrl", "sr")]
    assert written == ["sr-Latn", "sr", "sr"]
    text = "".join(str(text.string) for text in catalogue(folder / "sr.po", "sr") if text.id)
    latin = set(re.findall(r"[A-Za-z]+", PLACEHOLDER.sub("", text)))
    assert latin == {"eTwinning"}


def test_a_tag_is_narrowed_to_what_it_is_a_kind_of() -> None:
    assert list(narrowed("sr-Cyrl-RS")) == ["sr-Cyrl-RS", "sr-Cyrl", "sr"]
    assert first_known(["ru", "pt-BR"], {"pt", "de"}) == "pt"
    assert first_known(["../etc", ""], {"pt"}) == SOURCE


def test_a_page_is_offered_in_the_languages_of_the_node_and_in_english() -> None:
    italian = load_nodes().country("IT").languages
    assert offered(italian, {"it", "de", "sl", "fr"}) == ("it", "de", "sl", "en")
    assert offered(("en", "ga"), {"ga"}) == ("en", "ga")


def test_names_days_and_directions_are_those_of_the_language() -> None:
    assert [own_name(tag) for tag in ("el", "ka", "sr-Latn")] == ["Ελληνικά", "ქართული", "Srpski (latinica)"]
    assert [direction(tag) for tag in ("pl", "ar")] == ["ltr", "rtl"]
    assert [long_day("2029-02-28", tag) for tag in ("en", "es")] == ["28 February 2029", "28 de febrero de 2029"]
    assert all(Locale.parse(tag, sep="-").language == tag.partition("-")[0] for tag in SPOKEN)
