"""One message to one recipient about one event: queued once, sent at most once as far as the store knows (rules §3)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.notifications.commands import QueueMessage, RecordBounce, RecordSending, Suppress
from shared.contracts.notifications import (
    NotificationBounced,
    NotificationQueued,
    NotificationSent,
    NotificationSuppressed,
)
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import NotFound

MessageEvent: TypeAlias = NotificationQueued | NotificationSent | NotificationBounced | NotificationSuppressed


class Status(StrEnum):
    NONE = "none"
    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Message:
    """`queued` holds what was asked, once it was."""

    status: Status = Status.NONE
    queued: NotificationQueued | None = None


class NoSuchMessage(NotFound):
    """Nothing was queued under this identifier."""


def evolve(state: Message, event: MessageEvent) -> Message:
    """The message after an event."""
    match event:
        case NotificationQueued():
            return Message(Status.QUEUED, event)
        case NotificationSent():
            return Message(Status.SENT, state.queued)
        case NotificationBounced():
            return Message(Status.BOUNCED, state.queued)
        case NotificationSuppressed():
            return Message(Status.SUPPRESSED, state.queued)
        case _:
            assert_never(event)


def queue_message(state: Message, command: QueueMessage) -> tuple[MessageEvent, ...]:
    """Queued once per cause, recipient and template."""
    if state.status is not Status.NONE:
        return ()
    return (
        NotificationQueued(
            message=command.message,
            template=command.template,
            recipient=command.recipient,
            locale=command.locale,
            link=command.link,
            params=command.params,
        ),
    )


def record_sending(state: Message, command: RecordSending) -> tuple[MessageEvent, ...]:
    """Whoever sent it says so; a second sender finds it said."""
    queued = _queued(state)
    if state.status is not Status.QUEUED:
        return ()
    return (NotificationSent(message=queued.message, template=queued.template, copies=command.copies),)


def record_bounce(state: Message, command: RecordBounce) -> tuple[MessageEvent, ...]:
    """The server refused the mail for good; it will not be tried again."""
    queued = _queued(state)
    if state.status is not Status.QUEUED:
        return ()
    return (
        NotificationBounced(message=queued.message, template=queued.template, reason=command.reason, link=queued.link),
    )


def suppress(state: Message, command: Suppress) -> tuple[MessageEvent, ...]:
    """Nobody is told, and why."""
    queued = _queued(state)
    if state.status is not Status.QUEUED:
        return ()
    return (NotificationSuppressed(message=queued.message, template=queued.template, reason=command.reason),)


def _queued(state: Message) -> NotificationQueued:
    if state.queued is None:
        raise NoSuchMessage
    return state.queued


MESSAGE = Aggregate(
    "message",
    Message(),
    evolve,
    {
        QueueMessage: queue_message,
        RecordSending: record_sending,
        RecordBounce: record_bounce,
        Suppress: suppress,
    },
)
