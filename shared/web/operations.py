"""`/live`, `/ready` and `/metrics`: for orchestrators and Prometheus, at the root and under the service's prefix."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from shared.observability.health import Health
from shared.observability.metrics import CONTENT_TYPE, Metrics
from shared.web.routes import EdgeRoute


def operations_router(service: str, health: Health, metrics: Metrics) -> APIRouter:
    """The routes; not part of the published API document."""
    router = APIRouter(route_class=EdgeRoute)

    async def live() -> JSONResponse:
        stalled = health.heartbeats.stalled()
        ages = {loop: round(age, 3) for loop, age in sorted(health.heartbeats.ages().items())}
        return _report(stalled, {"loops": ages})

    async def ready() -> JSONResponse:
        return _report(await health.failing(), {})

    async def exposition() -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    for prefix in ("", f"/{service}"):
        router.add_api_route(f"{prefix}/live", live, include_in_schema=False)
        router.add_api_route(f"{prefix}/ready", ready, include_in_schema=False)
        router.add_api_route(f"{prefix}/metrics", exposition, include_in_schema=False)
    return router


def _report(failing: tuple[str, ...], more: dict[str, dict[str, float]]) -> JSONResponse:
    status = "failing" if failing else "ok"
    return JSONResponse({"status": status, "failing": list(failing), **more}, 503 if failing else 200)
