"""The envelope: CloudEvents 1.0, JSON, structured mode. Encoded once; these bytes are stored, hashed, published."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, Literal, TypeVar

import msgspec
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.base import Event, Moment
from shared.contracts.upcasters import NO_UPCASTERS, Upcasters

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

E = TypeVar("E", bound=Event, covariant=True)  # noqa: PLC0105


class Undecodable(Exception):
    """The bytes are no event of ours: not JSON, not an envelope, or data that its schema refuses."""


class UnknownEventType(Undecodable):
    """An envelope of a type that this release does not know."""

    def __init__(self, type_name: str) -> None:
        super().__init__(type_name)
        self.type_name = type_name


class Envelope(BaseModel):
    """CloudEvents attributes and our extensions (lower case, as the standard asks)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(pattern=r"^/[a-z]{2}/[a-z]+$")
    type: str = Field(pattern=r"^eu\.etwinning\.[a-z]+\.[A-Za-z]+\.v[0-9]+$")
    subject: str = Field(min_length=1, max_length=200)
    time: Moment
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    streamversion: int = Field(ge=1)
    eventindex: int = Field(ge=0)
    partitionkey: str
    correlationid: str
    causationid: str | None = None
    actor: str
    capacity: str
    node: str = Field(pattern=r"^[a-z]{2}$")
    policyversion: str | None = None
    data: dict[str, Any]


class _Content(msgspec.Struct, gc=False):
    """What a fold needs of an envelope."""

    type: str
    data: msgspec.Raw


_read_content = msgspec.json.Decoder(_Content).decode

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, no UTF-8, or nested without end."""


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event as it was recorded: the event itself, where it stands, who caused it, and its exact bytes."""

    event: E
    envelope: Envelope
    raw: bytes

    @property
    def id(self) -> str:
        return self.envelope.id

    @property
    def stream(self) -> str:
        return self.envelope.subject

    @property
    def version(self) -> int:
        return self.envelope.streamversion

    @property
    def index(self) -> int:
        return self.envelope.eventindex

    @property
    def time(self) -> datetime:
        return self.envelope.time

    @property
    def node(self) -> str:
        return self.envelope.node


def encode(envelope: Envelope) -> bytes:
    """Canonical JSON: sorted keys, no white space, UTF-8, absent attributes left out."""
    return canonical_json(envelope.model_dump(mode="json", exclude_none=True) | {"data": envelope.data})


def canonical_json(value: Any) -> bytes:
    """The one JSON encoding that is hashed anywhere in the product."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(raw: bytes) -> str:
    """SHA-256 of an event's exact bytes, hex."""
    return sha256(raw).hexdigest()


class Codec:
    """Reads stored or received bytes into the events of a catalogue; old versions are upcast on read."""

    def __init__(self, events: tuple[type[Event], ...], upcasters: Upcasters = NO_UPCASTERS) -> None:
        self._classes = {cls.type_name(): cls for cls in events}
        self._upcasters = upcasters
        self._readers = {
            name: cls.__pydantic_validator__.validate_json
            for name, cls in self._classes.items()
            if upcasters.current(name) == name
        }

    def knows(self, type_name: str) -> bool:
        return self._upcasters.current(type_name) in self._classes

    def open(self, raw: bytes) -> Envelope:
        """The envelope alone.

        Raises:
            Undecodable: the bytes are no envelope.
        """
        try:
            return Envelope.model_validate_json(raw)
        except ValidationError as error:
            raise Undecodable(f"{error.error_count()} faults in the envelope") from None

    def decode(self, raw: bytes) -> Recorded[Event]:
        """The event in its current version.

        Raises:
            Undecodable: the bytes are no envelope, or the data breaks its schema.
            UnknownEventType: the type is in no catalogue.
        """
        envelope = self.open(raw)
        type_name, data = self._upcasters.upcast(envelope.type, envelope.data)
        cls = self._class_of(type_name, envelope.type)
        try:
            return Recorded(cls.model_validate(data), envelope, raw)
        except ValidationError as error:
            raise _breaks_schema(type_name, error) from None

    def event(self, raw: bytes) -> Event:
        """The event alone, of bytes that a verified chain holds: its envelope was checked when it was written.

        Raises:
            Undecodable: the bytes are no envelope, or the data breaks its schema.
            UnknownEventType: the type is in no catalogue.
        """
        try:
            content = _read_content(raw)
        except UNREADABLE:
            raise Undecodable("faults in the envelope") from None
        read = self._readers.get(content.type)
        if read is None:
            return self.decode(raw).event
        try:
            event: Event = read(bytes(content.data))
        except ValidationError as error:
            raise _breaks_schema(content.type, error) from None
        return event

    def _class_of(self, type_name: str, written: str) -> type[Event]:
        cls = self._classes.get(type_name)
        if cls is None:
            raise UnknownEventType(written)
        return cls


def _breaks_schema(type_name: str, error: ValidationError) -> Undecodable:
    return Undecodable(f"{error.error_count()} faults in the data of {type_name}")
