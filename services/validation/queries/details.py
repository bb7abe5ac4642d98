"""What an officer has to know of a case to vouch or decide, joined in from the records of whoever took it in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.validation.queries.words import OWN, Words
from services.validation.views import APPLICANTS, SCHOOL_NAMES, role_at
from shared.contracts.base import Service
from shared.private_records.records import Erased, Found, Lookup, Missing
from shared.views.reader import ViewReader

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Details:
    """`school`: of the view `school_names`. `incomplete`: something is not known yet, or its owner does not answer now;
    what was erased is simply not there."""

    role: str | None
    school: Document | None
    applicant: Mapping[str, str]
    director: Mapping[str, str]
    evidence: Mapping[str, str]
    contest: Mapping[str, str]
    incomplete: bool


class DetailQueries:
    """Reads the private side of cases; who may have it is asked before."""

    def __init__(self, views: ViewReader, words: Words) -> None:
        self._views = views
        self._words = words

    async def of(self, case: Document) -> Details:
        """What is private about a case, a document of the view `cases`."""
        applicant = await self._views.get(APPLICANTS, case["teacher"])
        school = await self.school(case["school"])
        name = None if applicant is None else applicant["name"]
        wanted: tuple[tuple[Service, str | None], ...] = (
            ("registration", name),
            (case["contact_owner"], case["contact"]),
            (OWN, case["evidence_statement"]),
            (OWN, case["contest_statement"]),
        )
        found = [None if record is None else await self._words.of(owner, record) for owner, record in wanted]
        return Details(
            role=None if applicant is None else role_at(applicant, case["school"]),
            school=school,
            applicant=_said(found[0]),
            director=_said(found[1]),
            evidence=_said(found[2]),
            contest=_said(found[3]),
            incomplete=name is None or school is None or _any_missing(found),
        )

    async def school(self, school: str) -> Document | None:
        """What the school is called, which is public: `{school, official_id, name, city}`; nothing: not known yet."""
        return await self._views.get(SCHOOL_NAMES, school)


def _said(found: Lookup | None) -> Mapping[str, str]:
    match found:
        case Found():
            return found.fields
        case Erased() | Missing() | None:
            return {}


def _any_missing(found: Iterable[Lookup | None]) -> bool:
    return any(isinstance(one, Missing) for one in found)
