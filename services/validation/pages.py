"""The director's page: a mailed link, no account, no script. GET changes nothing; POST answers (FAQ L19-20)."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from uuid_utils import uuid7

from services.validation.case import (
    CASE,
    REFUSALS,
    Case,
    CaseDecidedOtherwise,
    Decision,
    DirectorAnsweredOtherwise,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NoMoreTime,
)
from services.validation.commands import ApproveByLink, AskForTime, DisownContact, RefuseByLink
from services.validation.queries import CaseQueries
from shared.contracts.base import Command
from shared.contracts.validation import DirectorContactFailed
from shared.event_store.history import History
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.links import SIGNER, Link, LinkExpired, LinkInvalid, read_link
from shared.identity.offices import DIRECTOR
from shared.private_records.records import Draft
from shared.web.context import context_for
from shared.web.fields import Email, Line, RequestBody
from shared.web.idempotency import set_etag
from shared.web.pages import Pages
from shared.web.reading import Reader, Reading
from shared.web.routes import edge_router
from shared.web.violations import problem_of, responses_for

PURPOSE = "director_answer"
TEMPLATES = Path(__file__).parent / "templates"
LINK_PATTERN = r"^[A-Za-z0-9_.-]{1,2048}$"
Choice = Literal["approve", "not_on_staff", "left_the_school", "unknown_person", "not_the_director", "more_time"]
"""Approve, refuse for a reason, say that somebody else directs the school, or ask for more time."""
Standing = Literal["approved", "refused", "not_the_director", "asked", "closed", "not_needed"]
"""What this link has come to; `asked`: it may still be answered; `not_needed`: the case was withdrawn."""

Token = Annotated[str, Query(pattern=LINK_PATTERN)]
TokenField = Annotated[str, Form(pattern=LINK_PATTERN)]
Had = Annotated[int, Field(ge=0, le=99)]
HadField = Annotated[int, Form(ge=0, le=99)]
Typed = Annotated[str, Form(max_length=254, pattern=r"^[^\x00-\x1f\x7f]*$")]

SHOWN_ON_THE_PAGE = (
    CaseDecidedOtherwise,
    DirectorAnsweredOtherwise,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NoMoreTime,
)
"""Refusals whose page is the director's own: it shows what holds."""


class Successor(RequestBody):
    """Who directs the school now, as the former director says."""

    name: Line
    email: Email


class DirectorAnswer(RequestBody):
    """What a director sends: the link's token and the answer; a `successor` only with `not_the_director`.

    `had`: with `more_time`, how often this link was prolonged when the director asked, as the page says. The same
    request again is answered as the first was; whoever wants time once more says that it was had before.
    """

    token: Token
    answer: Choice
    successor: Successor | None = None
    had: Had = 0


class Answered(BaseModel):
    """What holds from now on."""

    case: str
    answer: Standing


@dataclass(frozen=True)
class Opened:
    """A case as the holder of one of its links sees it."""

    link: Link
    state: Case
    history: History

    @property
    def mine(self) -> bool:
        """Whether the link belongs to the question that is open, or was answered last."""
        return self.state.question is not None and self.state.question.attempt == self.link.attempt


