"""Where cases stand: for the officers of their place, and for the teacher whose case it is."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.validation.api.answers import (
    AnyOpen,
    CasePage,
    CaseStanding,
    DurationsAnswer,
    MyCases,
    Status,
    answer_of,
)
from services.validation.api.desk import READERS, Desk
from services.validation.queries import start_of_list
from shared.event_store.violations import NotFound
from shared.identity.live_offices import NotInOffice, live_office
from shared.web.authentication import SignedIn
from shared.web.expectation import Expectation
from shared.web.fields import CountryCode, Line
from shared.web.idempotency import set_etag
from shared.web.paging import Paging, page_of
from shared.web.routes import edge_router
from shared.web.violations import responses_for

PAGE_TOO: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
"""Who asks for a page is answered by `CasePages`."""


class CaseRoutes:
    """`/validation/cases`, `/validation/my-cases`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host, self._queries = desk, desk.host, desk.queries

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        routes.add_api_route("/cases", self.cases, responses=responses_for(NotInOffice))
        routes.add_api_route("/my-cases", self.my_cases)
        routes.add_api_route("/cases/{case}", self.case, responses=PAGE_TOO | responses_for(NotFound))
        return routes

    async def cases(
        self,
        who: SignedIn,
        paging: Paging,
        expected: Expectation,
        country: CountryCode,
        region: Line | None = None,
        status: Status | AnyOpen = "opened",
    ) -> CasePage:
        """The cases of a country, or of one of its regions, for the officers of that place; `open`: all not ended."""
        await live_office(self._host.views, who, READERS, country, region)
        behind = expected is not None and not await self._queries.listed(expected.identifier, expected.version)
        standing = {"open": "yes"} if status == "open" else {"status": status}
        where: dict[str, Any] = {"country": country} | ({} if region is None else {"region": region}) | standing
        start = paging.after or start_of_list(self._host.clock())
        found = await self._queries.cases(where, start, paging.limit + 1)
        page = page_of(found, paging, lambda document: str(document["sort"]))
        return CasePage(items=[answer_of(document) for document in page.items], next=page.next, behind=behind)

    async def case(self, case: UUID, who: SignedIn, response: Response) -> CaseStanding:
        """One case, for the officers of its place and for its teacher; to all others it does not exist."""
        _, document, version = await self._desk.visible(case, who)
        set_etag(response, version)
        response.headers["Vary"] = "Accept"
        return await self._desk.standing(document, {})

    async def my_cases(self, who: SignedIn, paging: Paging) -> MyCases:
        """One's own cases as a teacher: where each stands, who has it, and how long that usually takes there."""
        found = await self._queries.of_teacher(who.person, paging.after, paging.limit + 1)
        page = page_of(found, paging, lambda document: str(document["sort"]))
        known: dict[tuple[str, str | None], DurationsAnswer | None] = {}
        return MyCases(items=[await self._desk.standing(document, known) for document in page.items], next=page.next)
