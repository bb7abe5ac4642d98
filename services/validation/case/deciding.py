"""Officers report, validate and refuse; the order is fixed: the director approves first (FAQ L20)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from services.validation.case.authority import OF_OFFICERS, authorise, refuse_same_officer
from services.validation.case.opening import escalated
from services.validation.case.state import APPLICANT_IS_DIRECTOR, Answer, Case, Decision
from services.validation.case.violations import (
    CaseDecidedOtherwise,
    CountryWithdrawn,
    DirectorHasNotApproved,
    ReasonNotYours,
    RefusalIsContested,
    RefusalNeedsReason,
    ReportedOtherwise,
    SecondLookByAnotherOfficer,
)
from services.validation.commands import (
    PassOnCase,
    RejectTeacher,
    ReportTeacher,
    TakeoverReason,
    ValidateTeacher,
)
from shared.contracts.base import Command, Event
from shared.contracts.validation import (
    TeacherRejected,
    TeacherReported,
    TeacherValidated,
    ValidationEndorsed,
    ValidityLimited,
)
from shared.event_store.violations import RuleViolation

REASONS_OF_THE_CASE = frozenset({APPLICANT_IS_DIRECTOR, *get_args(TakeoverReason)})
"""Why a case goes to the national support service by itself."""


def report_teacher(state: Case, command: ReportTeacher) -> tuple[Event, ...]:
    """The representative reports, the national support service decides (practice in Spain)."""
    reported = state.recommendation
    authorise(state, "report", command, command.decided_by, "representative" if reported else None)
    if reported == command.recommendation:
        return ()
    if reported is not None:
        raise ReportedOtherwise(case=state.id, recommendation=reported)
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if command.recommendation == "validate" and state.answer is not Answer.APPROVED:
        raise DirectorHasNotApproved(case=state.id, answer=state.answer)
    if command.recommendation == "reject" and command.reason is None:
        raise RefusalNeedsReason(case=state.id)
    return (
        TeacherReported(
            case=state.id,
            teacher=state.teacher,
            country=state.country,
            region=state.region,
            recommendation=command.recommendation,
            reason=command.reason,
        ),
    )


def pass_on_case(state: Case, command: PassOnCase) -> tuple[Event, ...]:
    """The representative cannot or should not decide: the national support service has it from now on (rules §4.8).

    A reason that the case gives by itself is not an officer's to give: it says what a clock or the applicant's role
    says, and some close other ways.
    """
    authorise(replace(state, held_by="representative"), "pass_on", command)
    if command.reason in REASONS_OF_THE_CASE:
        raise ReasonNotYours(case=state.id, reason=command.reason)
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if state.held_by == "national_support":
        return ()
    return (escalated(state, command.reason),)


def validate_teacher(state: Case, command: ValidateTeacher) -> tuple[Event, ...]:
    """The director approves, then the teacher is validated (FAQ L20), by as many officers as the node wants.

    Two officers at once: the second sees the first's decision (rules §4.9).
    """
    authorise(state, "validate", command, command.decided_by)
    if state.decision is Decision.VALIDATED:
        return ()
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    refuse_same_officer(state, command)
    if command.withdrawn_since is not None:
        raise CountryWithdrawn(country=state.country, since=command.withdrawn_since.isoformat())
    if state.answer is not Answer.APPROVED:
        raise DirectorHasNotApproved(case=state.id, answer=state.answer)
    if command.officer.person in state.endorsed_by and len(state.endorsed_by) < command.approvals_needed:
        return ()
    return (*_endorsement(state, command), *_validation(state, command))


def _endorsement(state: Case, command: ValidateTeacher) -> tuple[Event, ...]:
    """Where one is enough, the validation itself says so."""
    if command.approvals_needed == 1 or command.officer.person in state.endorsed_by:
        return ()
    return (
        ValidationEndorsed(
            case=state.id,
            by=command.officer.person,
            count=len(state.endorsed_by) + 1,
            needed=command.approvals_needed,
        ),
    )


def _validation(state: Case, command: ValidateTeacher) -> tuple[Event, ...]:
    approvals = {*state.endorsed_by, command.officer.person}
    if len(approvals) < command.approvals_needed:
        return ()
    validated = TeacherValidated(
        case=state.id, teacher=state.teacher, school=state.school, country=state.country, region=state.region
    )
    if command.valid_until is None:
        return (validated,)
    return (validated, ValidityLimited(case=state.id, teacher=state.teacher, until=command.valid_until))


def reject_teacher(state: Case, command: RejectTeacher) -> tuple[Event, ...]:
    """Not admitted, before the director answers too; a contested refusal is upheld instead."""
    authorise(state, "reject", command, command.decided_by)
    if state.decision is Decision.REJECTED:
        return ()
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if state.contested:
        raise RefusalIsContested(case=state.id)
    return (
        TeacherRejected(
            case=state.id,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
            region=state.region,
            reason=command.reason,
            by=command.officer.person,
            office="national_support" if command.officer.kind == "national_support_officer" else "representative",
        ),
    )


DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    ReportTeacher: report_teacher,
    PassOnCase: pass_on_case,
    ValidateTeacher: validate_teacher,
    RejectTeacher: reject_teacher,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ReportTeacher: (
        *OF_OFFICERS,
        CaseDecidedOtherwise,
        DirectorHasNotApproved,
        RefusalNeedsReason,
        ReportedOtherwise,
    ),
    PassOnCase: (*OF_OFFICERS, ReasonNotYours, CaseDecidedOtherwise),
    ValidateTeacher: (
        *OF_OFFICERS,
        CaseDecidedOtherwise,
        SecondLookByAnotherOfficer,
        CountryWithdrawn,
        DirectorHasNotApproved,
    ),
    RejectTeacher: (*OF_OFFICERS, CaseDecidedOtherwise, RefusalIsContested),
}
