"""`etwinning schools`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

schools = typer.Typer(help="Import schools.", no_args_is_help=True)


@schools.callback()
def _schools() -> None:
    """Import schools."""


@schools.command("import")
def import_file(
    path: Annotated[
        Path, typer.Argument(help="CSV: country, official_id, name, city, postal_code, region, department.")
    ],
) -> None:
    """Import schools from a file; the same file again changes nothing. Refused lines are named, with the reason.

    Example: etwinning schools import deploy/data/schools.csv
    """
    from deploy.errors import Unable

    if not path.is_file():
        raise Unable(f"There is no file {path}.")
    asyncio.run(_import(path))


async def _import(path: Path) -> None:
    from services.registration.schools_import import ImportRefused, import_schools

    from deploy.connections import installation_settings, opened
    from deploy.errors import Unable

    async with opened("registration", installation_settings()) as host:
        try:
            report = await import_schools(host, path, typer.echo)
        except ImportRefused as fault:
            raise Unable(f"{path}: {fault}.") from None
    typer.echo(report.summary())
