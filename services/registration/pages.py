"""What a mailed link shows: a page. Nothing is decided by looking at it; the page's form posts."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from uuid_utils import uuid7

from services.registration.officer import OFFICER, Standing
from services.registration.officer import Recovery as OfficersRecovery
from services.registration.teacher import TEACHER, Recovery
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.links import Link
from shared.web.pages import Pages
from shared.web.redirects import local_path
from shared.web.routes import edge_router
from shared.web.violations import responses_for

RESET = "reset_password"
LinkToken = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]{1,2048}$")]
Opened = Callable[[str, str, str], tuple[Link, str]]
"""`opened(token, purpose, aggregate)`: the link and the identifier of its stream; raises `NotFound`."""


class LinkPages:
    """The pages behind the links of registration."""

    def __init__(self, host: Host, pages: Pages, opened: Opened) -> None:
        self._host, self._pages, self._opened = host, pages, opened

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["pages"])
        for path, show in (("/confirm", self.confirm), ("/offices/accept", self.accept), ("/reset", self.reset)):
            routes.add_api_route(path, show, response_class=HTMLResponse, responses=responses_for(NotFound))
        routes.add_api_route("/recovery", self.recovery, response_class=HTMLResponse)
        routes.add_api_route("/sign-in", self.sign_in, response_class=HTMLResponse)
        return routes

    async def confirm(self, token: LinkToken) -> Response:
        """Asks whether the address is to be confirmed."""
        link, teacher = self._opened(token, "confirm_email", TEACHER.name)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        open_attempt = state.open is not None and state.open.id == link.attempt
        return self._page("confirm.html", link, token, still_open=open_attempt)

    async def accept(self, token: LinkToken) -> Response:
        """Shows the office that is offered, and asks for what the account needs."""
        link, officer = self._opened(token, "accept_office", OFFICER.name)
        state, _ = await self._host.handler.state(OFFICER, officer)
        office = next((one for one in state.offices if one.attempt == link.attempt), None)
        still_open = office is not None and office.standing is Standing.OFFERED and not state.erased
        return self._page("accept.html", link, token, still_open=still_open, office=office)

    async def reset(self, token: LinkToken) -> Response:
        """Asks for the new password, of a teacher or an officer."""
        try:
            link, teacher = self._opened(token, RESET, TEACHER.name)
            recovery = (await self._host.handler.state(TEACHER, teacher))[0].recovery
        except NotFound:
            link, officer = self._opened(token, RESET, OFFICER.name)
            return self._reset(link, token, (await self._host.handler.state(OFFICER, officer))[0].recovery)
        return self._reset(link, token, recovery)

    async def recovery(self) -> Response:
        """Where who forgot a password says so (FAQ L22)."""
        return self._pages.render("recovery.html")

    async def sign_in(self, request: Request) -> Response:
        """Where a page sends who is not signed in."""
        return self._pages.render("sign_in.html", {"next": local_path(request.query_params.get("next"))})

    def _reset(self, link: Link, token: str, recovery: Recovery | OfficersRecovery | None) -> Response:
        still_open = recovery is not None and recovery.id == link.attempt
        return self._page("reset.html", link, token, still_open=still_open)

    def _page(self, template: str, link: Link, token: str, *, still_open: bool, **more: object) -> Response:
        usable = still_open and self._host.clock() < link.expires_at
        # The key makes a double click one command.
        context = {"token": token, "open": usable, "key": str(uuid7()), **more}
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return self._pages.render(template, context, headers=headers)
