"""`etwinning verify`."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, show

_FOUND = ("service", "kind", "place", "detail")
_COUNTED = ("service", "commits", "blocks", "records", "findings")


def verify(
    service: Annotated[str | None, typer.Argument(help="One service; all of them without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every chain, every block, every position, and every Kafka record against the store.

    Safe beside a running system; changes nothing. Exit code 1 when something is not as it was written.

    Example: etwinning verify recognition --json
    """
    reports = asyncio.run(_verify(service))
    findings = [row for report in reports for row in _findings(report)]
    if findings or not as_json:
        show(findings, _FOUND, as_json=as_json, title="Found" if findings else "Nothing found")
    if not as_json:
        show([_counted(report) for report in reports], _COUNTED, as_json=False, title="Looked at")
    if findings:
        raise typer.Exit(1)


def _findings(report: Any) -> list[dict[str, Any]]:
    return [
        {"service": report.service, "kind": one.kind, "place": one.place, "detail": one.detail}
        for one in report.findings
    ]


def _counted(report: Any) -> dict[str, Any]:
    counted = {name: getattr(report, name) for name in ("service", "commits", "blocks", "records")}
    return counted | {"findings": report.found}


async def _verify(service: str | None) -> list[Any]:
    from aiokafka.errors import KafkaError
    from rich.console import Console
    from rich.progress import Progress

    from deploy.connections import installation_settings, opened, service_named
    from deploy.errors import Unable
    from shared.contracts.base import SERVICES
    from shared.event_store.verify import verify_service

    reports = []
    settings = installation_settings()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name in [service_named(service)] if service else SERVICES:
            tasks: dict[str, Any] = {}

            def advance(phase: str, done: int, name: str = name, tasks: dict[str, Any] = tasks) -> None:
                if phase not in tasks:
                    tasks[phase] = progress.add_task(f"{name}: {phase}", total=None)
                progress.update(tasks[phase], completed=done, description=f"{name}: {done} {phase}")

            async with opened(name, settings) as host:
                try:
                    reports.append(await verify_service(host.database, name, settings.stores.kafka, progress=advance))
                except KafkaError as error:
                    raise Unable(f"Kafka does not answer ({type(error).__name__}); nothing is proved.") from None
    return reports
