"""What mails about a case lead to: a plain page of it, beside the data at the same address. In English, no script."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import Desk
from services.validation.api.details import CaseDetails, CaseFile
from services.validation.case import DecidesOnOneself
from shared.identity.live_offices import NotInOffice
from shared.identity.tokens import Principal
from shared.web.authentication import SignedInPage
from shared.web.pages import Pages
from shared.web.routes import PageBesideData, edge_router

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Vary": "Accept, Cookie"}


class CasePages:
    """`GET /validation/cases/{case}` in a browser. Who is not signed in is led there by the sign-in page."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._file = CaseFile(desk)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        routes.add_api_route(
            "/cases/{case}", self.page, response_class=HTMLResponse, include_in_schema=False,
            route_class_override=PageBesideData,
        )  # fmt: skip
        return routes

    async def page(self, request: Request, case: UUID, who: SignedInPage) -> HTMLResponse:
        """Where the case stands; and what is private about it, for the officers who may decide on it."""
        found, document, version = await self._desk.visible(case, who)
        context = {
            "case": await self._desk.standing(document, {}),
            "mine": who.person == found.teacher,
            "school": await self._file.school(document),
            "details": await self._details(found, document, who),
            "support": self._host.nodes.service(found.country.lower()).support,
        }
        pages: Pages = request.app.state.pages
        return pages.render("case.html", context, headers=PRIVATE | {"ETag": f'"{version}"'})

    async def _details(self, found: CaseAnswer, document: dict[str, Any], who: Principal) -> CaseDetails | None:
        """Nothing for those who only see where the case stands."""
        try:
            return await self._file.opened(found, document, who)
        except (NotInOffice, DecidesOnOneself):
            return None
