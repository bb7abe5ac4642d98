"""`python -m tests.model`: what it prints, and how it ends."""

from enum import StrEnum
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.model import append
from tests.model.__main__ import app, explore_all
from tests.model.catalogue import Scope, Subject

ONE_WRITER = {Scope.SMALL: (append.Scope(("c1",), faults=0),)}


class Harmless(StrEnum):
    NOTHING = "a switch that changes nothing"


class Failing(append.Append):
    def broken_at_rest(self, state: append.State) -> str | None:
        return f"planted, with {len(state.log)} commits"


class NoMistake(StrEnum):
    pass


@pytest.mark.parametrize(
    ("subject", "failures", "verdict"),
    [
        (Subject("right", append.Append, NoMistake, ONE_WRITER), 0, "holds"),
        (Subject("wrong", Failing, NoMistake, ONE_WRITER), 1, "FAILS"),
        (Subject("blind", append.Append, Harmless, ONE_WRITER), 1, "MISSED"),
    ],
)
def test_a_failure_is_counted_and_named(subject: Subject, failures: int, verdict: str) -> None:
    printed = StringIO()
    assert explore_all(Console(file=printed, width=120), Scope.SMALL, [subject]) == failures
    assert verdict in printed.getvalue()


def test_a_counterexample_is_shown_step_by_step() -> None:
    result = CliRunner().invoke(app, ["--show", "offset before work"])
    assert result.exit_code == 0
    assert "I8" in result.output
    assert "3. worker 0 commits offset 1" in result.output


def test_an_unknown_mistake_is_refused_in_a_sentence() -> None:
    result = CliRunner().invoke(app, ["--show", "nonsense"])
    assert result.exit_code == 2
    assert "no mistake is called 'nonsense'" in result.output
