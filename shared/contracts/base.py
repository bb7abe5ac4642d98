"""What every event and every command is made of. Pure: no clock, no random, no I/O."""

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from uuid import UUID, uuid5

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Service = Literal["registration", "validation", "projects", "recognition", "notifications"]
SERVICES: tuple[Service, ...] = ("registration", "validation", "projects", "recognition", "notifications")

_NAMESPACE = UUID("6f0f6a8e-6c1c-5f0e-9a3c-2d0f6a8e6c1c")

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$")]
Reason = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

# `<origin>/<epoch>/<topic>/<shard>@<position>`, or `<topic>/<partition>#<offset>`: where a delivery came from.
DeliveryName = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9./-]{0,199}[@#][0-9]{1,19}$")]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset():
        raise ValueError("a moment is in UTC")
    return moment


Moment = Annotated[datetime, AfterValidator(_utc)]


def derived_id(*parts: str) -> str:
    """A UUIDv5 from the natural key `parts`: the same parts name the same thing on every machine, for ever."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def snake_case(name: str) -> str:
    """`FoundedInOneCountry` -> `founded_in_one_country`; `NQSGranted` -> `nqs_granted`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class Value(BaseModel):
    """A frozen part of an event or a command."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordRef(Value):
    """What a fact holds of a private record: its id and a salted commitment, nothing about a person."""

    id: Identifier
    commitment: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Event(Value):
    """Something that happened: past tense, identifiers and decisions only, no personal data.

    A class names its type by itself: `eu.etwinning.<service>.<ClassName>.v<VERSION>`.
    """

    SERVICE: ClassVar[Service]
    VERSION: ClassVar[int] = 1

    @classmethod
    def type_name(cls) -> str:
        return f"eu.etwinning.{cls.SERVICE}.{cls.__name__}.v{cls.VERSION}"


class ProtocolEvent(Event):
    """An event of the protocol rather than the domain: aggregates never fold it."""


class ReactionDeclined(ProtocolEvent):
    """A reaction looked at its cause and decided to do nothing, for `reason`: it never decides again."""

    policy: Identifier
    cause: Identifier
    reason: Reason


class IntentAbandoned(ProtocolEvent):
    """This version was occupied so that nothing written for it (a claim, a private record) can come true any more."""

    intent: Reason


class ParkedStreamDiscarded(ProtocolEvent):
    """An operator gave up what a consumer group could not handle: which deliveries of which stream, and why.

    A parked key that names no stream does not stand here: it may be anything, and facts are for ever.
    """

    group: Identifier
    parked_stream: Identifier
    first: DeliveryName
    deliveries: int
    reason: Reason


class Command(Value):
    """What was asked: imperative. `at` and everything in LOOKED_UP was found out before the decision, not asked."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset()

    at: Moment

    def asked(self) -> dict[str, Any]:
        """The command without what was looked up: two requests with equal `asked()` ask the same thing."""
        return asked(self.model_dump(mode="json"), type(self))


class Directed(NamedTuple):
    """A command and the identifier of the aggregate that it is for: what a reaction or a deadline asks."""

    identifier: str
    command: Command


def asked(data: dict[str, Any], command: type[Command]) -> dict[str, Any]:
    """`data`, a dumped command, without its looked-up fields."""
    return {name: value for name, value in data.items() if name != "at" and name not in command.LOOKED_UP}
