"""How commands answer: a table for people, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

WIDTH = 132

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines for a script instead of a table.")]


def console() -> Console:
    """Where people read: as wide as their window, or wide enough for a table where nobody looks (a pipe, a log)."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, title: str | None = None) -> None:
    """Prints `columns` of each row."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps({name: row.get(name) for name in columns}, default=str))
        return
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_text(row.get(name)) for name in columns))
    console().print(table)


def _text(value: Any) -> str:
    return "–" if value is None else str(value)