class DirectorPages:
    """Two ways to answer: the page's forms, and the same as JSON."""

    def __init__(self, host: Host, queries: CaseQueries) -> None:
        self._host = host
        self._queries = queries
        self._links_key = host.keyring.public_key(SIGNER)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["director"])
        commands = (ApproveByLink, RefuseByLink, AskForTime, DisownContact)
        refusals = responses_for(*dict.fromkeys(rule for command in commands for rule in REFUSALS[command]))
        page: dict[str, Any] = {"response_class": HTMLResponse}
        routes.add_api_route("/director", self.show, responses=responses_for(NotFound), **page)
        routes.add_api_route("/director", self.answer_by_form, methods=["POST"], responses=refusals, **page)
        routes.add_api_route("/director/answer", self.answer, methods=["POST"], responses=refusals)
        return routes

    async def show(self, request: Request, token: Token, reader: Reading) -> Response:
        """What the director is asked, or what the answer was."""
        return await self._page(request, token, reader)

    async def answer_by_form(
        self,
        request: Request,
        token: TokenField,
        answer: Annotated[Choice, Form()],
        reader: Reading,
        name: Typed = "",
        email: Typed = "",
        had: HadField = 0,
    ) -> Response:
        """The page's own forms. The token is the whole authority: there is no cookie that another site could use."""
        try:
            successor = _successor(name, email)
        except ValidationError:
            return await self._page(request, token, reader, status=422)
        try:
            await self._answer(request, DirectorAnswer(token=token, answer=answer, successor=successor, had=had))
        except SHOWN_ON_THE_PAGE as refusal:
            return await self._page(request, token, reader, status=problem_of(refusal).status)
        return await self._page(request, token, reader)

    async def answer(self, request: Request, response: Response, given: DirectorAnswer) -> Answered:
        """The same as JSON."""
        await self._answer(request, given)
        opened = await self._opened(given.token)
        set_etag(response, opened.history.version)
        return Answered(case=opened.state.id, answer=self._standing(opened))

    async def _answer(self, request: Request, given: DirectorAnswer) -> None:
        """Without an Idempotency-Key: the state of the attempt makes the link single-use."""
        opened = await self._opened(given.token)
        command, policy, drafts = await self._command(opened, given)
        node = opened.state.country.lower()
        context = context_for(request, opened.link.attempt, DIRECTOR, node, policy_version=policy)
        await self._host.handler.handle(CASE, opened.state.id, command, context, drafts)

    async def _command(self, opened: Opened, given: DirectorAnswer) -> tuple[Command, str | None, list[Draft]]:
        at, attempt = self._host.clock(), opened.link.attempt
        match given.answer:
            case "approve":
                return ApproveByLink(at=at, attempt=attempt), None, []
            case "not_the_director":
                drafts = await self._draft(opened, given.successor)
                successor = drafts[0].ref if drafts else None
                return DisownContact(at=at, attempt=attempt, successor=successor), None, drafts
            case "more_time":
                command, policy = self._ask_for_time(opened, given.had)
                return command, policy, []
            case reason:
                return RefuseByLink(at=at, attempt=attempt, reason=reason), None, []

    def _ask_for_time(self, opened: Opened, had: int) -> tuple[AskForTime, str]:
        at, question = self._host.clock(), opened.state.question
        policy = self._host.nodes.policy(opened.state.country, "director", at.date())
        end = opened.link.expires_at if question is None else question.link_expires
        more, times = timedelta(days=policy.content.more_time_days), policy.content.extensions
        command = AskForTime(at=at, attempt=opened.link.attempt, until=end + more, extensions=times, had=had)
        return command, policy.reference

    async def _draft(self, opened: Opened, successor: Successor | None) -> list[Draft]:
        """The record's subject is the school's director, whoever named the address."""
        if successor is None:
            return []
        subject = await self._queries.director_of(opened.state.school)
        fields = {"name": successor.name, "email": successor.email}
        return [await self._host.records.draft(str(uuid7()), subject, "director_contact", fields)]

    async def _opened(self, token: str) -> Opened:
        """Raises `NotFound`. An expired link is still genuine: the case knows its end, and says it to the director."""
        try:
            link = read_link(token, self._links_key, purpose=PURPOSE, now=self._host.clock())
        except LinkExpired as expired:
            link = expired.link
        except LinkInvalid:
            raise NotFound from None
        kind, _, case = link.stream.partition("-")
        if kind != CASE.name:
            raise NotFound
        state, history = await self._host.handler.state(CASE, case)
        if not state.teacher:
            raise NotFound
        return Opened(link, state, history)

    def _standing(self, opened: Opened) -> Standing:
        """The answer stands for whoever gave it, for ever; a link of another attempt only tells that it is closed."""
        state = opened.state
        if not opened.mine and _disowned(opened):
            return "not_the_director"
        if state.decision is Decision.WITHDRAWN and state.answer is None:
            return "not_needed"
        if not opened.mine:
            return "closed"
        if state.answer is not None:
            return state.answer.value
        assert state.question is not None  # noqa: S101 `mine` says so
        return "asked" if self._host.clock() < state.question.link_expires else "closed"

    async def _page(self, request: Request, token: str, reader: Reader, *, status: int = 200) -> HTMLResponse:
        opened = await self._opened(token)
        state = opened.state
        service = self._host.nodes.service(state.country.lower())
        standing = self._standing(opened)
        context = {
            "token": token,
            "support": service.support,
            "mailto": _mailto,
            "problem": status == 422,
            "standing": standing,
            "question": state.question,
            "more_time": standing == "asked" and self._more_time(state),
            "name": await self._queries.name_of(state.teacher) if standing == "asked" else None,
        }
        headers = {"ETag": f'"{opened.history.version}"', "Cache-Control": "no-store"}
        pages: Pages = request.app.state.pages
        return pages.for_reader(
            reader, "director.html", context,
            own=service.languages, address={"token": token}, status=status, headers=headers,
        )  # fmt: skip

    def _more_time(self, state: Case) -> bool:
        policy = self._host.nodes.policy(state.country, "director", self._host.clock().date())
        had = state.question.extensions if state.question else 0
        return state.decision is None and had < policy.content.extensions


def _successor(name: str, email: str) -> Successor | None:
    """Raises pydantic's `ValidationError`: one of the two without the other, or no address."""
    if not name.strip() and not email.strip():
        return None
    return TypeAdapter(Successor).validate_python({"name": name.strip(), "email": email.strip()})


def _disowned(opened: Opened) -> bool:
    return any(
        isinstance(event, DirectorContactFailed)
        and event.attempt == opened.link.attempt
        and event.reason == "not_the_director"
        for event in opened.history.events()
    )


def _mailto(mailbox: str) -> Markup:
    return Markup('<a href="mailto:{0}">{0}</a>').format(mailbox)
