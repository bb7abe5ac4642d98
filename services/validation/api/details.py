"""What an officer vouches for and decides on: names, the director's address, what was written. Each look is logged."""

from typing import Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.validation.api.answers import CaseAnswer
from services.validation.api.desk import Desk
from services.validation.case import DecidesOnOneself
from services.validation.commands import Evidence
from services.validation.queries import DetailQueries, Words
from shared.contracts.registration import TeacherRole
from shared.event_store.violations import NotFound
from shared.identity.live_offices import NotInOffice
from shared.identity.tokens import Principal
from shared.web.authentication import SignedIn
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for

log = structlog.get_logger()


class ApplicantDetails(BaseModel):
    """Who wants to be validated, as typed at the registration; nothing where it was erased."""

    given_name: str | None
    family_name: str | None
    role: TeacherRole | None


class SchoolDetails(BaseModel):
    """The school as the register knows it."""

    school: str
    official_id: str | None
    name: str | None
    city: str | None


class DirectorDetails(BaseModel):
    """Whom the case would write to, or wrote to. `record`: what whoever vouches for this very address names."""

    record: str
    name: str | None
    email: str | None


class CaseDetails(BaseModel):
    """What is private about a case."""

    case: str
    applicant: ApplicantDetails
    school: SchoolDetails
    director: DirectorDetails | None = Field(description="None: no address is known that still counts.")
    evidence: Evidence | None = Field(description="How the director approved, if by another way than the mailed link.")
    evidence_statement: str | None = Field(description="What an officer wrote down about that approval.")
    contest_statement: str | None = Field(description="Why the teacher contests the refusal.")
    certificate_filed: bool = Field(description="The signed form is there: `GET …/certificate`.")
    incomplete: bool = Field(description="Part of it is not to be had now: ask again. What was erased stays empty.")


class CaseFile:
    """The private side of a case, for whoever may have it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._details = DetailQueries(desk.host.views, Words(desk.host.records, desk.host.replicas))

    async def opened(self, found: CaseAnswer, document: dict[str, Any], who: Principal) -> CaseDetails:
        """For an officer of the place who may act on cases, but never on one's own.

        Raises:
            NotInOffice: somebody who only sees where the case stands.
            DecidesOnOneself: the applicant.
        """
        acting = await self._desk.in_office(found, who)
        if who.person == found.teacher:
            raise DecidesOnOneself(case=found.case)
        log.info("case_details_read", case=found.case, person=who.person, office=acting.officer.office)
        return await self._told(document)

    async def school(self, document: dict[str, Any]) -> SchoolDetails:
        """Of the case's school, for whoever sees the case."""
        return _school(document["school"], await self._details.school(document["school"]))

    async def _told(self, document: dict[str, Any]) -> CaseDetails:
        details = await self._details.of(document)
        contact, evidence = document["contact"], document["evidence"]
        director = None
        if contact is not None:
            said = details.director
            director = DirectorDetails(record=contact, name=said.get("name"), email=said.get("email"))
        return CaseDetails(
            case=document["case"],
            applicant=ApplicantDetails.model_validate(
                {name: details.applicant.get(name) for name in ("given_name", "family_name")} | {"role": details.role}
            ),
            school=_school(document["school"], details.school),
            director=director,
            evidence=None if evidence == "link" else evidence,
            evidence_statement=details.evidence.get("statement"),
            contest_statement=details.contest.get("statement"),
            certificate_filed=document["certificate"] is not None,
            incomplete=details.incomplete,
        )


def _school(school: str, known: dict[str, Any] | None) -> SchoolDetails:
    return SchoolDetails.model_validate(
        {"official_id": None, "name": None, "city": None, "school": school} | (known or {})
    )


class DetailRoutes:
    """`GET /validation/cases/{case}/details`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._file = CaseFile(desk)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        refusals = responses_for(NotFound, NotInOffice, DecidesOnOneself)
        routes.add_api_route("/cases/{case}/details", self.details, responses=refusals)
        return routes

    async def details(self, case: UUID, who: SignedIn, response: Response) -> CaseDetails:
        """Names, the director's address and what was written, for the officers who may decide on the case."""
        found, document, version = await self._desk.visible(case, who)
        answer = await self._file.opened(found, document, who)
        set_etag(response, version)
        response.headers["Cache-Control"] = "no-store"
        return answer
