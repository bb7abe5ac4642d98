"""A case begins by itself, follows its school and its teacher, and may be taken over, withdrawn or lapse."""

from collections.abc import Callable, Mapping
from typing import Any

from services.validation.case.state import APPLICANT_IS_DIRECTOR, Case, Decision
from services.validation.commands import EscalateCase, LapseValidation, MoveCase, OpenCase, WithdrawCase
from shared.contracts.base import Command, Event
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    ValidationLapsed,
    ValidationOpened,
    ValidationWithdrawn,
)
from shared.event_store.violations import NotFound, RuleViolation


def open_case(state: Case, command: OpenCase) -> tuple[Event, ...]:
    """A case opens by itself (FAQ L17, L19); a head teacher's goes to the national support service (rules §4.8)."""
    if state.teacher:
        return ()
    opened = ValidationOpened(
        case=command.case,
        teacher=command.teacher,
        school=command.school,
        country=command.country,
        region=command.region,
        locale=command.locale,
        director_contact=command.director_contact,
    )
    if command.role != "head_teacher":
        return (opened,)
    return (
        opened,
        CaseEscalated(
            case=command.case,
            teacher=command.teacher,
            school=command.school,
            country=command.country,
            region=command.region,
            reason=APPLICANT_IS_DIRECTOR,
        ),
    )


def escalate_case(state: Case, command: EscalateCase) -> tuple[Event, ...]:
    """Nobody answers, or nobody decides in time: the national support service has the case from now on.

    Quiet where that is so already, and where what was waited for has come.
    """
    _refuse_unknown(state)
    if state.decision is not None or state.held_by == "national_support":
        return ()
    came = state.answer is not None if command.reason == "director_silent" else state.certificate is not None
    if command.reason != "overdue" and came:
        return ()
    return (
        CaseEscalated(
            case=state.id,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
            region=state.region,
            reason=command.reason,
        ),
    )


def move_case(state: Case, command: MoveCase) -> tuple[Event, ...]:
    """The school belongs to another region now; a case that has ended stays where it was decided."""
    _refuse_unknown(state)
    if state.region == command.region or state.decision is not None:
        return ()
    return (
        CaseMoved(
            case=state.id,
            school=state.school,
            country=state.country,
            region=command.region,
            from_region=state.region,
        ),
    )


def withdraw_case(state: Case, command: WithdrawCase) -> tuple[Event, ...]:
    """The teacher left the school or was forgotten: whatever was waited for is not needed any more."""
    _refuse_unknown(state)
    if state.decision is not None:
        return ()
    return (ValidationWithdrawn(case=state.id, teacher=state.teacher, school=state.school, reason=command.reason),)


def lapse_validation(state: Case, command: LapseValidation) -> tuple[Event, ...]:
    """The years that the node gave are over: a new case opens, with the contact that the teacher once gave."""
    _refuse_unknown(state)
    over = state.valid_until is not None and command.at >= state.valid_until
    if state.decision is not Decision.VALIDATED or not over or state.given is None:
        return ()
    return (
        ValidationLapsed(
            case=state.id,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
            region=state.region,
            locale=state.locale,
            director_contact=state.given,
            role="head_teacher" if state.applicant_is_director else "teacher",
        ),
    )


def _refuse_unknown(state: Case) -> None:
    if not state.teacher:
        raise NotFound


DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    OpenCase: open_case,
    EscalateCase: escalate_case,
    MoveCase: move_case,
    WithdrawCase: withdraw_case,
    LapseValidation: lapse_validation,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    OpenCase: (),
    EscalateCase: (NotFound,),
    MoveCase: (NotFound,),
    WithdrawCase: (NotFound,),
    LapseValidation: (NotFound,),
}
