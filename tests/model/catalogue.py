"""Every model with the mistakes that it has to find, and the arrangements in which it is explored."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from tests.model import append, claims, claims_state, reactions, relay, relay_state, views
from tests.model.checker import Model, Result, explore
from tests.model.views import Event


class Scope(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Subject(NamedTuple):
    """One part of the protocol. `of` takes an arrangement of the model's own `Scope`, and a mistake or None."""

    name: str
    of: Callable[[Any, Any], Model[Any]]
    mistakes: type[StrEnum]
    arrangements: dict[Scope, tuple[Any, ...]]

    def explored(self, scope: Scope, mistake: StrEnum | None = None) -> Result:
        """One result over all arrangements of the scope, up to the first counterexample."""
        total = Result(0, 0, 0.0, None)
        for arrangement in self.arrangements[scope]:
            one = explore(self.of(arrangement, mistake))
            sums = (total.states + one.states, total.steps + one.steps, total.seconds + one.seconds)
            total = Result(*sums, one.counterexample)
            if one.counterexample:
                break
        return total


A_AND_B = (("A", 2), ("B", 1))
SHARD_1 = (Event("A", 1, 0), Event("C", 1), Event("A", 1, 1))
SHARD_2 = (Event("B", 1),)
STREAM_A = (SHARD_1[0], SHARD_1[2])

SUBJECTS = (
    Subject(
        "append",
        append.Append,
        append.Mistake,
        {
            Scope.SMALL: (append.Scope(("c1", "c1", "c2"), faults=2),),
            Scope.LARGE: (append.Scope(("c1", "c1", "c2", "c2"), faults=2), append.Scope(("c1", "c1", "c2"), faults=3)),
        },
    ),
    Subject(
        "relay",
        relay.RelayModel,
        relay_state.Mistake,
        {
            Scope.SMALL: (relay_state.Scope(A_AND_B, relays=2, faults=1),),
            Scope.LARGE: (
                relay_state.Scope(A_AND_B, relays=2, faults=2),
                relay_state.Scope((("A", 2), ("B", 2)), relays=2, faults=1),
                relay_state.Scope(A_AND_B, relays=3, faults=1),
            ),
        },
    ),
    Subject(
        "reactions",
        reactions.Reactions,
        reactions.Mistake,
        {
            Scope.SMALL: (reactions.Scope((("S", "T"), ("S",), ("S",)), repeats=1, faults=1),),
            Scope.LARGE: (
                reactions.Scope((("S", "T"), ("S",), ("T",)), repeats=1, faults=2),
                reactions.Scope((("S",), ("S",), ("S",), ("S",)), repeats=1, faults=2),
            ),
        },
    ),
    Subject(
        "views and parked streams",
        views.Views,
        views.Mistake,
        {
            Scope.SMALL: (
                views.Scope((SHARD_1, SHARD_2), SHARD_1[:1], operators=1, faults=1),
                views.Scope((STREAM_A, ()), STREAM_A, operators=2, faults=1),
            ),
            Scope.LARGE: (
                views.Scope(((*SHARD_1, Event("A", 2)), (*SHARD_2, Event("B", 2))), SHARD_1[:1], operators=1, faults=2),
                views.Scope((SHARD_1, SHARD_2), STREAM_A, operators=2, faults=1),
            ),
        },
    ),
    Subject(
        "claims",
        claims.Claims,
        claims_state.Mistake,
        {
            Scope.SMALL: (
                claims_state.Scope(("S", "S", "T"), others=1, releases=1, faults=0),
                claims_state.Scope(("S",), others=0, releases=1, faults=1, changes=("T",), withdrawals=1),
                claims_state.Scope(("S",), others=0, releases=0, faults=1, changes=("T", "T"), withdrawals=1),
            ),
            Scope.LARGE: (
                claims_state.Scope(("S", "S", "T"), others=1, releases=1, faults=1, tries=3),
                claims_state.Scope(("S", "T", "U"), others=1, releases=2, faults=1),
                claims_state.Scope(("S",), others=0, releases=1, faults=1, changes=("T", "T"), withdrawals=2),
                claims_state.Scope(("S",), others=0, releases=1, faults=1, changes=("T", "U"), withdrawals=2),
            ),
        },
    ),
)
