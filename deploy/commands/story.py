"""`etwinning story`."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from deploy.story.watching import Sighting, Watcher
    from shared.hosting.settings import Settings


def story(
    run: Annotated[str | None, typer.Option(help="Names this telling; made-up addresses derive from it.")] = None,
) -> None:
    """Play the whole programme against the running stack, as its users would: over HTTP, mail and Kafka.

    Two teachers of two countries register, are validated, found a project and earn every seal; a second project shows
    what does not earn one. Prints what happened, what was mailed, and the proof of every chain that was touched.

    Example: etwinning story
    """
    asyncio.run(_tell(run))


async def _tell(run: str | None) -> None:
    from rich.console import Console
    from uuid_utils import uuid7

    from deploy.connections import installation_settings
    from deploy.story.watching import watching

    console, settings, correlation = Console(highlight=False), installation_settings(), str(uuid7())
    name = run or correlation[-8:]
    began = time.monotonic()
    async with watching(settings.stores.kafka, settings.installation.shards, correlation) as watcher:
        mails = await _play(settings, watcher, correlation, name, console)
        proved = await _prove(settings, watcher.seen)
    from deploy.story.telling import show_facts, show_mails, show_proof

    show_facts(watcher.seen, console)
    show_mails(mails, console)
    show_proof(proved, console)
    seconds = time.monotonic() - began
    console.print(f"The story {name}: {len(watcher.seen)} facts, {len(mails)} mails, {seconds:.1f} seconds.")


async def _play(settings: "Settings", watcher: "Watcher", correlation: str, name: str, console: "Console") -> list[Any]:
    import httpx

    from deploy.errors import Unable
    from deploy.story.mailbox import Mailbox
    from deploy.story.plot import Story, UnexpectedEnd
    from deploy.story.programme import Programme

    home = settings.web.public_url.rstrip("/")
    async with httpx.AsyncClient(base_url=home, headers={"X-Correlation-ID": correlation}) as http:
        mailbox = Mailbox(http, f"{home}/mail")
        programme = Programme(http, mailbox, name)

        async def appoint(email: str) -> None:
            await _appoint(settings, email, correlation)

        told = Story(programme, watcher, _schools(name), appoint, console.print)
        try:
            await told.tell()
        except UnexpectedEnd as end:
            raise Unable(f"The story ended wrongly: {end}.") from None
        await watcher.until("notifications", "every queued mail, sent", _all_sent)
        return [mail for mail in await mailbox.received() if any(f"-{name}@" in to for to in mail.to)]


def _schools(name: str) -> list[Any]:
    """Two schools of the first country and one of the second, drawn from the whole list by the run's name."""
    import random

    from deploy.story.people import schools
    from deploy.story.plot import FIRST, SECOND

    known, draw = schools(FIRST, SECOND), random.Random(name)  # noqa: S311 a draw, not a secret
    first, third = draw.sample(known[FIRST], 2)
    return [first, draw.choice(known[SECOND]), third]


async def _appoint(settings: "Settings", email: str, correlation: str) -> None:
    from deploy.connections import opened
    from services.registration.app import appoint

    async with opened("registration", settings) as host:
        await appoint(host, kind="central_support_officer", email=email, correlation=correlation)


def _all_sent(seen: "list[Sighting]") -> bool:
    """Whether as many messages ended as were queued, and every announcement of a seal is among them."""
    queued = {one.recorded.stream for one in seen if one.what == "NotificationQueued"}
    ended = {one.recorded.stream for one in seen if one.what in ("NotificationSent", "NotificationSuppressed")}
    seals = [one for one in seen if one.what in ("ETwinningSealIssued", "NQSGranted", "EQSGranted")]
    told = [one for one in seen if one.what == "NotificationSent" and "seal" in str(one.recorded.event)]
    return queued == ended and len(told) >= len([one for one in seals if one.what == "ETwinningSealIssued"])


async def _prove(settings: "Settings", seen: "list[Sighting]") -> list[tuple[str, int]]:
    """Loads every stream that was touched, which verifies its chain, and compares it with what Kafka carried."""
    from deploy.connections import opened, service_named
    from deploy.errors import Unable
    from shared.event_store.commits import CorruptCommit

    proved = []
    for service in sorted({one.service for one in seen}):
        mine = [one for one in seen if one.service == service]
        async with opened(service_named(service), settings) as host:
            for stream in sorted({one.recorded.stream for one in mine}):
                try:
                    commits = await host.store.load(stream)
                except CorruptCommit as fault:
                    raise Unable(f"A chain is broken: {fault}.") from None
                stored = {raw for commit in commits for raw in commit.events}
                if not {one.recorded.raw for one in mine if one.recorded.stream == stream} <= stored:
                    raise Unable(f"Kafka carried something of {stream} that its store does not hold.")
                proved.append((service, len(commits)))
    return proved
