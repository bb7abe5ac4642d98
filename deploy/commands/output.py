"""How commands answer: a table for people, JSON for scripts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines for a script instead of a table.")]


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
    Console(highlight=False).print(table)


def _text(value: Any) -> str:
    return "–" if value is None else str(value)
