"""The one way to change anything: load, decide, commit; again from the load when somebody was faster (design §5)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from uuid_utils import uuid7

from shared.contracts.base import Command, Event, asked
from shared.contracts.catalogue import DECLINED
from shared.contracts.envelope import Envelope, encode
from shared.event_store.aggregate import Aggregate
from shared.event_store.commits import Commit, seal
from shared.event_store.history import Context, History
from shared.event_store.store import Appended, AppendUnknown, EventStore, Installation
from shared.event_store.violations import (
    Busy,
    IdempotencyKeyReused,
    NotYetKnown,
    OutcomeUnknown,
    PreconditionFailed,
    RuleViolation,
)
from shared.observability.metrics import Metrics
from shared.observability.traces import inject, span

S = TypeVar("S")
MAX_ROUNDS = 10


class Intent(Protocol):
    """Something written before the commit that it is for: a claim, a private record. Harmless if the commit fails."""

    async def aim(self, stream: str, version: int) -> None:
        """Writes it, or points it at this version. Raises a RuleViolation when it cannot be had."""


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """What is true after a command: state, version, and the commit that holds its decision (none: so already)."""

    stream: str
    version: int
    state: S
    commit: Commit | None
    repeated: bool


def _nobody(_: Commit) -> None:
    """Nobody waits for this commit in this process; the relay's sweep finds it."""


class Handler:
    """Runs commands against the streams of one service. Commands on one stream queue within the process."""

    def __init__(self, store: EventStore, metrics: Metrics, committed: Callable[[Commit], None] = _nobody) -> None:
        """`committed` is called after each stored commit: it wakes the relay of the same process."""
        self.store = store
        self.metrics = metrics
        self.committed = committed
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def load(self, stream: str) -> History:
        return History(stream, await self.store.load(stream), self.store.codec)

    async def state(self, aggregate: Aggregate[S], identifier: str) -> tuple[S, History]:
        """The current state of one aggregate and the history that it comes from."""
        history = await self.load(aggregate.stream(identifier))
        return aggregate.fold(history.events()), history

    async def handle(
        self,
        aggregate: Aggregate[S],
        identifier: str,
        command: Command,
        context: Context,
        intents: Sequence[Intent] = (),
    ) -> Outcome[S]:
        """Decides one command on one stream, at most once per command id or (cause, policy).

        Raises:
            RuleViolation: a rule says no to a person (a reaction's refusal is committed as ReactionDeclined).
            Busy: past the bound, and certain that nothing was done.
            OutcomeUnknown: past the bound, and not certain.
        """
        stream = aggregate.stream(identifier)
        service = self.store.installation.service
        queue = self._queues.setdefault(stream, asyncio.Lock())
        with span("handle", attributes={"stream": stream, "command": type(command).__name__}):
            async with queue:
                try:
                    outcome = await self._rounds(aggregate, stream, command, context, intents)
                except RuleViolation as violation:
                    self.metrics.commands_refused_total.labels(service, violation.code()).inc()
                    raise
        self.metrics.commands_total.labels(service, type(command).__name__).inc()
        return outcome

    async def _rounds(
        self, aggregate: Aggregate[S], stream: str, command: Command, context: Context, intents: Sequence[Intent]
    ) -> Outcome[S]:
        for _ in range(MAX_ROUNDS):
            history = await self.load(stream)
            state = aggregate.fold(history.events())
            if (done := history.done(context)) is not None:
                _refuse_other_request(done, command, context)
                return Outcome(stream, done.version, state, done, repeated=True)
            _refuse_other_version(history, context)
            events = self._decide(aggregate, state, command, context)
            if not events:
                return Outcome(stream, history.version, state, None, repeated=False)
            for intent in intents:
                await intent.aim(stream, history.version + 1)
            commit = self.build(history, events, command, context)
            try:
                if await self.store.append(commit) is Appended.STORED:
                    self.committed(commit)
                    return Outcome(stream, commit.version, aggregate.fold(events, state), commit, repeated=False)
            except AppendUnknown:
                raise OutcomeUnknown(stream=stream) from None
            self.metrics.decision_conflicts_total.labels(self.store.installation.service).inc()
        raise Busy(stream=stream)

    def _decide(self, aggregate: Aggregate[S], state: S, command: Command, context: Context) -> tuple[Event, ...]:
        if context.cause is None or context.policy is None:
            return aggregate.decide(state, command)
        try:
            events, reason = aggregate.decide(state, command), "nothing_to_do"
        except NotYetKnown:
            raise
        except RuleViolation as violation:
            events, reason = (), violation.code()
        declined = DECLINED[self.store.installation.service]
        return events or (declined(policy=context.policy, cause=context.cause, reason=reason),)

    def build(self, history: History, events: Sequence[Event], command: Command, context: Context) -> Commit:
        """The commit that would follow `history`; encoded once, here."""
        return commit_after(self.store.installation, history, events, command, context)


def commit_after(
    installation: Installation, history: History, events: Sequence[Event], command: Command, context: Context
) -> Commit:
    """The commit in which `command` adds `events` to `history`: encoded once, here, and never again."""
    version = history.version + 1
    facts = _facts(history.stream, version, command, context) | {
        "origin": installation.origin,
        "epoch": installation.epoch,
    }
    encoded = tuple(
        encode(_envelope(history.stream, version, index, event, command.at, context))
        for index, event in enumerate(events)
    )
    return seal(facts, encoded, history.last_hash, installation.shards, inject())


def _refuse_other_request(done: Commit, command: Command, context: Context) -> None:
    recorded = done.facts["command"]
    same = recorded["type"] == type(command).__name__ and asked(recorded["data"], type(command)) == command.asked()
    if context.command_id is not None and not same:
        raise IdempotencyKeyReused(stream=done.stream, version=done.version)


def _refuse_other_version(history: History, context: Context) -> None:
    if context.if_match is not None and context.if_match != history.version:
        raise PreconditionFailed(stream=history.stream, version=history.version)


def _facts(stream: str, version: int, command: Command, context: Context) -> dict[str, Any]:
    trigger = (
        {"cause": context.cause, "policy": context.policy}
        if context.command_id is None and context.cause is not None
        else {"command_id": context.command_id or uuid7().hex}
    )
    return trigger | {
        "stream": stream,
        "version": version,
        "commit_id": uuid7().hex,
        "time": command.at.isoformat(),
        "command": {"type": type(command).__name__, "data": command.model_dump(mode="json")},
        "basis": sorted(set(context.basis)),
    }


def _envelope(stream: str, version: int, index: int, event: Event, at: datetime, context: Context) -> Envelope:
    type_name = event.type_name()
    return Envelope(
        id=str(uuid7()),
        source=f"/{context.node}/{event.SERVICE}",
        type=type_name,
        subject=stream,
        time=at,
        dataschema=f"urn:etwinning:schema:{type_name}",
        streamversion=version,
        eventindex=index,
        partitionkey=stream,
        correlationid=context.correlation_id,
        causationid=context.cause,
        actor=context.actor,
        capacity=context.capacity,
        node=context.node,
        policyversion=context.policy_version,
        data=event.model_dump(mode="json"),
    )
