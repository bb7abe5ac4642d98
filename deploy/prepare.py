"""What an installation needs before its services start: keys, topics, indexes, schools. Again changes nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from deploy.connections import build_of, installation_settings, opened
from deploy.errors import Unable
from deploy.local.jars import Say
from deploy.local.settings import LocalSettings
from deploy.rebuilding import COMMAND, outdated_of, rebuild_outdated
from deploy.registers import import_register
from deploy.standing import standing_of
from services.registration.app.upgrading import repair
from shared.contracts.base import SERVICES
from shared.contracts.catalogue import topic_of
from shared.event_store.conformance import UnfitDatabase, check_conformance
from shared.event_store.installation import NotPrepared
from shared.hosting.host import CLAIM_KEY, database_of
from shared.hosting.preparing import prepare_database, prepare_parts
from shared.hosting.settings import Settings
from shared.identity.keys import create_keys, create_secret
from shared.messaging.topics import UnfitTopic, ensure_topics
from shared.mongo import connect

SETTLE_S, SETTLE_LOOKS = 2.0, 90
SCHOOLS = Path(__file__).parent / "data" / "schools.csv"


def prepare(local: LocalSettings, say: Say, schools: Path = SCHOOLS) -> None:
    """Prepares the local stack's installation; `schools` is what its register is made of.

    Raises:
        Unable: the database or the broker is not fit, with what to do.
    """
    asyncio.run(_prepare(installation_settings(local), say, schools))


async def _prepare(settings: Settings, say: Say, schools: Path) -> None:
    create_keys(settings.keys.keys, SERVICES)
    create_secret(settings.keys.keys, CLAIM_KEY)
    say("Creating topics and indexes …")
    try:
        await ensure_topics(
            settings.stores.kafka, [topic_of(service) for service in SERVICES], settings.installation.shards
        )
        await _databases(settings)
    except (UnfitTopic, NotPrepared, UnfitDatabase) as fault:
        raise Unable(str(fault)) from None
    async with opened("registration", settings) as host:
        if repaired := await repair(host):
            say(f"Accounts of release 0.1.0, repaired: {repaired:,}")
    if not await _outdated(settings):
        say(await import_register(settings, schools, say))


def settle(local: LocalSettings, say: Say, schools: Path = SCHOOLS) -> None:
    """Rebuilds what an earlier release built, and waits until the imported schools can be found; says how many facts
    are still on their way."""
    asyncio.run(_settle(installation_settings(local), say, schools))


async def _settle(settings: Settings, say: Say, schools: Path) -> None:
    if await _outdated(settings):
        await _rebuild(settings, say)
        if await _outdated(settings):
            say("The register of schools is imported at the next start, once all of them are rebuilt.")
        else:
            say(await import_register(settings, schools, say))
    async with opened("registration", settings) as host:
        for _ in range(SETTLE_LOOKS):
            standing = await standing_of(host)
            waiting = max(one.waiting for one in standing if one.role in ("relay", "views"))
            if not waiting:
                return
            say(f"  {waiting:,} facts are on their way to the search")
            await asyncio.sleep(SETTLE_S)
    say("The search is still behind; `etwinning lag` shows by how much.")


async def _outdated(settings: Settings) -> bool:
    """Whether an earlier release was here: then the import, which looks into views, comes after their rebuild, and
    that after the start of the services, whose feeds it reads."""
    for service in SERVICES:
        async with opened(service, settings) as host:
            if await outdated_of(host):
                return True
    return False


async def _rebuild(settings: Settings, say: Say) -> None:
    """After an upgrade. What cannot be rebuilt keeps nobody from starting: everything else works without it."""

    def advance(name: str) -> Callable[[int], None]:
        say(f"Rebuilding what an earlier release built of {name} …")
        return lambda _: None

    async for done in rebuild_outdated(settings, advance):
        say(f"  {done.sentence()}" + ("" if done.rebuilt else f"; when that is repaired: {COMMAND}"))


async def _databases(settings: Settings) -> None:
    client = connect(settings.stores.mongo_url)
    try:
        await check_conformance(database_of(client, settings, SERVICES[0]))
        for service in SERVICES:
            source = database_of(client, settings, service)
            await prepare_database(source, service, settings.installation.origin, settings.installation.shards)
    finally:
        client.close()
    for service in SERVICES:
        async with opened(service, settings) as host:
            await prepare_parts(host.database, service, build_of(service)(host))
