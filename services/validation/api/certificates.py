"""The form that the director signed: the teacher uploads it, officers of the place look at it (practice in Serbia)."""

from base64 import b64decode, b64encode
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, File, Response, UploadFile

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import NOT_OWN, Desk
from services.validation.case import CASE, REFUSALS
from services.validation.commands import FileCertificate
from shared.contracts.base import derived_id
from shared.event_store.violations import NotFound
from shared.identity.live_offices import NotInOffice
from shared.private_records.records import Found, SubjectErased
from shared.web.authentication import SignedIn
from shared.web.context import CommandRequest
from shared.web.problem import Problem
from shared.web.routes import MAX_FILE_BYTES, edge_router
from shared.web.violations import responses_for

log = structlog.get_logger()
CERTIFICATE_RECORD = "certificate"
_KINDS = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}
_ENDINGS = dict(_KINDS.values())
_SAFE = {
    # Somebody's upload is shown to an officer: saved, never run in the platform's own origin.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file as it was uploaded.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind, _ in _KINDS.values()},
    }
}


class CertificateRoutes:
    """`/validation/cases/{case}/certificate`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        path = "/cases/{case}/certificate"
        refusals = responses_for(*REFUSALS[FileCertificate], *NOT_OWN, SubjectErased)
        routes.add_api_route(path, self.file, methods=["POST"], responses=refusals)
        routes.add_api_route(
            path, self.download, response_class=Response, responses=_DOWNLOAD | responses_for(NotFound, NotInOffice)
        )
        return routes

    async def file(
        self,
        asking: CommandRequest,
        case: UUID,
        certificate: Annotated[UploadFile, File(description="PDF, JPEG or PNG, two mebibytes at the most.")],
    ) -> CaseAnswer:
        """The teacher's own signed form. What it is, its first bytes tell; its name and declared type are not kept."""
        found = await self._desk.own(case, asking.who)
        # What the case refuses was written all the same, and goes within a day: that too is bounded.
        await self._host.limiter.check_address("certificate", "20/day", asking.who.person)
        content = await certificate.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise Problem(413, "body-too-large")
        kind = kind_of(content)
        if kind is None:
            raise Problem(415, "unsupported-media-type", detail="A PDF, JPEG or PNG file is expected")
        record = await self._host.records.draft(
            derived_id(found.case, asking.new_identifier(), CERTIFICATE_RECORD),
            found.teacher,
            CERTIFICATE_RECORD,
            {"type": kind, "content": b64encode(content).decode("ascii")},
        )
        command = FileCertificate(at=self._host.clock(), teacher=asking.who.person, certificate=record.ref)
        return await self._desk.act_as_teacher(asking, found, command, [record])

    async def download(self, case: UUID, who: SignedIn) -> Response:
        """For the officers who may decide on the case, and for the teacher whose it is; gone once erased."""
        found, _, _ = await self._desk.visible(case, who)
        if who.person != found.teacher:
            acting = await self._desk.in_office(found, who)
            log.info("case_certificate_read", case=found.case, person=who.person, office=acting.officer.office)
        state, _ = await self._host.handler.state(CASE, found.case)
        if state.certificate is None:
            raise NotFound
        record = (await self._host.records.fetch([state.certificate.id]))[state.certificate.id]
        if not isinstance(record, Found):
            raise NotFound
        kind = record.fields["type"]
        name = {"Content-Disposition": f'attachment; filename="certificate.{_ENDINGS[kind]}"'}
        return Response(b64decode(record.fields["content"]), media_type=kind, headers=_SAFE | name)


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes tell; nothing for any but PDF, JPEG and PNG."""
    return next((kind for start, (kind, _) in _KINDS.items() if content.startswith(start)), None)
