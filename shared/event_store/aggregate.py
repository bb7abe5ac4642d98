"""What a service writes of its domain: a state, how events change it, and one pure decision per command."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.base import Command, Event, ProtocolEvent

S = TypeVar("S")

Decision = Callable[[S, Any], Sequence[Event]]


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """`evolve(state, event)` and `decisions[type(command)](state, command)`, both pure and synchronous."""

    name: str
    initial: S
    evolve: Callable[[S, Any], S]
    decisions: Mapping[type[Command], Decision[S]]

    def fold(self, events: Iterable[Event], state: S | None = None) -> S:
        """The state after `events`; events of the protocol are not the aggregate's business."""
        folded = self.initial if state is None else state
        for event in events:
            if not isinstance(event, ProtocolEvent):
                folded = self.evolve(folded, event)
        return folded

    def decide(self, state: S, command: Command) -> tuple[Event, ...]:
        """The events that `command` causes; none when it is so already.

        Raises:
            RuleViolation: a rule says no.
        """
        return tuple(self.decisions[type(command)](state, command))

    def stream(self, identifier: str) -> str:
        """The name of the stream of one of these: `teacher-0193…`."""
        return f"{self.name}-{identifier}"
