"""What the API asks of recognition's views."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.recognition.application import Application, Status
from services.recognition.dossier import Dossier
from services.recognition.views import APPLICATIONS, MEMBERS, SEALS
from shared.event_store.violations import NotYetKnown
from shared.views.reader import ViewReader

PAGE = 50


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


class NotAMember(NotYetKnown):
    """This teacher is no member of the project, as far as recognition has heard."""


@dataclass(frozen=True, slots=True)
class Membership:
    """School and country on joining, and the event that says so."""

    school: str
    country: str
    event: str


async def membership(views: ViewReader, project: str, teacher: str) -> Membership:
    """The teacher's place in a project that runs.

    Raises:
        NotAMember: nothing is known of it (yet).
    """
    document = await views.get(MEMBERS, project)
    found = document and document["members"].get(teacher)
    if not found:
        raise NotAMember(project=project)
    return Membership(found["school"], found["country"], found["event"])


async def seals_of(views: ViewReader, teacher: str) -> list[dict[str, Any]]:
    """Every seal that the teacher holds."""
    return await views.find(SEALS, {"teacher": teacher}, PAGE)


async def applications_to(views: ViewReader, country: str, status: str) -> list[dict[str, Any]]:
    """Applications of a country in one status: the work list of assessors and officers."""
    return await views.find(APPLICATIONS, {"country": country, "status": status}, PAGE)


def application_answer(state: Application) -> ApplicationAnswer:
    """One application as the API shows it."""
    return ApplicationAnswer(
        application=state.id,
        status=state.status,
        project=state.project,
        teacher=state.teacher,
        country=state.country,
    )


def dossier_answer(project: str, state: Dossier) -> DossierAnswer:
    """One dossier as the API shows it."""
    return DossierAnswer(
        dossier=project,
        founding_countries=state.founding_countries,
        seal_countries=state.countries,
        proposed_by=state.proposed_by,
        qualified=state.qualified,
        holders=tuple(sorted(state.granted)),
    )
