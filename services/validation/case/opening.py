"""A case begins by itself, follows its school and its teacher, and may be taken over, withdrawn or lapse."""

from collections.abc import Callable, Mapping
from typing import Any

from services.validation.case.state import APPLICANT_IS_DIRECTOR, Case, Decision
from services.validation.commands import (
    EscalateCase,
    LapseValidation,
    MergeCaseSchool,
    MoveCase,
    OpenCase,
    SettleTransfer,
    WithdrawCase,
)
from shared.contracts.base import Command, Event, Reason
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    TransferNoted,
    ValidationLapsed,
    ValidationOpened,
    ValidationTransferred,
    ValidationWithdrawn,
)
from shared.event_store.violations import NotFound, RuleViolation


def open_case(state: Case, command: OpenCase) -> tuple[Event, ...]:
    """A case opens by itself (FAQ L17, L19); a head teacher's goes to the national support service (rules §4.8).

    Where the node validates nobody again at another school, it is found out first whether there is a validation.
    """
    if state.teacher or state.transfer is not None:
        return ()
    if not command.again and command.came_by is not None:
        return (_noted(command, command.came_by),)
    opened = ValidationOpened(**_fields(command))
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


def settle_transfer(state: Case, command: SettleTransfer) -> tuple[Event, ...]:
    """The validation goes with the teacher; who has none is asked about as everybody is (FAQ L19)."""
    if state.teacher:
        return ()
    noted = state.transfer
    if noted is None:
        raise NotFound
    fields = noted.model_dump(exclude={"left", "came_by"})
    if command.by is None or (command.until is not None and command.at >= command.until):
        return (ValidationOpened.model_validate(fields),)
    went_along = {"came_by": noted.came_by, "by": command.by, "until": command.until}
    return (ValidationTransferred.model_validate(fields | went_along),)


def escalate_case(state: Case, command: EscalateCase) -> tuple[Event, ...]:
    """Nobody answers, or nobody decides in time: the national support service has the case from now on.

    Quiet where that is so already, and where what was waited for has come.
    """
    _refuse_unknown(state)
    if state.decision is not None or state.held_by == "national_support":
        return ()
    if command.reason == "director_silent" and not _is_silent(state, command):
        return ()
    if command.reason == "certificate_overdue" and state.certificate is not None:
        return ()
    return (escalated(state, command.reason),)


def _is_silent(state: Case, command: EscalateCase) -> bool:
    """Not who has answered, asked for time that is not over, or was never reached; nor once another one is asked."""
    question = state.question
    if question is None or question.attempt != command.attempt or state.answer is not None:
        return False
    return question.extensions == 0 or command.at >= question.link_expires


def escalated(state: Case, reason: Reason) -> CaseEscalated:
    """Why the national support service has the case from now on."""
    return CaseEscalated(
        case=state.id,
        teacher=state.teacher,
        school=state.school,
        country=state.country,
        region=state.region,
        reason=reason,
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


def merge_case_school(state: Case, command: MergeCaseSchool) -> tuple[Event, ...]:
    """The school was registered twice, and goes by its other name now; what was decided stays as it was."""
    _refuse_unknown(state)
    if state.school == command.school or state.decision is not None:
        return ()
    elsewhere = state.applicant_is_director or state.certificate_due is not None or state.taken_up
    return (
        CaseSchoolMerged(
            case=state.id,
            teacher=state.teacher,
            school=command.school,
            from_school=state.school,
            country=state.country,
            region=command.region,
            from_region=state.region,
            director_asked=None if state.question is None else state.question.contact.record.id,
            asks_by_itself=not elsewhere,
        ),
    )


def withdraw_case(state: Case, command: WithdrawCase) -> tuple[Event, ...]:
    """The teacher left the school or was forgotten: whatever was waited for is not needed any more."""
    _refuse_unknown(state)
    if state.decision is not None:
        return ()
    return (ValidationWithdrawn(case=state.id, teacher=state.teacher, school=state.school, reason=command.reason),)


def lapse_validation(state: Case, command: LapseValidation) -> tuple[Event, ...]:
    """The years that the node gave are over: a new case opens, with the contact that the teacher once gave, unless the
    teacher has left the school, or is gone."""
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
            again=command.again,
        ),
    )


def _noted(command: OpenCase, came_by: str) -> TransferNoted:
    return TransferNoted(**_fields(command), left=command.left, came_by=came_by)


def _fields(command: OpenCase) -> dict[str, Any]:
    """What a beginning says of the case, whatever the command says beside."""
    return {name: getattr(command, name) for name in ValidationOpened.model_fields}


def _refuse_unknown(state: Case) -> None:
    if not state.teacher:
        raise NotFound


DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    OpenCase: open_case,
    SettleTransfer: settle_transfer,
    EscalateCase: escalate_case,
    MoveCase: move_case,
    MergeCaseSchool: merge_case_school,
    WithdrawCase: withdraw_case,
    LapseValidation: lapse_validation,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    OpenCase: (),
    SettleTransfer: (NotFound,),
    EscalateCase: (NotFound,),
    MoveCase: (NotFound,),
    MergeCaseSchool: (NotFound,),
    WithdrawCase: (NotFound,),
    LapseValidation: (NotFound,),
}
