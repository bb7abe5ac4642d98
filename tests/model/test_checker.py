"""The checker itself: it sees all states, tells rest from going round in circles, and finds the shortest way."""

from collections.abc import Iterator

import pytest

from tests.model.checker import MAY, TooLarge, explore

State = tuple[int, ...]


class Counters:
    """Independent counters from 0 to `top`: (top + 1) ** count states, or fewer where their order does not matter."""

    def __init__(
        self, count: int, top: int, *, symmetric: bool = False, forbidden: int = -1, trap: bool = False
    ) -> None:
        self.count, self.top, self.symmetric, self.forbidden, self.trap = count, top, symmetric, forbidden, trap

    def initial(self) -> State:
        return (0,) * self.count

    def canonical(self, state: State) -> State:
        return tuple(sorted(state)) if self.symmetric else state

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        if len(state) == 1 and self.trap:
            yield "goes round", (7 - state[0],)
            return
        for n, value in enumerate(state):
            if value < self.top:
                yield f"counter {n} grows", (*state[:n], value + 1, *state[n + 1 :])
        if self.trap and sum(state) == 2:
            yield MAY + "falls into the trap", (3,)

    def broken(self, state: State) -> str | None:
        return "forbidden" if sum(state) == self.forbidden else None

    def broken_at_rest(self, state: State) -> str | None:
        return None if set(state) == {self.top} else "stopped early"


def test_every_state_is_visited_once() -> None:
    result = explore(Counters(count=3, top=4))
    assert (result.states, result.counterexample) == (5**3, None)


def test_states_that_differ_in_names_only_are_one() -> None:
    assert explore(Counters(count=3, top=4, symmetric=True)).states == 35  # multisets of 3 out of 5


@pytest.mark.parametrize("symmetric", [False, True])
def test_a_counterexample_is_as_short_as_can_be(symmetric: bool) -> None:
    example = explore(Counters(count=2, top=5, symmetric=symmetric, forbidden=3)).counterexample
    assert example is not None
    assert (example.reason, len(example.trace)) == ("forbidden", 3)


def test_a_fault_need_not_happen_and_is_seen_all_the_same() -> None:
    class Stops(Counters):
        def steps(self, state: State) -> Iterator[tuple[str, State]]:
            yield from ((MAY + label, reached) for label, reached in super().steps(state))

    example = explore(Stops(count=1, top=3)).counterexample
    assert example is not None
    assert (example.reason, example.trace) == ("stopped early", ())


def test_going_round_for_ever_is_found() -> None:
    example = explore(Counters(count=2, top=2, trap=True)).counterexample
    assert example is not None
    assert example.reason == "it can go on for ever without coming to rest"
    assert example.trace[-1] == MAY + "falls into the trap"


def test_a_scope_that_is_too_large_proves_nothing_and_says_so() -> None:
    with pytest.raises(TooLarge):
        explore(Counters(count=4, top=9), limit=1_000)
