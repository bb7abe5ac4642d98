"""One school, and the countries of the programme: open to everyone (FAQ L15, L26)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from services.registration.api.desk import Desk
from services.registration.api.school_scope import SchoolShown, shown
from services.registration.school import NoSuchSchool
from shared.nodes import Status
from shared.web.fields import Day, Identifier
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class CountryAnswer(BaseModel):
    """A country on a day: the name that it had then, and whether it took part; its service's mailbox (L23)."""

    code: str
    name: str
    status: Status
    admits: bool
    regions: list[str]
    languages: list[str]
    support: str


class CountriesAnswer(BaseModel):
    """Every country that the programme ever had, in the order of their codes."""

    on: date
    items: list[CountryAnswer]


class SchoolRoutes:
    """Show a school; list the countries."""

    def __init__(self, desk: Desk) -> None:
        self._schools, self._host = desk.schools, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route("/countries", self.countries)
        routes.add_api_route("/schools/{school}", self.show, responses=responses_for(NoSuchSchool))
        return routes

    async def countries(
        self, on: Annotated[Day | None, Query(description="The day in question; today without it.")] = None
    ) -> CountriesAnswer:
        """The countries of the programme as they were on a day (FAQ L15)."""
        day = on or self._host.clock().date()
        items = [
            CountryAnswer(
                code=country.code,
                name=country.name_on(day),
                status=country.status_on(day),
                admits=bool(country.accepts_registrations(day)),
                regions=list(country.regions),
                languages=list(country.languages),
                support=country.support,
            )
            for country in self._host.nodes.countries
        ]
        return CountriesAnswer(on=day, items=sorted(items, key=lambda item: item.code))

    async def show(self, school: Identifier, response: Response) -> SchoolShown:
        """One school, whatever its standing."""
        state, _, version = await self._schools.shown(school)
        set_etag(response, version)
        return shown(state)
