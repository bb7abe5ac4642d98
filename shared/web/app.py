"""The application factory: what every service's HTTP side is made of, wired once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.identity.rate_limits import RateLimits
from shared.observability.health import Health, Heartbeats
from shared.observability.metrics import Metrics
from shared.web.authentication import Access
from shared.web.handlers import ExceptionHandlers
from shared.web.middleware import BodyLimit, RequestContext
from shared.web.openapi import common_responses, install_openapi
from shared.web.operations import operations_router
from shared.web.pages import STATIC, Pages
from shared.web.routes import EdgeRoute, body_limit
from shared.web.security_headers import security_headers
from shared.web.static_files import CachedStaticFiles

VERSION = "1.0.0"
SIGN_IN = "/registration/sign-in"
# FastAPI's own spans and logs carry paths, queries and exception messages: mailed tokens and what people typed.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class RouteWithoutEdge(TypeError):
    """A router was made without `edge_router`: its routes would let through what the database refuses."""


@dataclass(frozen=True)
class Edge:
    """What the wiring of a service passes to its HTTP side."""

    access: Access
    health: Health = field(default_factory=lambda: Health(Heartbeats()))
    metrics: Metrics = field(default_factory=Metrics)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    pages: Pages | None = None
    tls: bool = False
    sign_in: str = SIGN_IN


def create_app(
    service: str, routers: Sequence[APIRouter], edge: Edge, *, description: str = "", lifespan: Lifespan | None = None
) -> FastAPI:
    """Build a service's application. Routers come from `edge_router("/<service>")`; raises `RouteWithoutEdge`."""
    app = FastAPI(
        title=f"eTwinning {service}",
        version=VERSION,
        description=description,
        openapi_url=f"/{service}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=common_responses(),
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    pages = edge.pages or Pages(service)
    app.state.access = edge.access
    app.state.rate_limits = edge.rate_limits
    app.state.pages = pages
    edge.metrics.watch_loops(edge.health.heartbeats.ages)
    routes = _include(app, [*routers, operations_router(service, edge.health, edge.metrics)])
    app.mount(f"/{service}/static", CachedStaticFiles(directory=STATIC), name="static")
    ExceptionHandlers(routes, pages=pages, sign_in=edge.sign_in).install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, max_bytes=body_limit(routes))
    headers = security_headers(tls=edge.tls).header_items()
    app.add_middleware(RequestContext, service=service, metrics=edge.metrics, headers=headers)
    install_openapi(app)
    return app


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> list[EdgeRoute]:
    routes: list[EdgeRoute] = []
    for router in routers:
        for route in router.routes:
            if not isinstance(route, EdgeRoute):
                raise RouteWithoutEdge(getattr(route, "path", repr(route)))
            routes.append(route)
        app.include_router(router)
    return routes
