"""What recognition's API asks of its views, and of the streams themselves for one thing."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.recognition.application import APPLICATION, Status
from services.recognition.dossier import DOSSIER
from services.recognition.views import APPLICATIONS, MEMBERS, SEALS
from shared.event_store.handling import Handler
from shared.event_store.violations import NotYetKnown
from shared.private_records.records import PrivateRecords
from shared.views.reader import ViewReader

MOST = 200
_SEAL = ("kind", "project", "country", "since")
_APPLICATION = ("application", "project", "school", "country", "status", "total")


class NotAMember(NotYetKnown):
    """This teacher is no member of the project, as far as recognition has heard."""


class ApplicationAnswer(BaseModel):
    """Where an application stands."""

    application: str
    status: Status
    project: str
    teacher: str
    country: str


class DossierAnswer(BaseModel):
    """Where a project's European dossier stands; `holders` are the teachers with a European Quality Seal."""

    dossier: str
    founding_countries: tuple[str, ...]
    seal_countries: tuple[str, ...]
    proposed_by: tuple[str, ...]
    qualified: bool
    holders: tuple[str, ...]


class Items(BaseModel):
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Membership:
    """School and country on joining, and the event that says so."""

    school: str
    country: str
    event: str


class RecognitionQueries:
    """Reads of recognition."""

    def __init__(self, handler: Handler, views: ViewReader, records: PrivateRecords) -> None:
        self._handler = handler
        self._views = views
        self._records = records

    async def membership(self, project: str, teacher: str) -> Membership:
        """The teacher's place in a project that runs.

        Raises:
            NotAMember: nothing is known of it (yet).
        """
        document = await self._views.get(MEMBERS, project)
        found = document and document["members"].get(teacher)
        if not found:
            raise NotAMember(project=project)
        return Membership(found["school"], found["country"], found["event"])

    async def seals_of(self, teacher: str) -> list[dict[str, Any]]:
        """Every seal that the teacher holds."""
        return await self._views.find(SEALS, {"teacher": teacher}, MOST)

    async def held_seals(self, teacher: str) -> list[dict[str, Any]]:
        """Every seal of the teacher, for an export."""
        found = await self._views.slice(SEALS, {"teacher": teacher}, _SEAL)
        return sorted(_only(found, _SEAL), key=lambda one: (one["since"], one["kind"]))

    async def held_applications(self, teacher: str) -> list[dict[str, Any]]:
        """Every application of the teacher, for an export."""
        found = await self._views.slice(APPLICATIONS, {"teacher": teacher}, _APPLICATION)
        return sorted(_only(found, _APPLICATION), key=lambda one: str(one["application"]))

    async def applications_to(self, country: str, status: str) -> list[dict[str, Any]]:
        """Applications of a country in one status: the work list of assessors and officers. Whoever was erased is not
        in it: nobody waits for that any more."""
        found = await self._views.find(APPLICATIONS, {"country": country, "status": status}, MOST)
        erased = await self._records.erased(str(one["teacher"]) for one in found)
        return [one for one in found if one["teacher"] not in erased]

    async def application(self, application: str) -> tuple[ApplicationAnswer, int] | None:
        """One application and its version, from its stream."""
        state, history = await self._handler.state(APPLICATION, application)
        if state.status is Status.NONE:
            return None
        answer = ApplicationAnswer(
            application=state.id,
            status=state.status,
            project=state.project,
            teacher=state.teacher,
            country=state.country,
        )
        return answer, history.version

    async def dossier(self, project: str) -> tuple[DossierAnswer, int] | None:
        """One dossier and its version, from its stream."""
        state, history = await self._handler.state(DOSSIER, project)
        if not history.version:
            return None
        answer = DossierAnswer(
            dossier=project,
            founding_countries=state.founding_countries,
            seal_countries=state.countries,
            proposed_by=state.proposed_by,
            qualified=state.qualified,
            holders=tuple(sorted(state.granted)),
        )
        return answer, history.version


def _only(found: list[dict[str, Any]], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in fields if name in one} for one in found]
