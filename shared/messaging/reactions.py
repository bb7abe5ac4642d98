"""Runs reactions: each event through each policy to commands, each command down the one road (design §2, §7).

Nothing here remembers what was done: the target stream does. A repeat finds `(cause, policy)` in it and is answered.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opentelemetry.trace import SpanKind

from shared.contracts.base import Command, Directed, Event
from shared.contracts.envelope import Codec, Recorded, UnknownEventType
from shared.event_store.aggregate import Aggregate
from shared.event_store.handling import Handler
from shared.event_store.history import Context
from shared.messaging.delivery import Delivery, decode
from shared.messaging.processing import Failure
from shared.observability.logs import bound
from shared.observability.traces import span

Reaction = Callable[[Any], Sequence[Directed]]
Table = Mapping[type[Event], Sequence[Reaction]]

CONCURRENCY = 16
DEADLINE_S = 100.0  # a third of Kafka's max.poll.interval, past which the member would leave while still working


class NoAggregate(Exception):
    """A reaction asks for something that no aggregate of this service decides."""


class ReactionsWork:
    """The reactions of one service: streams side by side, the events of one stream in order."""

    def __init__(
        self,
        table: Table,
        aggregates: Iterable[Aggregate[Any]],
        handler: Handler,
        codec: Codec,
        clock: Callable[[], datetime],
        *,
        react_from: Mapping[str, datetime] | None = None,
        ignored_types: Collection[str] = (),
        deadline_s: float = DEADLINE_S,
    ) -> None:
        """`react_from`: the policy of that name leaves events before that moment alone.

        `ignored_types`: types that this release does not know and may pass over; any other parks its stream.
        """
        self._table = table
        self._aggregates = {command: aggregate for aggregate in aggregates for command in aggregate.decisions}
        self._handler = handler
        self._codec = codec
        self._clock = clock
        self._react_from = dict(react_from or {})
        self._ignored_types = frozenset(ignored_types)
        self._deadline_s = deadline_s

    async def run(self, deliveries: Sequence[Delivery]) -> Mapping[str, Failure]:
        """Handles deliveries; answers the streams that failed, each with its first failing delivery."""
        queues: dict[str, list[Delivery]] = {}
        for delivered in deliveries:
            queues.setdefault(delivered.stream, []).append(delivered)
        lane = _Lane(asyncio.Semaphore(CONCURRENCY))
        async with asyncio.TaskGroup() as tasks:
            for stream, queue in queues.items():
                tasks.create_task(self._run_stream(stream, queue, lane))
        return lane.failures

    async def _run_stream(self, stream: str, queue: Sequence[Delivery], lane: "_Lane") -> None:
        async with lane.slots:
            for delivered in queue:
                try:
                    async with asyncio.timeout(self._deadline_s):
                        await self._react(delivered)
                except Exception as error:  # noqa: BLE001 whatever it is, it fails this stream alone
                    lane.failures[stream] = Failure(delivered, error)
                    return

    async def _react(self, delivered: Delivery) -> None:
        try:
            recorded = decode(self._codec, delivered)
        except UnknownEventType as unknown:
            if unknown.type_name in self._ignored_types:
                return
            raise
        policies = self._table.get(type(recorded.event), ())
        if not policies:
            return
        with (
            bound(correlation_id=recorded.envelope.correlationid, stream=recorded.stream),
            span("react", parent=delivered.traceparent, kind=SpanKind.CONSUMER, attributes=_attributes(recorded)),
        ):
            for policy in policies:
                if not self._is_history(policy, recorded):
                    await self._follow(policy, recorded)

    def _is_history(self, policy: Reaction, recorded: Recorded[Event]) -> bool:
        """A new policy does not act on years of history unless told to."""
        start = self._react_from.get(_name(policy))
        return start is not None and recorded.time < start

    async def _follow(self, policy: Reaction, recorded: Recorded[Event]) -> None:
        context = Context(
            actor="system",
            capacity="system",
            node=recorded.node,
            correlation_id=recorded.envelope.correlationid,
            cause=recorded.id,
            policy=_name(policy),
            basis=(recorded.id,),
        )
        for identifier, command in policy(recorded):
            aggregate = self._aggregate_of(command)
            now = command.model_copy(update={"at": self._clock()})
            await self._handler.handle(aggregate, identifier, now, context)

    def _aggregate_of(self, command: Command) -> Aggregate[Any]:
        try:
            return self._aggregates[type(command)]
        except KeyError:
            raise NoAggregate(type(command).__name__) from None


@dataclass
class _Lane:
    slots: asyncio.Semaphore
    failures: dict[str, Failure] = field(default_factory=dict)


def _name(policy: Reaction) -> str:
    return policy.__name__


def _attributes(recorded: Recorded[Event]) -> dict[str, str | int]:
    return {"event": type(recorded.event).__name__, "stream": recorded.stream, "version": recorded.version}
