"""A service inside the test's own process, on the real broker and database: its spans and clocks can be reached."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from deploy.connections import build_of, checked_settings
from deploy.local.ports import responds
from deploy.local.stack import LocalStack
from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import topic_of
from shared.hosting.host import CLAIM_KEY, Host, database_of, open_host
from shared.hosting.parts import StopSignal
from shared.hosting.preparing import prepare_database, prepare_parts
from shared.hosting.process import run_roles
from shared.hosting.settings import Settings
from shared.identity.keys import create_keys, create_secret
from shared.messaging.topics import ensure_topics
from shared.mongo import connect
from shared.observability.health import Heartbeats
from tests.databases import DROPPING_MS
from tests.e2e.waiting import until

STOP_S = 60.0


class Installation:
    """Databases of a prefix of its own, keys, and a port for each service."""

    def __init__(self, stack: LocalStack, prefix: str, keys: Path) -> None:
        self.stack = stack
        self._prefix = prefix
        create_keys(keys, SERVICES)
        create_secret(keys, CLAIM_KEY)
        self._keys = keys

    def url(self, service: Service) -> str:
        return self.stack.settings.service_url(service)

    def settings(self, service: Service) -> Settings:
        port = str(self.stack.settings.port(service))
        own = {"ETWINNING_PORT": port, "ETWINNING_DATABASE_PREFIX": self._prefix, "ETWINNING_KEYS": str(self._keys)}
        return checked_settings(self.stack.settings.environment() | own)

    async def prepare(self, services: Iterable[Service]) -> None:
        """Topics of all services, databases of these."""
        shards = self.stack.settings.shards
        await ensure_topics(self.stack.kafka, [topic_of(service) for service in SERVICES], shards)
        for service in services:
            settings = self.settings(service)
            client = connect(self.stack.mongo_url)
            try:
                source = database_of(client, settings, service)
                await prepare_database(source, service, self.stack.settings.origin, shards)
            finally:
                client.close()
            async with open_host(service, settings) as host:
                await prepare_parts(host.database, service, build_of(service)(host))

    async def drop(self, services: Iterable[Service]) -> None:
        client = connect(self.stack.mongo_url, timeout_ms=DROPPING_MS)
        for service in services:
            await client.drop_database(database_of(client, self.settings(service), service).name)
        client.close()

    @asynccontextmanager
    async def running(self, service: Service, *roles: str, heartbeats: Heartbeats | None = None) -> AsyncIterator[Host]:
        """The roles, until the block ends; they have stopped by themselves then."""
        async with AsyncExitStack() as opened:
            host = await opened.enter_async_context(open_host(service, self.settings(service)))
            host.heartbeats = heartbeats or host.heartbeats
            await opened.enter_async_context(at_work(host, roles, self.url(service)))
            yield host


@asynccontextmanager
async def at_work(host: Host, roles: Iterable[str], url: str) -> AsyncIterator[None]:
    """The roles of a service, ready at that address, until the block ends; they have stopped by themselves then."""
    stop = StopSignal()
    running = asyncio.create_task(run_roles(host, build_of(host.service)(host), frozenset(roles), stop))
    try:
        await until(lambda: running.done() or responds(f"{url}/ready"))
        yield
    finally:
        stop.set()
        async with asyncio.timeout(STOP_S):
            await running
