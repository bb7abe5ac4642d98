"""One service's connections and shared parts, opened at start and closed at the end; passed on, never global."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from joserfc.jwk import OKPKey

from shared.contracts.base import Service
from shared.contracts.catalogue import codec
from shared.event_store.abandonment import Abandonment
from shared.event_store.claims import Claims
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.event_store.installation import open_installation
from shared.event_store.store import EventStore, Installation
from shared.hosting.feeds import Feeds
from shared.hosting.settings import Settings
from shared.identity.keys import KeyRing, key_ring, secret_key, signing_key
from shared.identity.rate_limits import RateLimits
from shared.identity.tokens import issue_service_token
from shared.mongo import Client, Database, connect, database
from shared.nodes import Nodes, load_nodes
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics
from shared.private_records.records import PrivateRecords
from shared.private_records.replicas import OwnersOverHttp, Replicas
from shared.views.reader import ViewReader

Clock = Callable[[], datetime]
CLAIM_KEY = "claims"
FETCH_TIMEOUT_S = 5.0


def utc_now() -> datetime:
    """The real clock: aware, UTC."""
    return datetime.now(UTC)


class Wakeups:
    """Who is told about a commit of this process: the relay, when it runs here too."""

    def __init__(self) -> None:
        self.wake: Callable[[int], None] | None = None

    def committed(self, commit: Commit) -> None:
        """Only a hint: the relay's sweep finds every commit."""
        if self.wake is not None:
            self.wake(commit.shard)


@dataclass
class Host:
    """Everything that a service may use."""

    service: Service
    settings: Settings
    client: Client
    database: Database
    store: EventStore
    handler: Handler
    views: ViewReader
    records: PrivateRecords
    replicas: Replicas
    owners: OwnersOverHttp
    claims: Claims
    nodes: Nodes
    keyring: KeyRing
    signing_key: OKPKey
    limiter: RateLimits
    metrics: Metrics
    feeds: Feeds
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    wakeups: Wakeups = field(default_factory=Wakeups)
    clock: Clock = utc_now

    @property
    def service_urls(self) -> Mapping[str, str]:
        """Where each service answers."""
        return self.settings.web.service_urls()


def database_of(client: Client, settings: Settings, service: Service) -> Database:
    """The database of one service: `etwinning_registration`."""
    return database(client, f"{settings.stores.database_prefix}{service}")


@asynccontextmanager
async def open_host(service: Service, settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Host]:
    """Connects one service to what the settings name, and disconnects at the end.

    Raises:
        NotPrepared: its database was not prepared.
        KeyUnusable: a key is missing.
    """
    client = connect(settings.stores.mongo_url)
    async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_S) as http:
        try:
            source = database_of(client, settings, service)
            installation = await open_installation(source, service)
            yield assemble(settings, client, installation, http, clock)
        finally:
            client.close()


def assemble(
    settings: Settings, client: Client, installation: Installation, http: httpx.AsyncClient, clock: Clock = utc_now
) -> Host:
    """Wires a host; asks nobody anything, so that documents can be made of a service that is connected to nothing."""
    service, source = installation.service, database_of(client, settings, installation.service)
    store = EventStore(source, installation, codec())
    own_key = signing_key(settings.keys.keys, service)
    token, urls = _tokens(own_key, service, clock), settings.web.service_urls()
    metrics, wakeups, owners = Metrics(), Wakeups(), OwnersOverHttp(http, urls, token)
    return Host(
        service=service,
        settings=settings,
        client=client,
        database=source,
        store=store,
        handler=Handler(store, metrics, wakeups.committed),
        views=ViewReader(source),
        records=PrivateRecords(source, Abandonment(store, clock), clock=clock),
        replicas=Replicas(source, owners),
        owners=owners,
        claims=Claims(store, secret_key(settings.keys.keys, CLAIM_KEY), clock=clock),
        nodes=load_nodes(),
        keyring=key_ring(settings.keys.keys),
        signing_key=own_key,
        limiter=RateLimits(enabled=settings.web.rate_limits),
        metrics=metrics,
        feeds=Feeds(http, urls, token),
        wakeups=wakeups,
        clock=clock,
    )


def _tokens(own_key: OKPKey, service: Service, clock: Clock) -> Callable[[str], str]:
    """Mints a token in which this service asks another."""

    def token(audience: str) -> str:
        return issue_service_token(own_key, service=service, audience=audience, now=clock())

    return token
