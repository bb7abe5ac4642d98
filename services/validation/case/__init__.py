"""One case: is this teacher on the staff of that school? No validation before the director's approval (FAQ L19-20)."""

from collections.abc import Mapping

from services.validation.case import answering, asking, contesting, deciding, opening
from services.validation.case.state import Answer, Case, CaseEvent, Contact, Decision, Question, evolve
from services.validation.case.violations import (
    ApplicantIsDirector,
    CaseDecidedOtherwise,
    CertificateInstead,
    CertificateNotFiled,
    CountryWithdrawn,
    DecidesOnOneself,
    DirectorAnsweredOtherwise,
    DirectorContactChanged,
    DirectorContactUnknown,
    DirectorHasNotApproved,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NoCertificateWanted,
    NoMoreTime,
    NothingToContest,
    NothingToReopen,
    NotInCharge,
    ReasonNotYours,
    RefusalContestedBefore,
    RefusalIsContested,
    RefusalNeedsReason,
    RefusalNotContested,
    ReportedOtherwise,
    SecondLookByAnotherOfficer,
    TooManyForms,
)
from shared.contracts.base import Command
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

CASE: Aggregate[Case] = Aggregate(
    name="case",
    initial=Case(),
    evolve=evolve,
    decisions={
        **opening.DECISIONS,
        **asking.DECISIONS,
        **answering.DECISIONS,
        **deciding.DECISIONS,
        **contesting.DECISIONS,
    },
)

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    **opening.REFUSALS,
    **asking.REFUSALS,
    **answering.REFUSALS,
    **deciding.REFUSALS,
    **contesting.REFUSALS,
}
"""What each command may be refused for: documented with its route."""

__all__ = [
    "CASE",
    "REFUSALS",
    "Answer",
    "ApplicantIsDirector",
    "Case",
    "CaseDecidedOtherwise",
    "CaseEvent",
    "CertificateInstead",
    "CertificateNotFiled",
    "Contact",
    "CountryWithdrawn",
    "DecidesOnOneself",
    "Decision",
    "DirectorAnsweredOtherwise",
    "DirectorContactChanged",
    "DirectorContactUnknown",
    "DirectorHasNotApproved",
    "DirectorLinkClosed",
    "DirectorLinkExpired",
    "NoCertificateWanted",
    "NoMoreTime",
    "NotInCharge",
    "NothingToContest",
    "NothingToReopen",
    "Question",
    "ReasonNotYours",
    "RefusalContestedBefore",
    "RefusalIsContested",
    "RefusalNeedsReason",
    "RefusalNotContested",
    "ReportedOtherwise",
    "SecondLookByAnotherOfficer",
    "TooManyForms",
    "evolve",
]
