"""The register of schools, open to everyone (FAQ L26)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.registration.api.desk import Desk
from services.registration.queries import QueryTooBroad, SchoolAnswer, SchoolsAnswer
from services.registration.school import NoSuchSchool
from shared.web.fields import CountryCode, Identifier, Line
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class SchoolRoutes:
    """Search and show."""

    def __init__(self, desk: Desk) -> None:
        self._schools = desk.schools

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route("/schools", self.search, responses=responses_for(QueryTooBroad))
        routes.add_api_route("/schools/{school}", self.show, responses=responses_for(NoSuchSchool))
        return routes

    async def search(
        self,
        country: CountryCode,
        query: Annotated[Line, Query(description="Beginnings of words of the school's name or town.")],
    ) -> SchoolsAnswer:
        """Up to fifty schools of a country."""
        return await self._schools.search(country, query)

    async def show(self, school: Identifier, response: Response) -> SchoolAnswer:
        """One school."""
        found, _, version = await self._schools.registered(school)
        set_etag(response, version)
        return SchoolAnswer(**found.model_dump())
