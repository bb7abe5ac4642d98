"""One telling from start to end: who plays, what is awaited, and the proof of every chain that was touched."""

import random
from collections.abc import Sequence

import httpx

from deploy.connections import opened, service_named
from deploy.errors import Unable
from deploy.story.mailbox import Mail, Mailbox
from deploy.story.people import School, schools
from deploy.story.plot import FIRST, SECOND, Say, Story, UnexpectedEnd
from deploy.story.programme import Programme
from deploy.story.watching import Sighting, Watcher
from services.registration.app import appoint
from shared.event_store.commits import CorruptCommit
from shared.hosting.settings import Settings

_SEALS = ("ETwinningSealIssued", "NQSGranted", "EQSGranted")
_ENDED = ("NotificationSent", "NotificationSuppressed", "NotificationBounced")


def drawn_schools(run: str) -> list[School]:
    """Two schools of the first country and one of the second, drawn from the whole list by the run's name."""
    known, draw = schools(FIRST, SECOND), random.Random(run)  # noqa: S311 a draw, not a secret
    first, third = draw.sample(known[FIRST], 2)
    return [first, draw.choice(known[SECOND]), third]


async def play(settings: Settings, watcher: Watcher, correlation: str, run: str, say: Say) -> list[Mail]:
    """Tells the story; answers the mails that its people received.

    Raises:
        Unable: a step did not happen in time or was refused, or the programme decided against its rules.
    """
    home = settings.web.public_url.rstrip("/")
    async with httpx.AsyncClient(base_url=home, headers={"X-Correlation-ID": correlation}) as http:
        mailbox = Mailbox(http, f"{home}/mail")

        async def appoint_first(email: str) -> None:
            async with opened("registration", settings) as host:
                await appoint(host, kind="central_support_officer", email=email, correlation=correlation)

        told = Story(Programme(http, mailbox, run), watcher, drawn_schools(run), appoint_first, say)
        try:
            await told.tell()
        except UnexpectedEnd as end:
            raise Unable(f"The story ended wrongly: {end}.") from None
        await watcher.until("notifications", "every queued mail, sent", _all_sent)
        return [mail for mail in await mailbox.received() if any(f"-{run}@" in to for to in mail.to)]


async def prove(settings: Settings, seen: Sequence[Sighting]) -> list[tuple[str, int]]:
    """Loads every stream that was touched, which verifies its chain, and compares it with what Kafka carried.

    Returns:
        The service and the number of commits of each stream.

    Raises:
        Unable: a chain is broken, or Kafka carried what its store does not hold.
    """
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


def _all_sent(seen: list[Sighting]) -> bool:
    """Whether every seal was announced, and every message that was queued has ended."""
    queued = [one.recorded for one in seen if one.what == "NotificationQueued"]
    ended = {one.recorded.stream for one in seen if one.what in _ENDED}
    seals = {one.recorded.id for one in seen if one.what in _SEALS}
    return seals <= {one.envelope.causationid for one in queued} and {one.stream for one in queued} == ended
