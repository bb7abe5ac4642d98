"""The rules that vary by node and date: each a named, numbered version that never changes once published."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared.nodes.country import Data

PolicyKind = Literal["validation", "director", "accounts", "project_approval", "nqs", "eqs", "deadlines"]
PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]


METHODS = {
    "representative_after_director": ("confirmation_link", "representative"),
    "support_service_after_representative": ("confirmation_link", "national_support"),
    "representative_after_certificate": ("signed_certificate", "representative"),
}
"""What a method of validation means: the director's proof, and who decides."""


class Validation(Data):
    """How a teacher is validated (FAQ L19-20) and how long the decision may take.

    `director_proof` is what the director's approval looks like; `decided_by` who validates once it is there: both as
    the method says.
    """

    method: Literal[
        "representative_after_director",
        "support_service_after_representative",
        "representative_after_certificate",
    ]
    director_proof: Literal["confirmation_link", "signed_certificate"]
    decided_by: Literal["representative", "national_support"]
    max_days: int = Field(gt=0)
    """Calendar days from the opening of a case to its decision."""
    again_on_school_change: bool
    certificate_days: int | None = Field(default=None, gt=0)
    """Calendar days in which the teacher sends the form that the director signed; none: there is no form."""
    approvals_needed: int = Field(default=1, gt=0)
    """How many officers have to approve before the teacher is validated."""
    validity_years: int | None = Field(default=None, gt=0)
    """Calendar years until the teacher has to be validated again; none: never."""

    @model_validator(mode="after")
    def _as_the_method_says(self) -> "Validation":
        if (self.director_proof, self.decided_by) != METHODS[self.method]:
            raise ValueError(f"{self.method} means {' and '.join(METHODS[self.method])}")
        return self


class DirectorQuestion(Data):
    """How long a school's director is asked, and how often (FAQ L19)."""

    reminder_days: tuple[int, ...]
    """Days after the question on which an unanswered one is repeated."""
    escalate_after_days: int = Field(gt=0)
    """Days after the question on which an unanswered one goes to the national support service."""
    more_time_days: int = Field(gt=0)
    """How much longer the link works for a director who needs time."""
    extensions: int = Field(ge=0)
    """How often more time can be had."""


class Accounts(Data):
    """What becomes of accounts that are not finished, or not used (FAQ L22-25)."""

    draft: timedelta
    """How long after its last link a registration may be resumed."""
    recovery_link: timedelta
    email_change_link: timedelta
    inactive_after_years: int = Field(gt=0)
    """Calendar years since the last access."""
    removed_after_years: int = Field(gt=0)
    """Calendar years since the last access."""
    warned_months_before: int = Field(gt=0)
    """Calendar months before either of them."""
    schools_at_most: int | None = Field(default=None, gt=0)
    """At how many schools a teacher is at once, the main one included; none: at as many as there are."""
    new_schools_a_day: int | None = Field(default=None, gt=0)
    """How many schools a teacher brings in on one day (UTC), added or changed to; none: as many as there are."""


class ProjectApproval(Data):
    """Who has to approve a project before it starts."""

    approvers: Literal["both_founding_nodes"]
    directors_asked: bool


class NQSRubric(Data):
    """Points that an assessor gives for each criterion, and when they are enough."""

    criteria: tuple[str, ...] = Field(min_length=1)
    points_min: int = Field(ge=0)
    points_max: int
    threshold: int
    """The least total with which the seal may be granted."""
    minimum_per_criterion: int
    """The least points in every single criterion."""
    reapplications: int = Field(ge=0)
    """How often a refused teacher may apply again for the same project."""
    max_applications_per_school_year: int | None = None

    @model_validator(mode="after")
    def _attainable(self) -> "NQSRubric":
        most = self.points_max * len(self.criteria)
        if not self.points_min <= self.minimum_per_criterion <= self.points_max or self.threshold > most:
            raise ValueError(f"nobody can reach {self.threshold} of {most} points under this rubric")
        return self


class EQSRule(Data):
    """When a project qualifies for the European Quality Seal, and who awards it (FAQ L9, L32)."""

    award: Literal["immediate", "yearly_by_central_support"]
    min_nqs: int = Field(gt=0)
    min_nqs_countries: int = Field(gt=0)
    proposed_by: Literal["granting_national_support"]
    min_proposals: int = Field(gt=0)
    min_founding_countries: int = Field(gt=0)
    nominated_share: float | None = Field(default=None, gt=0, le=1)
    """The part of the eligible projects that a node may nominate; none: all of them."""
    min_average_points: int | None = None
    """Average points of the project's seals have to be above this."""


class Deadlines(Data):
    """How long what was mailed stays valid, counted from the event that offers it."""

    registration_link: timedelta
    director_link: timedelta
    office_offer: timedelta


class PolicyVersion(Data):
    """What every version of every policy has."""

    id: PolicyId
    version: int = Field(gt=0)
    valid_from: date
    source: str
    """Where the rule comes from: a line of the FAQ, a practice, or that it is assumed."""
    assumption: str | None = None
    """What in this policy is assumed, in a sentence; none: it is all sourced."""

    @property
    def reference(self) -> str:
        """How a decision records the version it used: `nqs.default@1`."""
        return f"{self.id}@{self.version}"


class ValidationPolicy(PolicyVersion):
    kind: Literal["validation"]
    content: Validation


class DirectorPolicy(PolicyVersion):
    kind: Literal["director"]
    content: DirectorQuestion


class AccountsPolicy(PolicyVersion):
    kind: Literal["accounts"]
    content: Accounts


class ProjectApprovalPolicy(PolicyVersion):
    kind: Literal["project_approval"]
    content: ProjectApproval


class NQSPolicy(PolicyVersion):
    kind: Literal["nqs"]
    content: NQSRubric


class EQSPolicy(PolicyVersion):
    kind: Literal["eqs"]
    content: EQSRule


class DeadlinesPolicy(PolicyVersion):
    kind: Literal["deadlines"]
    content: Deadlines


Policy = Annotated[
    ValidationPolicy
    | DirectorPolicy
    | AccountsPolicy
    | ProjectApprovalPolicy
    | NQSPolicy
    | EQSPolicy
    | DeadlinesPolicy,
    Field(discriminator="kind"),
]
