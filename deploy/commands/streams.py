"""`etwinning streams`."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, show

streams = typer.Typer(help="Show the history of one thing in words.", no_args_is_help=True, add_completion=False)

_OWNERS = {
    "teacher": "registration",
    "officer": "registration",
    "school": "registration",
    "case": "validation",
    "project": "projects",
    "seal": "recognition",
    "application": "recognition",
    "dossier": "recognition",
    "message": "notifications",
}
_COLUMNS = ("version", "time", "what", "by", "because", "data")


@streams.callback()
def _streams() -> None:
    """Show the history of one thing in words."""


@streams.command("show")
def show_stream(
    stream: Annotated[str, typer.Argument(help="For example project-0198c1….")], as_json: AsJson = False
) -> None:
    """Show every fact of one stream: when, what, who in which capacity, and why; its chain is verified on the way.

    Example: etwinning streams show dossier-6f1c… --json
    """
    rows = asyncio.run(_history(stream))
    show(rows, _COLUMNS, as_json=as_json, title=stream)


async def _history(stream: str) -> list[dict[str, Any]]:
    from deploy.connections import installation_settings, opened, service_named
    from deploy.errors import Unable
    from shared.event_store.commits import CorruptCommit

    kind = stream.partition("-")[0]
    if kind not in _OWNERS:
        raise Unable(
            f"No stream is named like {stream!r}: it begins with {', '.join(_OWNERS)}, then - and an identifier."
        )
    async with opened(service_named(_OWNERS[kind]), installation_settings()) as host:
        try:
            history = await host.handler.load(stream)
        except CorruptCommit as fault:
            raise Unable(f"The stream is not what was written: {fault}. Run `etwinning verify`.") from None
    if not history.version:
        raise Unable(f"There is no stream {stream!r}.")
    return [_row(recorded, history.commits[recorded.version - 1].facts) for recorded in history.recorded]


def _row(recorded: Any, facts: Any) -> dict[str, Any]:
    envelope = recorded.envelope
    because = facts.get("policy") or facts["command"]["type"]
    cause = f" on {facts['cause']}" if facts.get("cause") else ""
    return {
        "version": envelope.streamversion,
        "time": envelope.time.isoformat(timespec="milliseconds"),
        "what": type(recorded.event).__name__,
        "by": f"{envelope.actor} as {envelope.capacity}",
        "because": f"{because}{cause}" + (f", policy {envelope.policyversion}" if envelope.policyversion else ""),
        "data": " ".join(f"{name}={value}" for name, value in envelope.data.items()),
    }
