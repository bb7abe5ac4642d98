"""`etwinning schools`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

schools = typer.Typer(help="Import schools.", no_args_is_help=True, add_completion=False)


@schools.callback()
def _schools() -> None:
    """Import schools."""


Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="OURS=THEIRS",
        help="A column of the file: country, official_id, name, city; and, where there are any, postal_code, "
        "region, levels, director_name, director_email, mail_domain, closed.",
    ),
]
MappingFile = Annotated[
    Path | None, typer.Option(help="All of this in TOML: country, delimiter, encoding, closed; tables columns, levels.")
]
ReportFile = Annotated[Path | None, typer.Option(help="Write line, school, outcome and reason of each line here.")]


@schools.command("import")
def import_file(
    path: Annotated[Path, typer.Argument(help="CSV with a line of column names; see --map for ours.")],
    country: Annotated[str | None, typer.Option(help="The country of every school, where no column says it.")] = None,
    columns: Columns = None,
    mapping: MappingFile = None,
    delimiter: Annotated[str | None, typer.Option(help="Between columns; a comma without it.")] = None,
    encoding: Annotated[str | None, typer.Option(help="UTF-8 without it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide everything, change nothing.")] = False,
    report: ReportFile = None,
) -> None:
    """Import schools from a file; the same file again changes nothing, and goes on after an interruption.

    Refused lines are named, with the reason; a changed line corrects, moves, describes or closes its school.

    Example: etwinning schools import deploy/data/schools.csv

    Example: etwinning schools import uai.csv --country FR --delimiter ';' --map official_id=numero_uai --map name=nom
    """
    from deploy.errors import Unable

    if not path.is_file():
        raise Unable(f"There is no file {path}.")
    options = {"country": country, "delimiter": delimiter, "encoding": encoding, "columns": _pairs(columns or [])}
    asyncio.run(_import(path, mapping, {name: value for name, value in options.items() if value}, dry_run, report))


def _pairs(columns: Sequence[str]) -> dict[str, str]:
    from deploy.errors import Unable

    pairs = dict(one.partition("=")[::2] for one in columns)
    if not all(pairs.values()):
        raise Unable("A column is mapped as OURS=THEIRS: --map name=nom.")
    return pairs


async def _import(path: Path, mapping: Path | None, given: dict[str, Any], dry_run: bool, report: Path | None) -> None:
    from deploy.commands.progress import importing
    from deploy.connections import installation_settings
    from deploy.errors import Unable
    from deploy.registers import import_register, reported_to
    from services.registration.app.register_files import FileMapping, NotASchoolsFile, mapping_of, read_mapping

    try:
        known = read_mapping(mapping) if mapping is not None else FileMapping()
        columns = known.columns | given.pop("columns", {})
        chosen = mapping_of(known.model_dump() | given | {"columns": columns})
    except NotASchoolsFile as fault:
        raise Unable(f"{fault}.") from None
    with reported_to(report) as write, importing(path, write) as tell:
        said = await import_register(installation_settings(), path, typer.echo, tell, mapping=chosen, dry_run=dry_run)
    typer.echo(said)
