"""`etwinning lag`."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, show

_COLUMNS = ("service", "role", "waiting", "seconds", "parked", "outdated")


def lag(
    service: Annotated[str | None, typer.Argument(help="One service; all of them without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is stuck, since when, whose: unpublished commits, events not handled yet, parked streams, views that
    an earlier release built and this one cannot read.

    Works with every service down. Exit code 1 when a stream is parked, a view is outdated or something has waited for
    over a minute.

    Example: etwinning lag recognition --json
    """
    rows = asyncio.run(_standing(service))
    outdated = any(row["outdated"] for row in rows)
    shown = rows if as_json else [row | {"outdated": ", ".join(row["outdated"]) or None} for row in rows]
    show(shown, _COLUMNS, as_json=as_json)
    if outdated and not as_json:
        typer.echo("Views that an earlier release built answer 503 until: etwinning views rebuild --outdated")
    if outdated or any(row["parked"] or row["seconds"] > 60 for row in rows):
        raise typer.Exit(1)


async def _standing(service: str | None) -> list[dict[str, Any]]:
    from deploy.connections import installation_settings, opened, service_named
    from deploy.standing import standing_of
    from shared.contracts.base import SERVICES

    rows: list[dict[str, Any]] = []
    for name in [service_named(service)] if service else SERVICES:
        async with opened(name, installation_settings()) as host:
            rows += [one.row() for one in await standing_of(host)]
    return rows
