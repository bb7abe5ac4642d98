"""What the sender works from: which messages wait, and which record holds whose address. Pure."""

from collections.abc import Sequence
from typing import Any, assert_never

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import (
    NotificationBounced,
    NotificationQueued,
    NotificationSent,
    NotificationSuppressed,
    Recipient,
    ToOffice,
    ToPerson,
    ToRecord,
)
from shared.contracts.registration import EmailChanged, OfficeOffered, RegistrationStarted, TeacherRegistered
from shared.views.view import View

Document = dict[str, Any]
_STATUS: dict[type[Event], str] = {
    NotificationSent: "sent",
    NotificationBounced: "bounced",
    NotificationSuppressed: "suppressed",
}


def message_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per message."""
    return (recorded.event.message,)


def fold_message(document: Document | None, recorded: Recorded[Any]) -> Document:
    """Whether the message still waits, since when, and which event queued it. `to`: the person or the record that names
    the recipient; nothing for an office. `ended`: when something became of it."""
    event = recorded.event
    if isinstance(event, NotificationQueued):
        return {
            "status": "queued",
            "message": event.message,
            "stream": recorded.stream,
            "template": event.template,
            "event": recorded.id,
            "since": recorded.time.isoformat(),
            "to": _to(event.recipient),
            "ended": None,
        }
    return (document or {}) | {"status": _STATUS[type(event)], "ended": recorded.time.isoformat()}


def _to(recipient: Recipient) -> str | None:
    match recipient:
        case ToPerson():
            return recipient.person
        case ToRecord():
            return recipient.record.id
        case ToOffice():
            return None
        case _:
            assert_never(recipient)


def recipient_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per person."""
    event = recorded.event
    match event:
        case OfficeOffered():
            return (event.officer,)
        case EmailChanged():
            return (event.person,)
        case _:
            return (event.teacher,)


def fold_recipient(document: Document | None, recorded: Recorded[Any]) -> Document:
    """Which private record holds the person's address, never the address; and the language they chose."""
    event = recorded.event
    locale = (document or {}).get("locale", "en") if isinstance(event, EmailChanged) else event.locale
    return {"email": event.email.model_dump(), "locale": locale}


MESSAGES = View(
    name="messages",
    version=2,
    events=(NotificationQueued, NotificationSent, NotificationBounced, NotificationSuppressed),
    keys=message_keys,
    fold=fold_message,
    indexes=(("status", "message"), ("to",)),
)
RECIPIENTS = View(
    name="recipients",
    version=2,
    events=(RegistrationStarted, TeacherRegistered, EmailChanged, OfficeOffered),
    keys=recipient_keys,
    fold=fold_recipient,
)
VIEWS = (MESSAGES, RECIPIENTS)
