"""Everything that all services hold about who asks, in one archive (JSON and a page)."""

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from services.registration.api.archive import archive
from services.registration.api.desk import Desk
from services.registration.officer import OFFICER
from services.registration.teacher import TEACHER, NoSuchTeacher, Status
from shared.contracts.base import SERVICES, Service
from shared.private_records.held import Holdings
from shared.private_records.replicas import OwnerUnavailable
from shared.private_records.wire import HeldAnswer
from shared.web.authentication import SignedIn
from shared.web.openapi import problem_response
from shared.web.problem import TYPE_PREFIX, Problem
from shared.web.routes import edge_router
from shared.web.violations import responses_for

RETRY_AFTER_S = 60
INCOMPLETE = "services-not-answering"
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`data.json` and `index.html` in one archive.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
    503: problem_response("A service did not answer, `data` says which", [TYPE_PREFIX + INCOMPLETE]),
}


class Exports:
    """`/registration/me/export`."""

    def __init__(self, desk: Desk, here: Holdings) -> None:
        self._host, self._pages, self._here = desk.host, desk.pages, here

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["erasure"])
        responses = _ARCHIVE | responses_for(NoSuchTeacher)
        routes.add_api_route("/me/export", self.export, response_class=Response, responses=responses)
        return routes

    async def export(self, who: SignedIn) -> Response:
        """Everything held about the person who asks, of every service or not at all."""
        await self._refuse_nobody(who.person)
        await self._host.limiter.check_address("export", "20/hour", who.person)
        held = await self._everywhere(who.person)
        await self._refuse_nobody(who.person)  # an erasure meanwhile: what was collected may be half of it
        content = archive(self._pages, who.person, self._host.clock(), held)
        headers = {"Content-Disposition": 'attachment; filename="etwinning-export.zip"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/zip", headers=headers)

    async def _everywhere(self, person: str) -> list[HeldAnswer]:
        """One answer a service, or a refusal that names those that gave none."""
        answers = await asyncio.gather(*(self._ask(service, person) for service in SERVICES))
        silent = [service for service, answer in zip(SERVICES, answers, strict=True) if answer is None]
        if silent:
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise Problem(503, INCOMPLETE, headers=headers, data={"services": silent})
        return [answer for answer in answers if answer is not None]

    async def _ask(self, service: Service, person: str) -> HeldAnswer | None:
        if service == self._host.service:
            return await self._here.about(person)
        try:
            return await self._host.owners.held(service, person)
        except OwnerUnavailable:
            return None

    async def _refuse_nobody(self, person: str) -> None:
        """Raises `NoSuchTeacher`: whoever was erased has nothing left, whatever the token says."""
        teacher, _ = await self._host.handler.state(TEACHER, person)
        if teacher.status is Status.REGISTERED:
            return
        officer, history = await self._host.handler.state(OFFICER, person)
        if not history.version or officer.erased:
            raise NoSuchTeacher
