"""A message as plain text, from a template and identifiers, in a language; links are minted here and kept nowhere."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.contracts.notifications import LinkPurpose, NotificationQueued

TEMPLATES = Path(__file__).parent / "templates"
TRANSLATIONS = Path(__file__).parent / "locale"
LINK_PAGES: Mapping[LinkPurpose, str] = {
    "confirm_email": "/registration/confirm",
    "accept_office": "/registration/offices/accept",
    "director_answer": "/validation/director",
}


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads."""

    subject: str
    body: str


def link_url(home: str, purpose: LinkPurpose, token: str) -> str:
    """The page that a link opens; the token is the only secret in it, and stands nowhere else."""
    return f"{home}{LINK_PAGES[purpose]}?token={token}"


def render(queued: NotificationQueued, *, home: str, link: str | None, locale: str) -> Text:
    """The mail's subject (the template's first line) and body, in `locale` or else in English."""
    template = _environment(locale).get_template(f"{queued.template}.txt")
    text = template.render(home=home, link=link, params=queued.params)
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


@lru_cache(maxsize=128)
def _environment(locale: str) -> Environment:
    """One environment per locale: an overlay with new-style gettext raises."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 plain text
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    found = gettext.translation("messages", TRANSLATIONS, [locale], fallback=True)
    environment.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    return environment
