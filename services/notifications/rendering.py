"""A message as plain text, from a template and identifiers, in a language; links are minted here and kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.contracts.notifications import LinkPurpose, NotificationQueued
from shared.languages import catalogues_beside, first_known, long_day, texts_in, translated_into, translations

TEMPLATES = Path(__file__).parent / "templates"
TRANSLATIONS = catalogues_beside(TEMPLATES)
LINK_PAGES: Mapping[LinkPurpose, str] = {
    "confirm_email": "/registration/confirm",
    "accept_office": "/registration/offices/accept",
    "director_answer": "/validation/director",
    "reset_password": "/registration/reset",
    "confirm_new_email": "/registration/email/new",
    "confirm_old_email": "/registration/email/old",
}


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads."""

    subject: str
    body: str


def link_url(home: str, purpose: LinkPurpose, token: str) -> str:
    """The page that a link opens; the token is the only secret in it, and stands nowhere else."""
    return f"{home}{LINK_PAGES[purpose]}?token={token}"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a mail needs beside its message: this site's address, the mailbox for questions, the signed link."""

    home: str
    support: str
    link: str | None = None


def languages(locale: str, node: Sequence[str]) -> tuple[str, ...]:
    """In which languages to try: the recipient's, then the node's."""
    return (locale, *node)


def render(queued: NotificationQueued, head: Letterhead, wanted: Sequence[str]) -> Text:
    """The mail's subject (the template's first line) and body.

    In the first of the `wanted` languages into which the whole template is translated, or else in English: days are
    written out in the language of the text.
    """
    name = f"{queued.template}.txt"
    known = [language for language in translated_into(TRANSLATIONS) if _translated(name, language)]
    template = _environment(first_known(wanted, known)).get_template(name)
    expires = queued.link.expires.date() if queued.link else None
    text = template.render(home=head.home, link=head.link, support=head.support, expires=expires, params=queued.params)
    subject, _, body = text.partition("\n")
    return Text(subject.strip(), body.strip() + "\n")


def message_id(message: str, origin: str) -> str:
    """Derived from the message: a mail that is sent twice after a crash is the same mail."""
    return f"<{message}@{origin}.etwinning.example>"


def to_mail(text: Text, *, sender: str, to: str, identifier: str) -> EmailMessage:
    """The mail as it goes out."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = text.subject
    mail["Message-ID"] = identifier
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body)
    return mail


@cache
def _translated(template: str, language: str) -> bool:
    source = TEMPLATES / template
    spoken = translations((TRANSLATIONS,), language)
    return source.is_file() and all(spoken.gettext(text) != text for text in texts_in(source.read_text("utf-8")))


@cache
def _environment(language: str) -> Environment:
    """One environment per language: an overlay with new-style gettext raises. There are as many as catalogues."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 plain text
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations((TRANSLATIONS,), language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = lambda day: long_day(str(day), language)  # an undefined one raises, as everywhere
    return environment
