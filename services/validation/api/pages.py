"""What mails about a case lead to: a plain page of it, beside the data at the same address. In English, no script.

Its forms are what those mails ask for: a form or words of the teacher's, an officer's word for the director's address.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from uuid_utils import uuid7

from services.validation.api.answers import CaseAnswer
from services.validation.api.certificates import CertificateRoutes
from services.validation.api.contesting import Contest, ContestRoutes
from services.validation.api.desk import Desk
from services.validation.api.details import CaseDetails, CaseFile
from services.validation.api.directors import DirectorRoutes, Vouched
from services.validation.case import DecidesOnOneself
from shared.identity.live_offices import NotInOffice
from shared.identity.tokens import Principal
from shared.web.authentication import SignedInPage
from shared.web.context import Asking
from shared.web.fields import Identifier, Prose
from shared.web.pages import Pages
from shared.web.routes import PageBesideData, edge_router

Key = Annotated[Identifier, Form()]
"""Of the form that was shown: a double click is one command."""
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Vary": "Accept, Cookie"}


class CasePages:
    """`GET /validation/cases/{case}` in a browser, and its forms, each at its command's own address.

    Who is not signed in is led there by the sign-in page.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._file = CaseFile(desk)
        self._contests, self._certificates = ContestRoutes(desk), CertificateRoutes(desk)
        self._directors = DirectorRoutes(desk)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        for method, path, show in (
            ("GET", "", self.page),
            ("POST", "/contest", self.contest),
            ("POST", "/certificate", self.file),
            ("POST", "/director-contact/confirm", self.confirm),
        ):
            routes.add_api_route(
                "/cases/{case}" + path, show, methods=[method], response_class=HTMLResponse, include_in_schema=False,
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
            "key": str(uuid7()),
            "support": self._host.nodes.service(found.country.lower()).support,
        }
        pages: Pages = request.app.state.pages
        return pages.render("case.html", context, headers=PRIVATE | {"ETag": f'"{version}"'})

    async def contest(
        self, request: Request, case: UUID, who: SignedInPage, key: Key, statement: Annotated[Prose, Form()]
    ) -> Response:
        """The refused teacher's own words."""
        answer = _back(case)
        await self._contests.contest(Asking(request, answer, who, key, None), case, Contest(statement=statement))
        return answer

    async def file(
        self, request: Request, case: UUID, who: SignedInPage, key: Key, certificate: Annotated[UploadFile, File()]
    ) -> Response:
        """The form that the director signed."""
        answer = _back(case)
        await self._certificates.file(Asking(request, answer, who, key, None), case, certificate)
        return answer

    async def confirm(
        self, request: Request, case: UUID, who: SignedInPage, key: Key, contact: Annotated[Identifier, Form()]
    ) -> Response:
        """An officer vouches for the address that the page showed."""
        answer, vouched = _back(case), Vouched(contact=contact)
        await self._directors.confirm_director_contact(Asking(request, answer, who, key, None), case, vouched)
        return answer

    async def _details(self, found: CaseAnswer, document: dict[str, Any], who: Principal) -> CaseDetails | None:
        """Nothing for those who only see where the case stands."""
        try:
            return await self._file.opened(found, document, who)
        except (NotInOffice, DecidesOnOneself):
            return None


def _back(case: UUID) -> RedirectResponse:
    """To the page, which shows the case as it is then."""
    return RedirectResponse(f"/validation/cases/{case}", status_code=303, headers={"Content-Type": "text/html"})
