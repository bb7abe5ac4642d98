"""Figures: ours beside bare, and the ratio that is judged."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the page. `at_least`: the ratio has to reach the aim; else it has to stay below it."""

    what: str
    ours: str
    bare: str
    ratio: float
    aim: float | None
    at_least: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; nothing where there is none."""
        if self.aim is None:
            return None
        return self.ratio >= self.aim if self.at_least else self.ratio <= self.aim


@dataclass(slots=True)
class Pairs:
    """Rounds of ours and bare in turn. Judged is the median of the rounds' ratios: what disturbs a round slows both."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def add(self, ours: float, bare: float) -> None:
        """One round."""
        self.ours.append(ours)
        self.bare.append(bare)

    def figure(self, what: str, shown: Callable[[float], str], aim: float | None, *, at_least: bool = True) -> Figure:
        """The medians side by side, and the median ratio."""
        ratio = median([mine / other for mine, other in zip(self.ours, self.bare, strict=True)])
        return Figure(what, shown(median(self.ours)), shown(median(self.bare)), ratio, aim, at_least)


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def per_second(rate: float) -> str:
    return f"{rate:,.0f}/s"


def show(figures: Sequence[Figure], console: Console) -> None:
    """The page of ratios."""
    table = Table(title="Ratios against a bare baseline in the same run", title_justify="left")
    for name in ("figure", "ours", "bare", "ratio", "aim", ""):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for one in figures:
        sign = "≥" if one.at_least else "≤"
        aim = "–" if one.aim is None else f"{sign} {one.aim:.2f}"
        verdict = {True: "met", False: "missed", None: ""}[one.met]
        table.add_row(one.what, one.ours, one.bare, f"{one.ratio:.2f}", aim, verdict)
    console.print(table)
