"""Every mail that a reaction can cause renders strictly, with what that reaction gives it and nothing else."""

import pytest
from hypothesis import given as every
from hypothesis import strategies as st
from jinja2 import TemplateNotFound, UndefinedError

from services.notifications.commands import QueueMessage
from services.notifications.rendering import (
    LINK_PAGES,
    TEMPLATES,
    Letterhead,
    Text,
    languages,
    link_url,
    message_id,
    render,
    to_mail,
)
from shared.contracts.base import derived_id
from shared.contracts.notifications import NotificationQueued, ToPerson
from tests.services.notifications.happened import CAUSES
from tests.services.notifications.test_reactions import messages

HOME = "https://etwinning.example"
SUPPORT = "support@es.etwinning.example"
MESSAGES = {message.template: message for event in CAUSES for message in messages(event)}
FILES = {path.stem for path in TEMPLATES.glob("*.txt")}


def queued(message: QueueMessage) -> NotificationQueued:
    return NotificationQueued(**message.model_dump(exclude={"at"}))


def mailed(message: QueueMessage, *wanted: str) -> Text:
    link = link_url(HOME, message.link.purpose, "the-token") if message.link else None
    return render(queued(message), Letterhead(HOME, SUPPORT, link), wanted)


def test_every_template_is_used_and_every_one_that_is_named_exists() -> None:
    assert set(MESSAGES) == FILES


@pytest.mark.parametrize("template", sorted(MESSAGES))
def test_a_mail_has_a_subject_and_a_body_that_leave_nothing_open(template: str) -> None:
    message = MESSAGES[template]
    text = mailed(message)
    assert text.subject
    assert "\n" not in text.subject
    assert len(text.body) > 10
    for leftover in ("None", "{{", "{%", "Undefined"):
        assert leftover not in text.subject + text.body
    assert ("the-token" in text.body) is (message.link is not None)


@pytest.mark.parametrize("template", ["confirm_email", "confirm_new_email", "confirm_old_email", "reset_password"])
def test_a_mail_to_whoever_has_an_account_calls_nobody_a_teacher(template: str) -> None:
    text = mailed(MESSAGES[template])
    assert "Somebody, probably you," in text.body
    assert "teacher" not in (text.subject + text.body).lower()


@pytest.mark.parametrize("template", sorted(name for name, message in MESSAGES.items() if message.params))
def test_a_parameter_that_a_template_shows_must_be_given(template: str) -> None:
    text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
    without = MESSAGES[template].model_copy(update={"params": {}})
    if any(f"params.{name}" in text for name in MESSAGES[template].params):
        with pytest.raises(UndefinedError):
            mailed(without)
    else:
        assert mailed(without) == mailed(MESSAGES[template])


def test_every_page_that_a_link_opens_is_under_its_service() -> None:
    assert set(LINK_PAGES) == {message.link.purpose for message in MESSAGES.values() if message.link}
    assert all(page.startswith(("/registration/", "/validation/")) for page in LINK_PAGES.values())


def test_a_template_that_does_not_exist_fails_instead_of_sending_nothing() -> None:
    unknown = NotificationQueued(message="m", template="no_such_mail", recipient=ToPerson(person="p"), locale="en")
    with pytest.raises(TemplateNotFound):
        render(unknown, Letterhead(HOME, SUPPORT), ["el"])


@every(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_language_that_there_is_not_falls_back_to_the_nodes_and_then_to_english(locale: str) -> None:
    message = MESSAGES["confirm_email"]
    assert mailed(message, f"{locale}!") == mailed(message, "en")
    assert mailed(message, *languages(f"{locale}!", ("ka",))) == mailed(message, "ka") != mailed(message, "en")


@pytest.mark.parametrize(("locale", "same_as"), [("es-MX", "es"), ("sr-Cyrl", "sr"), ("no", "nb"), ("es", "es")])
def test_a_kind_of_a_language_is_that_language(locale: str, same_as: str) -> None:
    message = MESSAGES["director_question"]
    assert mailed(message, locale, "en") == mailed(message, same_as) != mailed(message, "en")


def test_who_will_be_removed_is_told_the_day_and_what_is_erased() -> None:
    english, greek = (mailed(MESSAGES["removal_announced"], language).body for language in ("en", "el"))
    assert "On 28 February 2031 your profile is removed" in english
    assert "everything that eTwinning holds about you is erased" in english
    assert "Στις 28 Φεβρουαρίου 2031 το προφίλ σας αφαιρείται και διαγράφεται ό,τι τηρεί το eTwinning" in greek
    assert all(SUPPORT in body for body in (english, greek))


def test_a_mail_that_is_not_translated_is_in_english() -> None:
    assert mailed(MESSAGES["seal_issued"], "el") == mailed(MESSAGES["seal_issued"], "en")


def test_a_day_is_written_out_in_the_language_of_the_mail() -> None:
    assert "25 Νοεμβρίου 2026" in mailed(MESSAGES["director_question"], "el").body
    assert "25 ноября" not in mailed(MESSAGES["director_question"], "ru", "pl").body
    assert "25 listopada 2026" in mailed(MESSAGES["director_question"], "ru", "pl").body


def test_a_refused_teacher_is_told_how_to_contest() -> None:
    body = mailed(MESSAGES["teacher_rejected"]).body
    assert "contest it once" in body
    assert f"{HOME}/validation/cases/" in body


def test_a_mail_that_is_sent_twice_is_the_same_mail() -> None:
    identifier = message_id(derived_id("message"), "local")
    assert identifier == message_id(derived_id("message"), "local") != message_id(derived_id("message"), "fr")
    text = mailed(MESSAGES["seal_issued"])
    mail = to_mail(text, sender="eTwinning <a@x.example>", to="b@x.example", identifier=identifier)
    assert mail["Message-ID"] == identifier
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().startswith("Your project runs")
