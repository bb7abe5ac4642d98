"""What notifications is asked to do."""

from pydantic import Field

from shared.contracts.base import Command, Identifier, Reason
from shared.contracts.notifications import Link, Recipient


class QueueMessage(Command):
    """Tell `recipient` about something, by `template` (rules §3); `params` are identifiers only."""

    message: Identifier
    template: Identifier
    recipient: Recipient
    locale: str
    link: Link | None = None
    params: dict[str, Identifier] = Field(default_factory=dict)


class RecordSending(Command):
    """The mail server took the mail for `copies` addresses (rules §3)."""

    copies: int


class RecordBounce(Command):
    """The mail server refused for good, or put it off until nobody tries any more (rules §3, §4.7)."""

    reason: Reason


class Suppress(Command):
    """Nobody will be told: the recipient was erased, or nobody holds the office (rules §3)."""

    reason: Reason
