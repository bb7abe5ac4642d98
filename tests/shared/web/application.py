"""A small service on the real factory, with one route of each sort, for the tests of the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field

from shared.event_store.violations import Busy, Forbidden, NotFound, NotYetKnown, RuleViolation
from shared.identity.keys import KeyRing
from shared.identity.rate_limits import per_client
from shared.identity.tokens import issue_access_token, issue_service_token
from shared.mongo import PyMongoError
from shared.web.app import Edge, create_app
from shared.web.authentication import Access, CallingService, SignedIn, SignedInPage, require_same_origin
from shared.web.fields import WHOLE, CountryCode, Day, Flag, Identifier, Integer, Line, Moment, RequestBody
from shared.web.idempotency import ExpectedVersion, IdempotencyKey, set_etag
from shared.web.pages import Pages
from shared.web.paging import Page, Paging, page_of
from shared.web.routes import edge_router
from shared.web.violations import responses_for

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REGISTRATION = OKPKey.generate_key("Ed25519")
NOTIFICATIONS = OKPKey.generate_key("Ed25519")
ORIGIN = "http://testserver"
NAMES = [f"p-{number:02}" for number in range(25)]


class AlreadyFounded(RuleViolation): ...


class OutsideJurisdiction(Forbidden): ...


class HiddenProject(NotFound): ...


class FoundProject(RequestBody):
    title: Line
    country: CountryCode
    pupils: Annotated[int, Field(ge=0, le=1_000), WHOLE] = 0
    budget: Integer = 0
    public: Flag = True
    from_day: Day | None = None
    until: Moment | None = None


class Founded(BaseModel):
    project: str
    key: str
    expected: int | None


VIOLATIONS = {kind.__name__: kind for kind in (AlreadyFounded, NotYetKnown, OutsideJurisdiction, HiddenProject)}
router = edge_router("/projects")


@router.post("/projects", status_code=201)
def found(
    command: FoundProject, who: SignedIn, key: IdempotencyKey, expected: ExpectedVersion, response: Response
) -> Founded:
    set_etag(response, 1)
    return Founded(project=f"{who.person}-{command.country}", key=key, expected=expected)


@router.post("/projects/{project}/plan")
async def plan(project: Identifier, file: Annotated[UploadFile, File()]) -> Founded:
    return Founded(project=project, key=str(len(await file.read())), expected=None)


@router.get("/projects")
def listed(asked: Paging, who: SignedIn) -> Page[str]:
    found = [name for name in NAMES if asked.after is None or name > asked.after]
    return page_of(found[: asked.limit + 1], asked, str)


@router.get("/projects/{project}")
def show(project: Identifier, who: SignedIn) -> Founded:
    return Founded(project=project, key=who.person, expected=None)


@router.delete("/projects/{project}", status_code=204)
def close(project: Identifier, who: SignedIn) -> None:
    assert project != who.person


@router.post("/rules/{name}", responses=responses_for(AlreadyFounded, NotYetKnown, OutsideJurisdiction))
def break_rule(name: Identifier, who: SignedIn) -> None:
    raise VIOLATIONS.get(name, AlreadyFounded)(project="p-1", seen=2)


@router.post("/private-records/fetch")
def fetch(who: CallingService) -> dict[str, str]:
    return {"service": who.service}


@router.post("/guesses", dependencies=[Depends(per_client("guess", "2/hour"))])
def guess() -> dict[str, str]:
    return {}


@router.get("/page", response_class=HTMLResponse)
def page(request: Request, who: SignedInPage) -> Response:
    pages: Pages = request.app.state.pages
    return pages.render("problem.html", {"problem": _page_content(who.person), "correlation_id": "-"})


@router.post("/form", response_class=HTMLResponse)
def form(request: Request, answer: Annotated[Line, Form()]) -> Response:
    require_same_origin(request)
    return HTMLResponse("<p>thanks</p>")


class PageContent(BaseModel):
    title: str
    detail: str = ""
    errors: tuple[str, ...] = ()


def _page_content(title: str) -> PageContent:
    return PageContent(title=f"<{title}>")


hidden = edge_router("/projects")


@hidden.get("/crash", include_in_schema=False)
def crash() -> None:
    raise ZeroDivisionError("ana.gil@school.example")


@hidden.get("/busy", include_in_schema=False)
def busy() -> None:
    raise Busy


@hidden.get("/unanswered", include_in_schema=False)
@hidden.post("/unanswered", include_in_schema=False)
def unanswered() -> None:
    raise PyMongoError("mongodb://ana.gil@school.example:27017")


def make_app(edge: Edge | None = None) -> FastAPI:
    return create_app("projects", [router, hidden], edge or make_edge())


def make_edge(**changes: object) -> Edge:
    ring = KeyRing({"registration": REGISTRATION, "notifications": NOTIFICATIONS})
    access = Access(ring=ring, audience="etwinning", service="projects", clock=lambda: NOW)
    return Edge(access=access, **changes)  # type: ignore[arg-type]


def person_token(person: str = "person-1") -> str:
    return issue_access_token(REGISTRATION, subject=person, offices=(), audience="etwinning", now=NOW)


def service_token(audience: str = "projects") -> str:
    return issue_service_token(NOTIFICATIONS, service="notifications", audience=audience, now=NOW)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        yield client
