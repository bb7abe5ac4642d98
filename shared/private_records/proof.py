"""What is left of a person in one service, counted: the proof of an erasure, without a word of what was erased.

Counts, not contents, and so for an auditor: how many private records and replicas still hold something about the
person, and how many documents of the service's own collections (`Parts.remains`).
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response

from shared.contracts.base import Service
from shared.identity.live_offices import holds_live
from shared.identity.offices import OfficeKind
from shared.identity.tokens import ISSUER, Principal, ServicePrincipal
from shared.mongo import Database, durable
from shared.private_records.marks import Marks
from shared.private_records.records import RECORDS
from shared.private_records.replicas import REPLICAS
from shared.private_records.wire import ErasureProof
from shared.views.reader import ViewReader
from shared.web.authentication import PersonOrService
from shared.web.fields import Identifier
from shared.web.problem import forbidden, not_found
from shared.web.routes import edge_router

Count = Callable[[str], Awaitable[int]]
"""`await count(person)`: how many documents of one collection hold something about a person, by an index."""


class Remains:
    """Records, replicas, and what the service registers (`Parts.remains`, by collection)."""

    def __init__(self, service: Service, database: Database, counts: Mapping[str, Count] | None = None) -> None:
        self._service, self._database = service, database
        self._marks = Marks(database)
        self._counts = dict(counts or {})

    async def about(self, person: str) -> ErasureProof:
        """As it is now; of whoever was never heard of here: no mark, and nothing."""
        left = {"records": await self._full(RECORDS, person), "replicas": await self._full(REPLICAS, person)}
        for name, count in self._counts.items():
            left[name] = await count(person)
        erased_at = await self._marks.at(person)
        return ErasureProof(service=self._service, person=person, erased_at=erased_at, left=left)

    async def _full(self, collection: str, person: str) -> int:
        """Not only those without the flag `erased`: what has fields holds something, whatever the flag says."""
        return await durable(self._database, collection).count_documents(
            {"subject": person, "fields": {"$exists": True}}
        )


async def refuse_but_auditors(views: ViewReader, who: Principal) -> None:
    """Raises 404 for whoever holds no live office of an auditor: whether somebody was erased is not theirs to see."""
    if not await holds_live(views, who, OfficeKind.AUDITOR):
        raise not_found()


def proof_router(remains: Remains, service: Service, views: ViewReader) -> APIRouter:
    """`GET /<service>/erasures/{person}`, for registration, which collects all services' answers, and for auditors."""
    router = edge_router(f"/{service}", tags=["erasure"])

    @router.get("/erasures/{person}", summary="What is left of a person here")
    async def proof(person: Identifier, who: PersonOrService, response: Response) -> ErasureProof:
        """When the person was erased here, and how much is left: zeros, once everything is forgotten."""
        if isinstance(who, ServicePrincipal):
            if who.service != ISSUER:
                raise forbidden()
        else:
            await refuse_but_auditors(views, who)
        response.headers["Cache-Control"] = "no-store"
        return await remains.about(person)

    return router
