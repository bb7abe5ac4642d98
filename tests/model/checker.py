"""A small explicit-state model checker: breadth first, so that every counterexample is as short as it can be.

A model says which steps are possible in a state. Steps whose label starts with `MAY` may happen or not (a crash, a late
message); all others happen sooner or later. A state is *at rest* when no step has to happen any more. Checked are

- safety: `broken` in every reachable state, `broken_at_rest` in every state at rest;
- liveness: from every reachable state, rest can be reached by steps that have to happen, without help from any fault.
"""

from collections.abc import Hashable, Iterable
from time import perf_counter
from typing import NamedTuple, Protocol, TypeVar

MAY = "may: "

S = TypeVar("S", bound=Hashable)


class Model(Protocol[S]):
    """A transition system over immutable states. `canonical` maps states that differ only in names to one of them."""

    def initial(self) -> S: ...

    def steps(self, state: S) -> Iterable[tuple[str, S]]: ...

    def canonical(self, state: S) -> S: ...

    def broken(self, state: S) -> str | None: ...

    def broken_at_rest(self, state: S) -> str | None: ...


class Counterexample(NamedTuple):
    """What is wrong, and the shortest sequence of steps that leads there."""

    reason: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.reason, *(f"{n:3}. {step}" for n, step in enumerate(self.trace, 1))])


class Result(NamedTuple):
    """One exploration: how far it went, how long it took (seconds), what it found."""

    states: int
    steps: int
    seconds: float
    counterexample: Counterexample | None


class TooLarge(Exception):
    """The scope has more states than allowed, so that nothing would be proven: choose a smaller one."""


class _Graph:
    """The states seen so far, numbered in the order they were found."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.found_by: list[int] = []
        self.predecessors: list[list[int]] = []
        self.at_rest: list[int] = []

    def add(self, state: Hashable, origin: int) -> tuple[int, bool]:
        number = self.numbers.setdefault(state, len(self.found_by))
        if fresh := number == len(self.found_by):
            self.found_by.append(origin)
            self.predecessors.append([])
        return number, fresh

    def path(self, number: int) -> list[Hashable]:
        """The states on the way to this one, without the initial one."""
        wanted = []
        while number:
            wanted.append(number)
            number = self.found_by[number]
        states = list(self.numbers)
        return [states[number] for number in reversed(wanted)]

    def stuck(self) -> int | None:
        """The first state from which rest cannot be reached, if there is one."""
        alive = bytearray(len(self.found_by))
        front = self.at_rest
        while front:
            for number in front:
                alive[number] = 1
            front = list({p for number in front for p in self.predecessors[number] if not alive[p]})
        dead = alive.find(0)
        return None if dead < 0 else dead


def explore(model: Model[S], limit: int = 5_000_000) -> Result:
    """Visit every reachable state of the model, or stop at the first one that is wrong.

    Raises TooLarge beyond `limit` states.
    """
    began, graph, taken = perf_counter(), _Graph(), 0
    front = [model.canonical(model.initial())]
    graph.add(front[0], 0)

    def result(reason: str | None = None, number: int = 0) -> Result:
        example = Counterexample(reason, _trace(model, graph.path(number))) if reason else None
        return Result(len(graph.found_by), taken, perf_counter() - began, example)

    while front:
        following: list[S] = []
        for state in front:
            number = graph.numbers[state]
            if reason := model.broken(state):
                return result(reason, number)
            taken += _expand(model, graph, state, number, following)
            if graph.at_rest and graph.at_rest[-1] == number and (reason := model.broken_at_rest(state)):
                return result(reason, number)
        if len(graph.found_by) > limit:
            raise TooLarge(f"more than {limit} states")
        front = following
    stuck = graph.stuck()
    return result() if stuck is None else result("it can go on for ever without coming to rest", stuck)


def _trace(model: Model[S], path: list[Hashable]) -> tuple[str, ...]:
    """The labels along a path, walked again without `canonical`, so that everyone keeps their name throughout."""
    state, labels = model.initial(), []
    for wanted in path:
        label, state = next((label, s) for label, s in model.steps(state) if model.canonical(s) == wanted)
        labels.append(label)
    return tuple(labels)


def _expand(model: Model[S], graph: _Graph, state: S, number: int, following: list[S]) -> int:
    """Take every step out of one state; says how many there were, and notes whether the state is at rest."""
    taken, at_rest = 0, True
    for label, after in model.steps(state):
        reached = model.canonical(after)
        if reached == state:
            continue
        taken += 1
        target, fresh = graph.add(reached, number)
        if fresh:
            following.append(reached)
        if not label.startswith(MAY):
            at_rest = False
            graph.predecessors[target].append(number)
    if at_rest:
        graph.at_rest.append(number)
    return taken
