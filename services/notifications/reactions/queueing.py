"""How a reaction asks for a message, and the recipients that many of them share."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.notifications.commands import QueueMessage
from shared.contracts.base import Directed, Moment, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import Link, LinkPurpose, Recipient, ToOffice

DEFAULT_LOCALE = "en"


class Placed(Protocol):
    """What belongs to a place: a region of a country, or a country without regions."""

    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str | None: ...


class Attempted(Protocol):
    """What a link is mailed for: one attempt, with its end."""

    @property
    def attempt(self) -> str: ...
    @property
    def link_expires(self) -> Moment: ...


def queue(
    recorded: Recorded[Any],
    template: str,
    to: Recipient,
    *,
    link: Link | None = None,
    locale: str = DEFAULT_LOCALE,
    params: Mapping[str, str] | None = None,
) -> Directed:
    """One message: its key is cause x recipient x template (rules §3). `params` are identifiers and ISO days."""
    message = derived_id("message", recorded.id, to.model_dump_json(), template)
    command = QueueMessage(
        at=recorded.time,
        message=message,
        template=template,
        recipient=to,
        locale=locale,
        link=link,
        params=dict(params or {}),
    )
    return Directed(message, command)


def link_for(purpose: LinkPurpose, recorded: Recorded[Any], event: Attempted) -> Link:
    """The link that opens this attempt of the event's own stream."""
    return Link(purpose=purpose, stream=recorded.stream, attempt=event.attempt, expires=event.link_expires)


def representative(of: Placed) -> ToOffice:
    """Whoever represents the place (FAQ L19)."""
    return ToOffice(kind="representative", country=of.country, region=of.region)


def national_support(country: str) -> ToOffice:
    """The National Support Service of the country (FAQ L12, L24)."""
    return ToOffice(kind="national_support_officer", country=country)


def day(moment: Moment) -> str:
    """The day of a moment in UTC, as it stands in a message: `2029-02-28`."""
    return moment.date().isoformat()
