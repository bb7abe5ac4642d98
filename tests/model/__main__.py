"""`python -m tests.model`: explore every model, and see every mistake found."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.model.catalogue import SUBJECTS, Scope, Subject
from tests.model.checker import Result

COLUMNS = ("model", "with the mistake", "states", "steps", "seconds", "result")


def main(
    scope: Annotated[Scope, typer.Option(help="how far to explore")] = Scope.SMALL,
    show: Annotated[str, typer.Option(help='the mistake whose counterexample to print, such as "mark by range"')] = "",
) -> None:
    """Explore the models of the protocol exhaustively; exit 1 if the protocol fails or a mistake is missed.

    Example: python -m tests.model --scope large
    """
    console = Console()
    if not console.is_terminal:
        console.width = 140  # a log has room for the whole table
    if show:
        _show(console, scope, show)
    elif explore_all(console, scope, SUBJECTS):
        raise typer.Exit(1)


def explore_all(console: Console, scope: Scope, subjects: Iterable[Subject]) -> int:
    """Print a table of every exploration; returns how many did not end as they have to."""
    table, failures = Table(title=f"Model of the protocol, {scope} scope"), 0
    for column in COLUMNS:
        table.add_column(column, no_wrap=True, justify="right" if column in {"states", "steps", "seconds"} else "left")
    for subject, mistake in _cases(subjects):
        with console.status(f"{subject.name}: {mistake or 'the protocol'}"):
            result = subject.explored(scope, mistake)
        right = (result.counterexample is None) == (mistake is None)
        failures += not right
        table.add_row(*_row(subject, mistake, result))
        if result.counterexample and mistake is None:
            console.print(str(result.counterexample), markup=False, soft_wrap=True)
    console.print(table)
    return failures


def _cases(subjects: Iterable[Subject]) -> Iterator[tuple[Subject, StrEnum | None]]:
    for subject in subjects:
        yield subject, None
        for mistake in subject.mistakes:
            yield subject, mistake


def _row(subject: Subject, mistake: StrEnum | None, result: Result) -> tuple[str, ...]:
    if mistake is None:
        verdict = "FAILS" if result.counterexample else "holds"
    else:
        verdict = f"found in {len(result.counterexample.trace)} steps" if result.counterexample else "MISSED"
    figures = (f"{result.states:,}", f"{result.steps:,}", f"{result.seconds:.1f}")
    return (subject.name if mistake is None else "", mistake or "none", *figures, verdict)


def _show(console: Console, scope: Scope, wanted: str) -> None:
    found = [(subject, mistake) for subject, mistake in _cases(SUBJECTS) if mistake == wanted]
    if not found:
        known = sorted({str(mistake) for _, mistake in _cases(SUBJECTS) if mistake})
        raise typer.BadParameter(f"no mistake is called {wanted!r}; there are: {'; '.join(known)}")
    for subject, mistake in found:
        example = subject.explored(scope, mistake).counterexample
        console.print(f"{subject.name}: {mistake}", str(example or "MISSED"), sep="\n", markup=False, soft_wrap=True)


app = typer.Typer(add_completion=False)
app.command()(main)

if __name__ == "__main__":
    app(prog_name="python -m tests.model")
