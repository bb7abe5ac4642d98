"""The owner's side over HTTP: other services fetch records by id, many at a time, with a token of their own."""

from fastapi import APIRouter

from shared.contracts.base import Service
from shared.private_records.records import PrivateRecords
from shared.private_records.wire import FetchedRecords, FetchRecords, to_wire
from shared.web.authentication import CallingService
from shared.web.routes import edge_router


def private_records_router(service: Service, records: PrivateRecords) -> APIRouter:
    """`POST /<service>/private-records/fetch`: each id is found, erased (go on without it) or missing (ask again)."""
    router = edge_router(f"/{service}", tags=["private records"])

    @router.post("/private-records/fetch", summary="Fetch private records by id")
    async def fetch(asked: FetchRecords, _: CallingService) -> FetchedRecords:
        """Each id is found, erased (go on without it) or missing (ask again)."""
        return to_wire(await records.fetch(asked.ids))

    return router
