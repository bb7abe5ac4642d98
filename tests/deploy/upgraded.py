"""The installation of an earlier release, with today's services on it and a clock that stands at that day."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from deploy import connections
from deploy.connections import build_of, checked_settings
from deploy.local import caddy
from deploy.local.stack import LocalStack
from deploy.prepare import prepare, settle
from deploy.standing import standing_of
from services.registration.app.inactivity import review_all
from services.registration.mongo import Accounts
from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import topic_of
from shared.hosting.host import Host, open_host
from shared.hosting.process import ROLES
from shared.messaging.topics import ensure_topics
from shared.views.live import LiveVersions, view_collection
from shared.views.view import canonical_document
from tests.deploy.dumps import load, write_keys
from tests.e2e.in_process import at_work
from tests.e2e.register import small_register

DUMP = Path(__file__).with_name("release_0_1_0.bson.xz")
PREFIX = "upgraded_"
QUIET_S = 120.0


class Clock:
    """Goes on from a moment that a test may set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Upgraded:
    """What was there (`told`), what was said as it was upgraded, and today's services on it."""

    stack: LocalStack
    told: Mapping[str, Any]
    said: Sequence[str]
    clock: Clock
    hosts: Mapping[Service, Host]

    @property
    def registration(self) -> Host:
        return self.hosts["registration"]

    def http(self) -> httpx.AsyncClient:
        """Somebody's browser."""
        return httpx.AsyncClient(base_url=self.stack.settings.front_door, timeout=30.0)

    async def quiet(self) -> None:
        """Nothing is under way any more, and nothing was parked."""
        async with asyncio.timeout(QUIET_S):
            while True:
                standing = [one for host in self.hosts.values() for one in await standing_of(host)]
                assert not [one for one in standing if one.parked]
                if not [one for one in standing if one.waiting]:
                    return
                await asyncio.sleep(0.2)

    async def sweep(self) -> None:
        """One turn of the sweep of inactivity."""
        await review_all(self.registration, Accounts(self.registration.database, self.clock))

    async def documents(self, service: Service) -> dict[str, dict[str, bytes]]:
        """Every document of every view of a service, revisions aside."""
        host = self.hosts[service]
        views = build_of(service)(host).views
        live = await LiveVersions(host.database).read(view.name for view in views)
        found = {}
        for view in views:
            stored = await view_collection(host.database, view, live[view.name]).find({}).to_list(None)
            found[view.name] = {one["_id"]: canonical_document(one) for one in stored}
        return found


@asynccontextmanager
async def upgraded(stack: LocalStack, dump: Path, run: str) -> AsyncIterator[Upgraded]:
    """Loads a dump into a stack that is not started, then does what `make up` does. `run`: the story's, whose schools
    are the register."""
    settings, said = stack.settings, list[str]()
    write_keys(settings.keys)
    async with AsyncExitStack() as running:
        patch = running.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("ETWINNING_DATABASE_PREFIX", PREFIX)
        stack.start()
        running.callback(_drop, stack.mongo_url)
        await ensure_topics(stack.kafka, [topic_of(service) for service in SERVICES], settings.shards)
        told = await load(dump, stack.mongo_url, PREFIX, stack.kafka)
        clock = Clock(datetime.fromisoformat(told["at"]))
        patch.setattr(connections, "open_host", partial(open_host, clock=clock))  # commands live on that day, too
        schools = small_register(settings.home / "schools.csv", (run,))
        await asyncio.to_thread(prepare, settings, said.append, schools)
        hosts = {one: await running.enter_async_context(_running(stack, one, clock)) for one in SERVICES}
        stack.launch(caddy.program(settings))
        await asyncio.to_thread(stack.wait_ready, "front door")
        await asyncio.to_thread(settle, settings, said.append, schools)
        yield Upgraded(stack, told, said, clock, hosts)


@asynccontextmanager
async def _running(stack: LocalStack, service: Service, clock: Clock) -> AsyncIterator[Host]:
    """All roles, in this process: so that their clock can be set."""
    port = str(stack.settings.port(service))
    environment = {"ETWINNING_PORT": port, "ETWINNING_DATABASE_PREFIX": PREFIX}
    settings = checked_settings(stack.settings.environment() | environment)
    async with (
        open_host(service, settings, clock=clock) as host,
        at_work(host, ROLES, stack.settings.service_url(service)),
    ):
        yield host


def _drop(mongo_url: str) -> None:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for service in SERVICES:
            client.drop_database(PREFIX + service)
