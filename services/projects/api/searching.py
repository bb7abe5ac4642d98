"""Running projects are found by what they are called, by anyone (FAQ L26)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.projects.queries import ProjectSearch, ProjectsFound, QueryTooBroad, WantedProjects
from shared.contracts.teaching import OLDEST, YOUNGEST
from shared.identity.rate_limits import per_client
from shared.web.fields import CountryCode, Line
from shared.web.routes import edge_router
from shared.web.teaching import Language, Subject
from shared.web.violations import responses_for


class ProjectSearchApi:
    """Search the projects."""

    def __init__(self, search: ProjectSearch) -> None:
        self._search = search

    def router(self) -> APIRouter:
        routes = edge_router("/projects", tags=["projects"])
        limited = [Depends(per_client("projects", "120/minute"))]
        routes.add_api_route("/search", self.search, responses=responses_for(QueryTooBroad), dependencies=limited)
        return routes

    async def search(
        self,
        query: Annotated[Line | None, Query(description="Any parts of words of the title, in any script.")] = None,
        country: Annotated[CountryCode | None, Query(description="Where a founder or a partner teaches.")] = None,
        subject: Annotated[Subject | None, Query(description="What it is about.")] = None,
        language: Annotated[Language | None, Query(description="What is spoken in it: ISO 639-1.")] = None,
        age: Annotated[int | None, Query(ge=YOUNGEST, le=OLDEST, description="An age that its pupils have.")] = None,
    ) -> ProjectsFound:
        """Up to fifty running projects; a word of three letters, a country, a subject or a language is needed. Whose
        founder's data was erased has no title, and is not found; whose founder did not say, by no such filter."""
        return await self._search.search(WantedProjects(query or "", country, subject, language, age))
