"""Schools are found by what they are called, by anyone (FAQ L26)."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.registration.api.desk import Desk
from services.registration.queries import QueryTooBroad, SchoolsAnswer
from shared.web.fields import CountryCode, Line
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Searching:
    """Search the register."""

    def __init__(self, desk: Desk) -> None:
        self._schools = desk.schools

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route("/schools", self.search, responses=responses_for(QueryTooBroad))
        return routes

    async def search(
        self,
        country: CountryCode,
        query: Annotated[Line, Query(description="Beginnings of words of the school's name or town.")],
    ) -> SchoolsAnswer:
        """Up to fifty schools of a country."""
        return await self._schools.search(country, query)
