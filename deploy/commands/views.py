"""`etwinning views`."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, show

_COLUMNS = ("service", "view", "is", "version", "fold", "release")

views = typer.Typer(help="List views; rebuild one beside the live one.", no_args_is_help=True, add_completion=False)


@views.callback()
def _views() -> None:
    """List views; rebuild one beside the live one."""


@views.command("list")
def list_views(
    service: Annotated[str | None, typer.Argument(help="One service; all of them without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show each view: whether it is live, its version, the fold that built it, and the fold of this release.

    An outdated view was built by an earlier release, or by none: whoever asks for it is answered 503 until it is
    rebuilt. Exit code 1 when there is one.

    Example: etwinning views list registration
    """
    from shared.views.live import Readiness

    rows = asyncio.run(_listed(service))
    show(rows, _COLUMNS, as_json=as_json)
    if any(row["is"] != Readiness.LIVE for row in rows):
        raise typer.Exit(1)


@views.command()
def rebuild(
    service: Annotated[str | None, typer.Argument(help="The service that keeps the view; with --outdated any.")] = None,
    view: Annotated[str | None, typer.Argument(help="The view; every view of the service without it.")] = None,
    outdated: Annotated[bool, typer.Option("--outdated", help="Only what an earlier release built, or none.")] = False,
) -> None:
    """Fold a view anew from the feeds of all services while the live one is read, follow, and swap.

    The services run meanwhile. After an upgrade: --outdated, as often as wanted; it does what is left to do.

    Example: etwinning views rebuild recognition seals
    """
    if (service is None and not outdated) or (view is not None and outdated):
        raise typer.BadParameter("Name a service, or say --outdated.")
    asyncio.run(_rebuild(service, view, outdated=outdated))


async def _listed(service: str | None) -> list[dict[str, Any]]:
    from deploy.connections import build_of, installation_settings, opened, service_named
    from shared.contracts.base import SERVICES
    from shared.views.live import LiveVersions, readiness

    rows: list[dict[str, Any]] = []
    for name in [service_named(service)] if service else SERVICES:
        async with opened(name, installation_settings()) as host:
            kept = build_of(name)(host).views
            live = await LiveVersions(host.database).read(view.name for view in kept)
            rows += [
                {
                    "service": name,
                    "view": view.name,
                    "is": readiness(view, live[view.name]).value,
                    "version": live[view.name].version,
                    "fold": live[view.name].fold,
                    "release": view.version,
                }
                for view in kept
            ]
    return rows


async def _rebuild(service: str | None, view: str | None, *, outdated: bool) -> None:
    from rich.progress import Progress

    from deploy.commands.output import console
    from deploy.connections import installation_settings, service_named
    from deploy.errors import Unable
    from deploy.rebuilding import rebuild_named, rebuild_outdated
    from shared.contracts.base import SERVICES

    settings, faults = installation_settings(), list[str]()
    with Progress(console=console(), transient=True) as progress:

        def advance(name: str) -> Callable[[int], None]:
            return partial(progress.advance, progress.add_task(name, total=None))

        if service is None or outdated:
            chosen = SERVICES if service is None else [service_named(service)]
            doing = rebuild_outdated(settings, advance, chosen)
        else:
            doing = rebuild_named(settings, service_named(service), view, advance)
        async for done in doing:
            if done.rebuilt is None:
                faults.append(done.sentence())
            else:
                progress.console.print(done.sentence())
    if faults:
        raise Unable(". ".join(faults) + ".")
