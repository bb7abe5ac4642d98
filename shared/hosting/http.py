"""The HTTP side of a service: its own routes, the feed, private records for services, health and metrics."""

from fastapi import FastAPI

from shared.event_store.feed import Feed, feed_router
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.identity.tokens import ISSUER
from shared.observability.health import Health, ReadyCheck
from shared.private_records.api import held_router, private_records_router
from shared.private_records.held import Holdings
from shared.private_records.marks import Marks
from shared.private_records.proof import Remains, proof_router
from shared.web.app import Edge, create_app
from shared.web.authentication import Access, calling_service
from shared.web.pages import Pages

AUDIENCE = "etwinning"


def application(host: Host, parts: Parts) -> FastAPI:
    """The service's application. Without routers of its own (no role `api`) only health and metrics are served."""
    marks = Marks(host.database)

    async def forgotten(person: str, path: str) -> bool:
        return path not in parts.for_the_erased and await marks.has(person)

    access = Access(host.keyring, AUDIENCE, host.service, host.clock, forgotten)
    edge = Edge(
        access=access,
        health=Health(host.heartbeats, {"database": _database_answers(host)}),
        metrics=host.metrics,
        rate_limits=host.limiter,
        pages=Pages(host.service, parts.templates),
        tls=host.settings.web.tls,
    )
    routers = [
        *parts.routers,
        feed_router(Feed(host.store), calling_service),
        private_records_router(host.service, host.records),
        held_router(host.service, Holdings(host.service, host.records, host.replicas, parts.held)),
    ]
    if host.service != ISSUER:  # registration answers there for all services at once
        routers.append(proof_router(Remains(host.service, host.database, parts.remains), host.service, host.views))
    return create_app(host.service, routers if parts.aggregates else [], edge)


def _database_answers(host: Host) -> ReadyCheck:
    async def check() -> None:
        await host.database.command("ping")

    return check
