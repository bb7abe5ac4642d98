"""Giving up a parked stream is a decision like any other: a commit says what was given up, by whom, and why."""

from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from shared.contracts.base import Command, DeliveryName, Event, Identifier, Reason, derived_id
from shared.contracts.catalogue import DISCARDED
from shared.event_store.aggregate import Aggregate
from shared.event_store.handling import Handler
from shared.event_store.history import Context
from shared.messaging.delivery import Delivery
from shared.messaging.parked import ParkedStream
from shared.messaging.parked_operations import RecordDecision
from shared.nodes import CENTRAL_NODE

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_DELIVERY: TypeAdapter[str] = TypeAdapter(DeliveryName)


class DiscardParkedStream(Command):
    """An operator gives up what is parked of a stream."""

    group: Identifier
    parked_stream: Identifier
    first: DeliveryName
    deliveries: int
    reason: Reason


def discard_decision(handler: Handler, actor: str, reason: str, clock: Callable[[], datetime]) -> RecordDecision:
    """Records the decision in the service's own store; recorded once for each time that the stream was parked."""
    service = handler.store.installation.service
    event = DISCARDED[service]

    def discard(_: None, command: DiscardParkedStream) -> tuple[Event, ...]:
        return (event.model_validate(command.model_dump(exclude={"at"})),)

    aggregate: Aggregate[None] = Aggregate("parked", None, lambda state, _: state, {DiscardParkedStream: discard})

    async def record(there: ParkedStream) -> None:
        identifier = derived_id("parked", there.id, there.incarnation)
        command = DiscardParkedStream(
            at=clock(),
            group=there.group,
            parked_stream=_stream_name(there),
            first=_delivery_name(there.deliveries[0]),
            deliveries=len(there.deliveries),
            reason=reason,
        )
        context = Context(
            actor=actor, capacity="operator", node=CENTRAL_NODE, correlation_id=identifier, command_id=identifier
        )
        await handler.handle(aggregate, identifier, command, context)

    return record


def _stream_name(there: ParkedStream) -> str:
    """The parked key, if it names a stream. Another may be anything, an address too, and facts are for ever."""
    try:
        return _IDENTIFIER.validate_python(there.stream)
    except ValidationError:
        first = there.deliveries[0]
        return f"unnamed-{first.topic}-{first.partition}"


def _delivery_name(first: Delivery) -> str:
    """Its position, or its offset where its headers say something that is none."""
    try:
        return _DELIVERY.validate_python(first.identity)
    except ValidationError:
        return f"{first.topic}/{first.partition}#{first.offset}"
