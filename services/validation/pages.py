"""The director's page: a mailed link, no account, no script. GET changes nothing; POST answers (FAQ L19)."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from services.validation.case import CASE, REFUSALS
from services.validation.commands import ApproveByLink, RefuseByLink
from services.validation.queries import CaseQueries
from shared.contracts.base import Command
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.links import SIGNER, Link, LinkExpired, LinkInvalid, read_link
from shared.identity.offices import DIRECTOR
from shared.web.context import context_for
from shared.web.fields import RequestBody
from shared.web.idempotency import set_etag
from shared.web.pages import Pages
from shared.web.routes import edge_router
from shared.web.violations import responses_for

PURPOSE = "director_answer"
TEMPLATES = Path(__file__).parent / "templates"
LINK_PATTERN = r"^[A-Za-z0-9_.-]{1,2048}$"
Choice = Literal["approve", "not_on_staff", "left_the_school", "unknown_person"]
"""Approve, or refuse for one of these reasons."""


class DirectorAnswer(RequestBody):
    """What a director sends: the link's token, and the answer (`approve`, or why not)."""

    token: Annotated[str, Query(pattern=LINK_PATTERN)]
    answer: Choice


class Answered(BaseModel):
    """What the director's answer is from now on."""

    case: str
    answer: Literal["approved", "refused"]


class DirectorPages:
    """Two ways to answer: the page's form, and the same as JSON."""

    def __init__(self, host: Host, queries: CaseQueries) -> None:
        self._host = host
        self._queries = queries
        self._links_key = host.keyring.public_key(SIGNER)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["director"])
        refusals = responses_for(*{*REFUSALS[ApproveByLink], *REFUSALS[RefuseByLink]})
        unknown = responses_for(NotFound)
        page: dict[str, Any] = {"response_class": HTMLResponse}
        routes.add_api_route("/director", self.show, responses=unknown, **page)
        routes.add_api_route("/director", self.answer_by_form, methods=["POST"], responses=refusals, **page)
        routes.add_api_route("/director/answer", self.answer, methods=["POST"], responses=refusals)
        return routes

    async def show(self, request: Request, token: Annotated[str, Query(pattern=LINK_PATTERN)]) -> Response:
        """What the director is asked, or what the answer was."""
        return await self._page(request, self._link(token), token)

    async def answer_by_form(
        self,
        request: Request,
        token: Annotated[str, Form(pattern=LINK_PATTERN)],
        answer: Annotated[Choice, Form()],
    ) -> Response:
        """The page's own form. The token is the whole authority: there is no cookie that another site could use."""
        link = self._link(token)
        await self._answered(request, link, answer)
        return await self._page(request, link, token)

    async def answer(self, request: Request, response: Response, given: DirectorAnswer) -> Answered:
        """The same as JSON."""
        link = self._link(given.token)
        await self._answered(request, link, given.answer)
        document, version = await self._case(link)
        set_etag(response, version)
        return Answered(case=document["case"], answer=document["answer"])

    async def _answered(self, request: Request, link: Link, answer: Choice) -> None:
        """Without an Idempotency-Key: the state of the attempt makes the link single-use."""
        document, _ = await self._case(link)
        at = self._host.clock()
        command: Command = (
            ApproveByLink(at=at, attempt=link.attempt)
            if answer == "approve"
            else RefuseByLink(at=at, attempt=link.attempt, reason=answer)
        )
        context = context_for(request, link.attempt, DIRECTOR, str(document["country"]).lower())
        await self._host.handler.handle(CASE, document["case"], command, context)

    def _link(self, token: str) -> Link:
        """Raises `NotFound`. An expired link is still genuine: the case knows its end, and says it to the director."""
        try:
            return read_link(token, self._links_key, purpose=PURPOSE, now=self._host.clock())
        except LinkExpired as expired:
            return expired.link
        except LinkInvalid:
            raise NotFound from None

    async def _case(self, link: Link) -> tuple[dict[str, Any], int]:
        kind, _, case = link.stream.partition("-")
        found = await self._queries.case(case) if kind == CASE.name else None
        if found is None:
            raise NotFound
        return found

    async def _page(self, request: Request, link: Link, token: str) -> HTMLResponse:
        pages: Pages = request.app.state.pages
        document, version = await self._case(link)
        context = {
            "token": token,
            "name": await self._queries.name_of(document["teacher"]),
            "answer": document["answer"],
            "open": document["attempt"] == link.attempt and self._host.clock() < link.expires_at,
        }
        headers = {"ETag": f'"{version}"'}
        return pages.render("director.html", context, locale=document["locale"], headers=headers)
