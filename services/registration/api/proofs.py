"""That somebody was forgotten everywhere, counted by every service, for an auditor (I12)."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.registration.api.desk import Desk
from shared.contracts.base import SERVICES, Service
from shared.private_records.proof import Remains, refuse_but_auditors
from shared.private_records.replicas import OwnerUnavailable
from shared.private_records.wire import ErasureProof
from shared.web.authentication import SignedIn
from shared.web.fields import Identifier
from shared.web.routes import edge_router


class Proof(BaseModel):
    """One answer a service. `silent`: services that could not be asked now. `complete`: every service was asked, erased
    the person, and has nothing left."""

    person: str
    complete: bool
    services: list[ErasureProof]
    silent: list[Service]


class Proofs:
    """`/registration/erasures/{person}`."""

    def __init__(self, desk: Desk, here: Remains) -> None:
        self._host, self._here = desk.host, here

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["erasure"])
        routes.add_api_route("/erasures/{person}", self.proof)
        return routes

    async def proof(self, who: SignedIn, person: Identifier, response: Response) -> Proof:
        """What is left of a person in every service. One that is down is named, and takes nothing from the others."""
        await refuse_but_auditors(self._host.views, who)
        answers = await asyncio.gather(*(self._ask(service, person) for service in SERVICES))
        told = [answer for answer in answers if answer is not None]
        silent = [service for service, answer in zip(SERVICES, answers, strict=True) if answer is None]
        response.headers["Cache-Control"] = "no-store"
        complete = not silent and all(one.complete for one in told)
        return Proof(person=person, complete=complete, services=told, silent=silent)

    async def _ask(self, service: Service, person: str) -> ErasureProof | None:
        if service == self._host.service:
            return await self._here.about(person)
        try:
            return await self._host.owners.proof(service, person)
        except OwnerUnavailable:
            return None
