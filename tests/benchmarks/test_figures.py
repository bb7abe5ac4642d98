"""The page says met or missed rightly."""

from io import StringIO

import pytest
from rich.console import Console

from tests.benchmarks.answering import telling
from tests.benchmarks.figures import Figure, Pairs, quantile, show


@pytest.mark.parametrize(
    ("ratio", "aim", "at_least", "met"),
    [
        (0.80, 0.80, True, True),
        (0.79, 0.80, True, False),
        (1.25, 1.25, False, True),
        (1.26, 1.25, False, False),
        (9.0, None, True, None),
    ],
)
def test_a_figure_is_met_on_its_own_side_of_the_aim(
    ratio: float, aim: float | None, at_least: bool, met: bool | None
) -> None:
    assert Figure("f", "1/s", "1/s", ratio, aim, at_least).met is met


def test_the_median_of_the_rounds_is_judged_not_the_round_that_was_disturbed() -> None:
    pairs = Pairs()
    for ours, bare in ((90.0, 100.0), (9.0, 100.0), (95.0, 100.0)):
        pairs.add(ours, bare)

    figure = pairs.figure("f", "{:.0f}".format, 0.8)

    assert (figure.ours, figure.bare, figure.ratio, figure.met) == ("90", "100", 0.9, True)


def test_a_ratio_is_taken_round_by_round() -> None:
    pairs = Pairs()
    for ours, bare in ((10.0, 10.0), (100.0, 50.0), (30.0, 10.0)):
        pairs.add(ours, bare)

    assert pairs.figure("f", str, None).ratio == 2.0  # of the medians it would be 3


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(100, 0, -1)]

    assert (quantile(values, 0.5), quantile(values, 0.99)) == (51.0, 100.0)
    assert quantile([7.0], 0.99) == 7.0


def test_the_page_shows_aim_and_verdict() -> None:
    page = StringIO()
    console = Console(width=120, file=page)

    show([Figure("fast", "2/s", "1/s", 2.0, 1.5), Figure("slow", "2 ms", "1 ms", 2.0, 1.5, at_least=False)], console)

    lines = page.getvalue().splitlines()
    assert [("met" in line, "missed" in line) for line in lines if "fast" in line or "slow" in line] == [
        (True, False),
        (False, True),
    ]


def test_a_coin_tells_half_and_a_difference_always() -> None:
    assert telling([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 0.5
    assert telling([1.0, 2.0], [3.0, 4.0]) == telling([3.0, 4.0], [1.0, 2.0]) == 1.0
    assert telling([1.0, 3.0], [2.0, 3.0]) == 0.625
