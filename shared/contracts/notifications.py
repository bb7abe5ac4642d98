"""Events of notifications: a message is a template, an event and a recipient, never rendered text."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts import base
from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef, Service, Value
from shared.contracts.registration import OfficeKind

LinkPurpose = Literal[
    "confirm_email", "accept_office", "director_answer", "reset_password", "confirm_new_email", "confirm_old_email"
]


class ToPerson(Value):
    """A teacher or officer, by pseudonym: the address is looked up when the mail is sent."""

    to: Literal["person"] = "person"
    person: Identifier


class ToRecord(Value):
    """Whoever this contact record of `owner` names: a director, or an address not confirmed yet."""

    to: Literal["record"] = "record"
    record: RecordRef
    owner: Service = "registration"


class ToOffice(Value):
    """Everyone who holds this office for the place when the mail is sent."""

    to: Literal["office"] = "office"
    kind: OfficeKind
    country: Country | None
    region: str | None = None


Recipient = Annotated[ToPerson | ToRecord | ToOffice, Field(discriminator="to")]


class Link(Value):
    """What a link in the mail will be signed for; the signature is made only when the mail is sent."""

    purpose: LinkPurpose
    stream: Identifier
    attempt: Identifier
    expires: Moment


class NotificationEvent(Event):
    SERVICE: ClassVar[Service] = "notifications"


class NotificationQueued(NotificationEvent):
    """Key: cause x recipient x template. `params` are identifiers only. Version 2: more links, records of any owner."""

    VERSION: ClassVar[int] = 2

    message: Identifier
    template: Identifier
    recipient: Recipient
    locale: str
    link: Link | None = None
    params: dict[str, Identifier] = Field(default_factory=dict)


class NotificationSent(NotificationEvent):
    """The mail server took it: `copies` recipients, Message-ID derived from the message."""

    message: Identifier
    template: Identifier
    copies: int


class NotificationBounced(NotificationEvent):
    """The mail server refused for good; it is not tried again. Version 2 names the link that never arrived."""

    VERSION: ClassVar[int] = 2

    message: Identifier
    template: Identifier
    reason: Reason
    link: Link | None


class NotificationSuppressed(NotificationEvent):
    """Nobody is told: the recipient was erased, or nobody holds the office."""

    message: Identifier
    template: Identifier
    reason: Reason


class ReactionDeclined(NotificationEvent, base.ReactionDeclined):
    pass


class IntentAbandoned(NotificationEvent, base.IntentAbandoned):
    pass


class ParkedStreamDiscarded(NotificationEvent, base.ParkedStreamDiscarded):
    """An operator of notifications gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    NotificationQueued,
    NotificationSent,
    NotificationBounced,
    NotificationSuppressed,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)
