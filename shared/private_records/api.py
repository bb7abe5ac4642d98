"""The owner's side over HTTP: other services fetch records by id, many at a time, with a token of their own.

And registration, which knows who asks, collects everything that is held about a person for that person's export.
"""

from fastapi import APIRouter, Response

from shared.contracts.base import Service
from shared.identity.tokens import ISSUER
from shared.private_records.held import Holdings
from shared.private_records.records import PrivateRecords
from shared.private_records.wire import AskHeld, FetchedRecords, FetchRecords, HeldAnswer, to_wire
from shared.web.authentication import CallingService
from shared.web.problem import forbidden
from shared.web.routes import edge_router


def private_records_router(service: Service, records: PrivateRecords) -> APIRouter:
    """`POST /<service>/private-records/fetch`: each id is found, erased (go on without it) or missing (ask again)."""
    router = edge_router(f"/{service}", tags=["private records"])

    @router.post("/private-records/fetch", summary="Fetch private records by id")
    async def fetch(asked: FetchRecords, _: CallingService) -> FetchedRecords:
        """Each id is found, erased (go on without it) or missing (ask again)."""
        return to_wire(await records.fetch(asked.ids))

    return router


def held_router(service: Service, holdings: Holdings) -> APIRouter:
    """`POST /<service>/private-records/held`: everything about one person, for registration alone."""
    router = edge_router(f"/{service}", tags=["private records"])

    @router.post("/private-records/held", summary="Everything held about a person")
    async def held(asked: AskHeld, caller: CallingService, response: Response) -> HeldAnswer:
        """For the person's own export: only registration, which knows who asks, is answered."""
        if caller.service != ISSUER:
            raise forbidden()
        response.headers["Cache-Control"] = "no-store"
        return await holdings.about(asked.person)

    return router
