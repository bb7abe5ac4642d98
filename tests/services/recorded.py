"""Events as they would have been recorded, for tests of views and reactions."""

from datetime import UTC, datetime, timedelta

from shared.contracts.base import Event, derived_id
from shared.contracts.catalogue import codec
from shared.contracts.envelope import Envelope, Recorded, encode

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CODEC = codec()


def recorded(
    event: Event, stream: str, version: int = 1, index: int = 0, at: datetime | None = None
) -> Recorded[Event]:
    """`event` as commit `version` of `stream`, that many seconds on; the same arguments give the same bytes."""
    type_name = event.type_name()
    envelope = Envelope(
        id=derived_id(stream, str(version), str(index)),
        source=f"/es/{event.SERVICE}",
        type=type_name,
        subject=stream,
        time=at or START + timedelta(seconds=version),
        dataschema=f"urn:etwinning:schema:{type_name}",
        streamversion=version,
        eventindex=index,
        partitionkey=stream,
        correlationid=derived_id("correlation"),
        actor="somebody",
        capacity="teacher",
        node="es",
        data=event.model_dump(mode="json"),
    )
    return CODEC.decode(encode(envelope))


def story(stream: str, *events: Event) -> list[Recorded[Event]]:
    """One commit an event."""
    return [recorded(event, stream, version) for version, event in enumerate(events, start=1)]
