"""One service as it runs, on the real database server, without Kafka: tests fold its views themselves."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from uuid_utils import uuid7

from shared.contracts.base import SERVICES, Event, Service
from shared.contracts.envelope import Recorded
from shared.contracts.registration import OfficeAccepted, OfficeRevoked, PersonalDataErased
from shared.event_store.commits import from_document
from shared.event_store.store import COMMITS
from shared.hosting.host import CLAIM_KEY, Host, database_of, open_host
from shared.hosting.http import AUDIENCE, application
from shared.hosting.parts import Parts
from shared.hosting.preparing import prepare_database, prepare_parts
from shared.hosting.settings import load_settings
from shared.identity.keys import create_keys, create_secret, signing_key
from shared.identity.links import Link, sign_link
from shared.identity.offices import OfficeClaim
from shared.identity.tokens import issue_access_token, issue_service_token
from shared.mongo import connect, durable
from shared.private_records.erasure import Erasure
from shared.views.live import LiveVersions, view_collection
from shared.views.runner import Item, fold_batch
from tests.databases import DROPPING_MS
from tests.services.recorded import CODEC, recorded

NOWHERE = "127.0.0.1:9"
ORIGIN = "http://testserver"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Running:
    """A service with its routes behind `client`; `fold` plays the views' consumer. `environment`: as settings."""

    host: Host
    parts: Parts
    client: httpx.AsyncClient
    clock: Clock
    keys: Path
    environment: Mapping[str, str]

    async def fold(self, *events: Recorded[Event]) -> None:
        """What other services' topics brought."""
        versions = await LiveVersions(self.host.database).read(view.name for view in self.parts.views)
        for view in self.parts.views:
            target = view_collection(self.host.database, view, versions[view.name])
            assert await fold_batch(view, target, [Item(one) for one in events]) == []

    async def fold_own(self) -> None:
        """What this service's own topic brought: everything it has committed."""
        documents = await durable(self.host.database, COMMITS).find({}).to_list(None)
        commits = sorted(map(from_document, documents), key=lambda commit: (commit.stream, commit.version))
        await self.fold(*(one for commit in commits for one in commit.decoded(CODEC)))

    async def appoint(self, person: str, claim: OfficeClaim) -> None:
        """The office is live in this service's view."""
        office = OfficeAccepted.model_validate(
            {
                "officer": person,
                "office": claim.office_id,
                "kind": claim.kind.value,
                "country": claim.country,
                "region": claim.region,
            }
        )
        await self.fold(recorded(office, f"officer-{person}-{claim.office_id}", 2))

    async def revoke(self, person: str, claim: OfficeClaim) -> None:
        office = OfficeRevoked(officer=person, office=claim.office_id, reason="left")
        await self.fold(recorded(office, f"officer-{person}-{claim.office_id}", 3))

    async def erase(self, person: str) -> None:
        """A teacher asked to be forgotten: what the groups of erasure and of views do about it here."""
        fact = PersonalDataErased(person=person, reason="requested")
        await self.fold(recorded(fact, f"teacher-{person}", 9))
        deletions = (self.host.records.forget, self.host.replicas.forget, *self.parts.deletions)
        await Erasure(self.host.database, deletions).erase(person)

    def signed_in(self, person: str, *offices: OfficeClaim) -> dict[str, str]:
        """Headers of somebody signed in, with the offices that the token claims."""
        key = signing_key(self.keys, "registration")
        token = issue_access_token(key, subject=person, offices=offices, audience=AUDIENCE, now=self.clock())
        return {"Authorization": f"Bearer {token}"}

    def as_service(self, asking: Service) -> dict[str, str]:
        """Headers of another service that asks this one."""
        key = signing_key(self.keys, asking)
        token = issue_service_token(key, service=asking, audience=self.host.service, now=self.clock())
        return {"Authorization": f"Bearer {token}"}

    async def held(self, person: str) -> Any:
        """What the service answers registration of everything that it holds about a person."""
        path = f"/{self.host.service}/private-records/held"
        answer = await self.client.post(path, json={"person": person}, headers=self.as_service("registration"))
        assert answer.status_code == 200
        return answer.json()

    def link(self, purpose: str, stream: str, attempt: str, expires_at: datetime) -> str:
        """The token of a mailed link."""
        return sign_link(signing_key(self.keys, "notifications"), Link(purpose, stream, attempt, expires_at))


@asynccontextmanager
async def running(service: Service, build: Callable[[Host], Parts], url: str, folder: Path) -> AsyncIterator[Running]:
    """The service on a database of its own, dropped afterwards. Other services are unreachable."""
    environment, clock = _environment(url, folder), Clock()
    settings = load_settings(environment)
    client = connect(url, timeout_ms=DROPPING_MS)
    source = database_of(client, settings, service)
    try:
        await prepare_database(source, service, settings.installation.origin, settings.installation.shards)
        async with open_host(service, settings, clock=clock) as host:
            parts = build(host)
            await prepare_parts(source, service, parts)
            transport = httpx.ASGITransport(application(host, parts))
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
                yield Running(host, parts, http, clock, folder, environment)
    finally:
        await client.drop_database(source.name)
        client.close()


def _environment(url: str, folder: Path) -> Mapping[str, str]:
    create_keys(folder, SERVICES)
    create_secret(folder, CLAIM_KEY)
    return {
        "ETWINNING_MONGO_URL": url,
        "ETWINNING_DATABASE_PREFIX": f"t{uuid7().hex[-20:]}_",
        "ETWINNING_KAFKA": NOWHERE,
        "ETWINNING_PUBLIC_URL": ORIGIN,
        "ETWINNING_PORT": NOWHERE.rpartition(":")[2],
        "ETWINNING_SERVICES": ",".join(f"{one}=http://{NOWHERE}" for one in SERVICES),
        "ETWINNING_KEYS": str(folder),
        "ETWINNING_SMTP": NOWHERE,
    }


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and the end of the problem's type."""
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]
