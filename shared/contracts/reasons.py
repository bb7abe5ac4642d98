"""The codes that people choose a reason from, an act each.

Closed lists: whoever may write any word can write a name, and an event is kept for ever (rules §4.17). What needs words
goes into a statement, which is a private record. An event accepts every code that was ever listed.
"""

from typing import Literal, TypeAlias

BlockReason: TypeAlias = Literal[
    "misuse", "technical_fault", "data_not_true", "investigation", "complaint_pending", "other"
]
"""Administrative or technical (FAQ L24)."""
UnblockReason: TypeAlias = Literal["cleared_up", "data_corrected", "complaint_settled", "other"]
HoldReason: TypeAlias = Literal["court_order", "investigation", "complaint_pending", "other"]
"""Why personal data may not be forgotten yet."""
ReleaseReason: TypeAlias = Literal["order_lifted", "case_closed", "complaint_settled", "other"]
RevocationReason: TypeAlias = Literal["resigned", "term_ended", "replaced", "misuse", "other"]
"""Why an office ends."""
ClosureReason: TypeAlias = Literal["closed_down", "closed_by_authority", "closed_in_register", "not_official", "other"]
"""Why a school is closed."""
NoSchoolReason: TypeAlias = Literal["not_official", "not_before_university", "known_already", "no_such_school", "other"]
"""Why a school that a teacher proposed is not added: official and pre-university it must be (FAQ L15)."""
RejectionReason: TypeAlias = Literal[
    "not_on_staff", "no_such_teacher", "no_answer", "not_official", "data_not_true", "other"
]
"""Why a teacher is not validated (FAQ L20)."""
PassingOnReason: TypeAlias = Literal["knows_the_applicant", "out_of_office", "unsure", "other"]
"""Why a representative hands a case to the national support service."""
ReopeningReason: TypeAlias = Literal["late_approval", "data_corrected", "mistaken", "other"]
ProjectRejectionReason: TypeAlias = Literal["no_pedagogical_plan", "incomplete", "not_for_pupils", "other"]
"""Why a national support service does not approve a project."""
