"""`etwinning parked`."""

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.commands.output import AsJson, show

if TYPE_CHECKING:
    from shared.hosting.host import Host
    from shared.messaging.parked import ParkedStream
    from shared.messaging.parked_operations import ParkedOperations

parked = typer.Typer(help="List, show, retry or discard parked streams.", no_args_is_help=True, add_completion=False)

Group = Annotated[str, typer.Argument(help="The consumer group: recognition.reactions, notifications.views, …")]
Stream = Annotated[str, typer.Argument(help="The stream, as `parked list` shows it.")]
_LISTED = ("group", "stream", "since", "deliveries", "error", "fault")
_SHOWN = ("delivery", "bytes", "event")


@parked.command("list")
def list_parked(
    discarded: Annotated[bool, typer.Option(help="Those that were given up, instead of those that wait.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show every parked stream of every service. Exit code 1 when there is one.

    Example: etwinning parked list --json
    """
    rows = asyncio.run(_list("discarded" if discarded else "parked"))
    show(rows, _LISTED, as_json=as_json)
    if rows and not discarded:
        raise typer.Exit(1)


@parked.command("show")
def show_parked(group: Group, stream: Stream, as_json: AsJson = False) -> None:
    """Show what is parked of one stream, in order: what a retry would handle.

    Example: etwinning parked show recognition.reactions project-0198…
    """
    show(asyncio.run(_show(group, stream)), _SHOWN, as_json=as_json, title=f"{stream}, parked for {group}")


@parked.command()
def retry(group: Group, stream: Stream) -> None:
    """Handle what is parked, in order, until it is done or fails again; what failed stays parked.

    Says first what it will touch. Safe beside the running service. Exit code 1 when something is still parked.

    Example: etwinning parked retry recognition.reactions project-0198…
    """
    show(asyncio.run(_show(group, stream)), _SHOWN, as_json=False, title=f"Retrying {stream} for {group}")
    done = asyncio.run(_retry(group, stream))
    if done.fault is not None:
        typer.echo(f"{done.handled} handled, {done.left} still parked: {done.fault.error}, {done.fault.sentence}")
        raise typer.Exit(1)
    typer.echo(f"{done.handled} handled; the stream is not parked any more.")


@parked.command()
def discard(
    group: Group,
    stream: Stream,
    reason: Annotated[str, typer.Option(help="A code, recorded for ever: undecodable, superseded, …")],
) -> None:
    """Give up what is parked: the decision is committed first, and what was parked is kept as discarded.

    Example: etwinning parked discard recognition.reactions project-0198… --reason undecodable
    """
    show(asyncio.run(_show(group, stream)), _SHOWN, as_json=False, title=f"Discarding {stream} for {group}")
    typer.echo(f"{asyncio.run(_discard(group, stream, reason))} deliveries discarded; the decision is recorded.")


@asynccontextmanager
async def _operations(group: str) -> "AsyncIterator[tuple[Host, ParkedOperations]]":
    from deploy.connections import installation_settings, opened, service_named
    from deploy.errors import Unable
    from shared.messaging.parked_operations import NotParked, ParkedOperations

    async with opened(service_named(group.partition(".")[0]), installation_settings()) as host:
        try:
            yield host, ParkedOperations(host.database, host.clock)
        except NotParked as fault:
            raise Unable(f"{fault}: see `etwinning parked list`.") from None


async def _list(status: str) -> list[dict[str, Any]]:
    from deploy.connections import build_of
    from shared.contracts.base import SERVICES
    from shared.hosting.consuming import group_sources

    rows = []
    for service in SERVICES:
        async with _operations(service) as (host, operations):
            for group in group_sources(service, build_of(service)(host)):
                rows += [_row(there) for there in await operations.list(group, status)]
    return rows


def _row(there: "ParkedStream") -> dict[str, Any]:
    return {
        "group": there.group,
        "stream": there.stream,
        "since": there.parked_at.isoformat(timespec="seconds"),
        "deliveries": len(there.deliveries),
        "error": there.fault.error,
        "fault": there.fault.sentence,
    }


async def _show(group: str, stream: str) -> list[dict[str, Any]]:
    from shared.contracts.envelope import Undecodable

    async with _operations(group) as (host, operations):
        rows = []
        for one in (await operations.show(group, stream)).deliveries:
            try:
                event = host.store.codec.open(one.value).type
            except Undecodable:
                event = "undecodable"
            rows.append({"delivery": one.identity, "bytes": len(one.value), "event": event})
        return rows


async def _retry(group: str, stream: str) -> Any:
    from deploy.connections import build_of
    from shared.hosting.consuming import works

    async with _operations(group) as (host, operations):
        return await operations.retry(group, stream, works(host, build_of(host.service)(host))[group])


async def _discard(group: str, stream: str, reason: str) -> int:
    from pydantic import ValidationError

    from deploy.errors import Unable
    from shared.messaging.discarding import discard_decision

    async with _operations(group) as (host, operations):
        decision = discard_decision(host.handler, f"operator:{getpass.getuser()}", reason, host.clock)
        try:
            return len((await operations.discard(group, stream, getpass.getuser(), decision)).deliveries)
        except ValidationError:
            raise Unable("The reason is a code: lower-case letters, digits and _, such as undecodable.") from None
