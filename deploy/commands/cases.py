"""`etwinning cases`."""

import asyncio
from typing import Annotated, Any, Literal

import typer

from deploy.commands.output import AsJson, show

cases = typer.Typer(help="List open cases, show one.", no_args_is_help=True, add_completion=False)

_LISTED = ("band", "case", "country", "region", "days", "status", "owner", "due", "owner_due", "why")
_TOLD = ("version", "time", "what", "as", "policy")
_MOST = 1000


@cases.callback()
def _cases() -> None:
    """List open cases of validation, show one. Identifiers, codes and times; nothing about a person."""


@cases.command("list")
def list_cases(
    country: Annotated[str | None, typer.Option(help="ISO code of one country; all of them without it.")] = None,
    region: Annotated[str | None, typer.Option(help="One region of that country.")] = None,
    owner: Annotated[
        Literal["representative", "national_support", "director", "teacher"] | None,
        typer.Option(help="Only those in which this one has to act next."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the open cases as their officers have them: band 0 is overdue, 1 to 5 by risk, then by the policy's date.

    `due` is the policy's date, `owner_due` that of whoever has to act next.

    Example: etwinning cases list --country ES --region Galicia --owner representative
    """
    if region is not None and country is None:
        raise typer.BadParameter("A region is one of a country: say --country too.")
    rows = asyncio.run(_listed(country, region, owner, limit))
    show(rows, _LISTED, as_json=as_json, title=f"The first {limit}: --limit shows more" if len(rows) == limit else None)


@cases.command("show")
def show_case(
    case: Annotated[str, typer.Argument(help="Its identifier, or the name of its stream: case-0198c1….")],
    as_json: AsJson = False,
) -> None:
    """Show where a case stands, who has it, what is due next, and every event by name and time.

    Example: etwinning cases show 44a2b508-38f4-5c…
    """
    standing, events = asyncio.run(_told(case))
    if as_json:
        show([standing], tuple(standing), as_json=True)
    else:
        said = [{"what": name, "is": value} for name, value in standing.items()]
        show(said, ("what", "is"), as_json=False, title="Where it stands")
    show(events, _TOLD, as_json=as_json, title="What happened")


async def _listed(country: str | None, region: str | None, owner: str | None, limit: int) -> list[dict[str, Any]]:
    from deploy.casework import Wanted, open_cases
    from deploy.connections import installation_settings, opened

    async with opened("validation", installation_settings()) as host:
        return await open_cases(host, Wanted(country, region, owner, limit))


async def _told(case: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from deploy.casework import case_told
    from deploy.connections import installation_settings, opened

    async with opened("validation", installation_settings()) as host:
        return await case_told(host, case)
