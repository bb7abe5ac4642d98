"""What routes answer about a case: identifiers, codes and decisions, never a person's name or words."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.validation.queries import Allowed, Durations, owner_due, policy_due
from shared.web.paging import Page

Status = Literal[
    "opened",
    "certificate_requested",
    "certificate_filed",
    "director_asked",
    "contact_failed",
    "director_approved",
    "director_refused",
    "reported",
    "contested",
    "reopened",
    "validated",
    "rejected",
    "upheld",
    "lapsed",
    "withdrawn",
]
"""The one word for where a case stands. `upheld`: refused, and the second look came to the same."""

AnyOpen = Literal["open"]
"""In a question: every status of a case that has not ended."""

OwnerName = Literal["representative", "national_support", "director", "teacher"]
HeldBy = Literal["representative", "national_support"]

Next = Literal[
    "address_is_confirmed",
    "director_answers",
    "certificate_is_filed",
    "certificate_is_checked",
    "another_address_is_found",
    "representative_decides",
    "national_support_decides",
    "second_look",
    "may_be_contested",
    "nothing",
]


class OwnerAnswer(BaseModel):
    """Who has to do something next: an office and its place, the school's director, the teacher; never a name."""

    who: OwnerName | None
    country: str
    region: str | None
    since: datetime


class CaseAnswer(BaseModel):
    """Where a case stands: identifiers and decisions only. `next`: what usually happens then.

    `transferred_from`: the case by whose validation the teacher is valid here too; this one asked nobody.
    """

    case: str
    teacher: str
    school: str
    country: str
    region: str | None
    status: Status
    opened_at: datetime
    owner: OwnerAnswer
    held_by: HeldBy
    next: Next
    answer: Literal["approved", "refused"] | None
    evidence: Literal["link", "letter", "telephone", "certificate"] | None
    link_expires: datetime | None
    director_reason: str | None
    certificate_due: datetime | None
    certificate_filed: bool
    escalated: str | None
    recommendation: Literal["validate", "reject"] | None
    contested: bool
    reason: str | None
    decided_at: datetime | None
    valid_until: datetime | None
    transferred_from: str | None


class Due(BaseModel):
    """Two clocks: the policy's, and that of whoever has to act next (`owner`)."""

    due: datetime = Field(description="When the node's policy wants the case decided.")
    owner_due: datetime | None = Field(
        description="Until when `owner` has time to act: a director until the case is taken over or the link ends, a "
        "teacher until the form is due, an office as long as the policy gives (`due`). None: the case has ended."
    )


class DurationsAnswer(BaseModel):
    """Of the region's latest `cases` decided cases half took at most `half_days`, nine in ten at most `most_days`."""

    cases: int
    half_days: int
    most_days: int


class CaseStanding(CaseAnswer, Due):
    """A case with what it may take, and what usually takes how long in that region, where enough cases tell."""

    durations: DurationsAnswer | None = Field(description="Nothing where fewer than 20 cases were decided.")


class CasePage(Page[CaseAnswer]):
    """A page of cases, newest first; `behind`: the expected change is not in it yet."""

    behind: bool


class MyCases(Page[CaseStanding]):
    """A page of one's own cases, newest first."""


Risk = Literal[
    "overdue",
    "due_soon",
    "contested",
    "contact_failed",
    "director_refused",
    "escalated",
    "applicant_is_director",
    "certificate_late",
    "reopened",
    "nobody_began",
    "only_the_decision_is_missing",
    "waits_for_others",
]


class QueuedCase(CaseAnswer, Due):
    """A case in the queue: `band` 0 (overdue) to 5 (somebody else has to act), and why it is there."""

    band: int
    risk: list[Risk]
    age_days: int


class QueuePage(Page[QueuedCase]):
    """A page of the queue: by band, then by `due`, the policy's date."""


def answer_of(document: dict[str, Any]) -> CaseAnswer:
    """The answer for a document of the view."""
    return CaseAnswer.model_validate(fields_of(document))


def fields_of(document: dict[str, Any]) -> dict[str, Any]:
    """The fields that every answer about a case has."""
    place = {"country": document["country"], "region": document["region"]}
    return document | {
        "owner": place | {"who": document["owner"], "since": document["owner_since"]},
        "next": next_of(document),
        "certificate_filed": document["certificate"] is not None,
    }


def due_of(document: dict[str, Any], time: Allowed) -> dict[str, Any]:
    """The fields of `Due`, under the policies of the day."""
    return {"due": policy_due(document, time), "owner_due": owner_due(document, time)}


def durations_answer(found: Durations | None) -> DurationsAnswer | None:
    if found is None:
        return None
    return DurationsAnswer(cases=found.cases, half_days=found.half, most_days=found.most)


def next_of(document: dict[str, Any]) -> Next:
    """What usually happens next in a case that stands there (FAQ L19-20)."""
    decides: Next = (
        "national_support_decides" if document["held_by"] == "national_support" else "representative_decides"
    )
    by_status: dict[str, Next] = {
        "opened": "address_is_confirmed",
        "certificate_requested": "certificate_is_filed" if document["owner"] == "teacher" else decides,
        "certificate_filed": "certificate_is_checked",
        "director_asked": "director_answers" if document["owner"] == "director" else decides,
        "contact_failed": "another_address_is_found",
        "contested": "second_look",
        "reopened": decides if document["answer"] else "address_is_confirmed",
        "validated": "nothing",
        "rejected": "nothing" if document["had_second_look"] else "may_be_contested",
        "upheld": "nothing",
        "lapsed": "nothing",
        "withdrawn": "nothing",
    }
    return by_status.get(document["status"], decides)
