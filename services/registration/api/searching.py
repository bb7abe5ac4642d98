"""Schools are found by what they are called, by anyone (FAQ L26)."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.registration.api.desk import Desk
from services.registration.queries import QueryTooBroad, SchoolsAnswer, SchoolSearch
from shared.contracts.registration import Level
from shared.web.fields import CountryCode, Line
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Searching:
    """Search the register."""

    def __init__(self, desk: Desk) -> None:
        self._schools = SchoolSearch(desk.host.views)

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route("/schools", self.search, responses=responses_for(QueryTooBroad))
        return routes

    async def search(
        self,
        query: Annotated[Line, Query(description="Any parts of words of the school's name or town, in any script.")],
        country: Annotated[CountryCode | None, Query(description="Without it: in all countries.")] = None,
        region: Annotated[Line | None, Query(description="A region of that country; without a country all.")] = None,
        level: Annotated[Level | None, Query(description="Schools known to teach at it.")] = None,
        closed: Annotated[bool, Query(description="Those that are closed, instead of those that are open.")] = False,
    ) -> SchoolsAnswer:
        """Up to fifty schools, those first of which every word of the query begins a word."""
        return await self._schools.search(query, country, region=region, level=level, closed=closed)
