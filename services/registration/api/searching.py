"""Schools are found by what they are called, by anyone; people as they chose to be seen (FAQ L26)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.registration.api.desk import Desk
from services.registration.queries import (
    PeopleAnswer,
    PeopleSearch,
    QueryTooBroad,
    SchoolsAnswer,
    WantedPeople,
)
from shared.contracts.registration import Level
from shared.contracts.teaching import OLDEST, YOUNGEST
from shared.identity.rate_limits import per_client
from shared.web.authentication import MaybeSignedIn
from shared.web.fields import CountryCode, Line
from shared.web.routes import edge_router
from shared.web.teaching import Language, Subject
from shared.web.violations import responses_for


class Searching:
    """Search the register, and people."""

    def __init__(self, desk: Desk, people: PeopleSearch) -> None:
        self._schools, self._people = desk.schools.search, people

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["schools"])
        routes.add_api_route("/schools", self.search, responses=responses_for(QueryTooBroad))
        routes.add_api_route(
            "/people", self.search_people, tags=["people"], responses=responses_for(QueryTooBroad),
            dependencies=[Depends(per_client("people", "120/minute"))],
        )  # fmt: skip
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

    async def search_people(
        self,
        who: MaybeSignedIn,
        query: Annotated[Line | None, Query(description="Any parts of somebody's names, in any script.")] = None,
        country: Annotated[CountryCode | None, Query(description="Where one of the schools is.")] = None,
        subject: Annotated[Subject | None, Query(description="What they teach.")] = None,
        language: Annotated[Language | None, Query(description="What they speak: ISO 639-1.")] = None,
        age: Annotated[int | None, Query(ge=YOUNGEST, le=OLDEST, description="An age that their pupils have.")] = None,
        level: Annotated[Level | None, Query(description="What one of the schools is known to teach at.")] = None,
    ) -> PeopleAnswer:
        """Up to fifty teachers who chose to be seen: by everyone, or, to whoever is signed in, by members as well.

        A word of three letters, a country, a subject or a language is needed. Nobody is found by an address; who is
        blocked, inactive or removed is not found at all.
        """
        wanted = WantedPeople(query or "", country, subject, language, age, level)
        return await self._people.search(wanted, signed_in=who is not None)
