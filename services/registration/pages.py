"""What a mailed link shows: a page. Nothing is decided by looking at it; the page's form posts.

Teachers read it in the language that they are written to in. An office's page is in English, as its mails are.
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from uuid_utils import uuid7

from services.registration.officer import OFFICER, Officer, Standing
from services.registration.teacher import TEACHER, Teacher
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.links import Link
from shared.web.pages import Pages
from shared.web.reading import Reader, Reading
from shared.web.redirects import local_path
from shared.web.routes import edge_router
from shared.web.violations import responses_for

RESET = "reset_password"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
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

    async def confirm(self, token: LinkToken, reader: Reading) -> Response:
        """Asks whether the address is to be confirmed."""
        link, teacher = self._opened(token, "confirm_email", TEACHER.name)
        state, _ = await self._host.handler.state(TEACHER, teacher)
        open_attempt = state.open is not None and state.open.id == link.attempt
        own = [state.latest.locale] if state.latest else []
        return self._read(reader, own, "confirm.html", token, self._context(link, token, still_open=open_attempt))

    async def accept(self, token: LinkToken) -> Response:
        """Shows the office that is offered, and asks for what the account needs."""
        link, officer = self._opened(token, "accept_office", OFFICER.name)
        state, _ = await self._host.handler.state(OFFICER, officer)
        office = next((one for one in state.offices if one.attempt == link.attempt), None)
        still_open = office is not None and office.standing is Standing.OFFERED and not state.erased
        context = self._context(link, token, still_open=still_open) | {"office": office}
        return self._pages.render("accept.html", context, headers=PRIVATE)

    async def reset(self, token: LinkToken, reader: Reading) -> Response:
        """Asks for the new password, of a teacher or an officer."""
        try:
            link, teacher = self._opened(token, RESET, TEACHER.name)
        except NotFound:
            link, officer = self._opened(token, RESET, OFFICER.name)
            return self._reset(reader, link, token, (await self._host.handler.state(OFFICER, officer))[0])
        return self._reset(reader, link, token, (await self._host.handler.state(TEACHER, teacher))[0])

    async def recovery(self, reader: Reading) -> Response:
        """Where who forgot a password says so (FAQ L22)."""
        return self._pages.for_reader(reader, "recovery.html", address={})

    async def sign_in(self, request: Request, reader: Reading) -> Response:
        """Where a page sends who is not signed in."""
        where = {"next": local_path(request.query_params.get("next"))}
        return self._pages.for_reader(reader, "sign_in.html", where, address=where)

    def _reset(self, reader: Reader, link: Link, token: str, account: Teacher | Officer) -> Response:
        still_open = account.recovery is not None and account.recovery.id == link.attempt
        context = self._context(link, token, still_open=still_open)
        return self._read(reader, [account.locale], "reset.html", token, context)

    def _context(self, link: Link, token: str, *, still_open: bool) -> dict[str, object]:
        usable = still_open and self._host.clock() < link.expires_at
        # The key makes a double click one command.
        return {"token": token, "open": usable, "key": str(uuid7())}

    def _read(
        self, reader: Reader, own: Sequence[str], template: str, token: str, context: dict[str, object]
    ) -> Response:
        address = {"token": token}
        return self._pages.for_reader(reader, template, context, own=own, address=address, headers=PRIVATE)
