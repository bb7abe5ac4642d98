"""Decisions tested as sentences: `given(PROJECT, proposed()).when(AcceptCoFounding(...)).then(accepted())`."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from shared.contracts.base import Command, Event
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

S = TypeVar("S")


@dataclass(frozen=True)
class Given(Generic[S]):
    """An aggregate and what happened to it, in order."""

    aggregate: Aggregate[S]
    history: tuple[Event, ...]

    @property
    def state(self) -> S:
        return self.aggregate.fold(self.history)

    def when(self, command: Command) -> "Asked[S]":
        return Asked(self, command)


@dataclass(frozen=True)
class Asked(Generic[S]):
    """A command put to that history: it acts, it stays quiet, or it refuses."""

    given: Given[S]
    command: Command

    def events(self) -> tuple[Event, ...]:
        return self.given.aggregate.decide(self.given.state, self.command)

    def then(self, *expected: Event) -> Given[S]:
        """It acts: exactly these events. Returns the history that now is, to go on from."""
        decided = self.events()
        assert decided == expected
        return Given(self.given.aggregate, self.given.history + decided)

    def then_nothing(self) -> None:
        """It stays quiet: so already."""
        assert self.events() == ()

    def then_refused(self, violation: type[RuleViolation], **data: Any) -> None:
        """It refuses by exactly this rule; `data` names what the refusal must say."""
        with pytest.raises(RuleViolation) as refused:
            self.events()
        assert type(refused.value) is violation
        assert {name: refused.value.data.get(name) for name in data} == data


def given(aggregate: Aggregate[S], *history: Event) -> Given[S]:
    """`aggregate` after `history`."""
    return Given(aggregate, history)
