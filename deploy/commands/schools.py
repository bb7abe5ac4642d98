"""`etwinning schools`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

schools = typer.Typer(help="Import schools.", no_args_is_help=True, add_completion=False)


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
    from deploy.connections import installation_settings
    from deploy.registers import import_register

    typer.echo(await import_register(installation_settings(), path, typer.echo))
