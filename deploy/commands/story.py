"""`etwinning story`."""

import asyncio
import time
from typing import Annotated

import typer

from deploy.commands.output import console


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
    from uuid_utils import uuid7

    from deploy.connections import installation_settings
    from deploy.story.performance import play, prove
    from deploy.story.telling import show_facts, show_mails, show_proof
    from deploy.story.watching import watching

    out, settings, correlation = console(), installation_settings(), str(uuid7())
    name = run or correlation[-8:]
    began = time.monotonic()
    async with watching(settings.stores.kafka, settings.installation.shards, correlation) as watcher:
        mails = await play(settings, watcher, correlation, name, out.print)
        proved = await prove(settings, watcher.seen)
    show_facts(watcher.seen, out)
    show_mails(mails, out)
    show_proof(proved, out)
    seconds = time.monotonic() - began
    out.print(f"The story {name}: {len(watcher.seen)} facts, {len(mails)} mails, {seconds:.1f} seconds.")
