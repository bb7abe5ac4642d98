"""Giving up a parked stream is a decision like any other: a commit says what was given up, by whom, and why."""

from collections.abc import Callable
from datetime import datetime

from shared.contracts.base import Command, Event, Identifier, Reason, derived_id
from shared.contracts.catalogue import DISCARDED
from shared.event_store.aggregate import Aggregate
from shared.event_store.handling import Handler
from shared.event_store.history import Context
from shared.messaging.parked import ParkedStream
from shared.messaging.parked_operations import RecordDecision
from shared.nodes import CENTRAL_NODE


class DiscardParkedStream(Command):
    """An operator gives up what is parked of a stream."""

    group: Identifier
    parked_stream: str
    first: str
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
            parked_stream=there.stream,
            first=there.deliveries[0].identity,
            deliveries=len(there.deliveries),
            reason=reason,
        )
        context = Context(
            actor=actor, capacity="operator", node=CENTRAL_NODE, correlation_id=identifier, command_id=identifier
        )
        await handler.handle(aggregate, identifier, command, context)

    return record
