"""Plays the story against the running stack, through the code behind `etwinning story`, and keeps what was seen."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from uuid_utils import uuid7

from deploy.connections import installation_settings
from deploy.local.python import ENVIRONMENT
from deploy.local.stack import LocalStack
from deploy.story.mailbox import Mail
from deploy.story.performance import play, prove
from deploy.story.watching import Sighting, watching
from shared.contracts.base import Event
from shared.contracts.envelope import Recorded

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Told:
    """One telling: its events as Kafka carried them, its mails, and the commits of each stream that was verified."""

    run: str
    seen: Sequence[Sighting]
    mails: Sequence[Mail]
    proved: Sequence[tuple[str, int]]

    def events(self, kind: type[E]) -> list[Recorded[E]]:
        """The events of one kind, in the order in which they arrived."""
        return [one.recorded for one in self.seen if isinstance(one.recorded.event, kind)]  # type: ignore[misc]


async def tell(stack: LocalStack, run: str) -> Told:
    """One telling, proved."""
    settings, correlation = installation_settings(stack.settings), str(uuid7())
    async with watching(settings.stores.kafka, settings.installation.shards, correlation) as watcher:
        mails = await play(settings, watcher, correlation, run, lambda _: None)
        return Told(run, list(watcher.seen), mails, await prove(settings, watcher.seen))


def received(stack: LocalStack) -> list[dict[str, Any]]:
    """Every mail that the local server has kept, as its reader shows it."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["id"] if found else 0
        page = httpx.get(f"{stack.mail_url}/messages", params={"limit": 500, "after": after}).json()
        found += page
        if len(page) < 500:
            return found


async def command(stack: LocalStack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The `etwinning` command as an operator of this stack runs it."""

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env={**ENVIRONMENT, **stack.settings.environment(), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    return await asyncio.to_thread(run)
