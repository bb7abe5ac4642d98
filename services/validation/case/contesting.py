"""After a refusal: one second look by another officer, or the national support service takes it up again."""

from collections.abc import Callable, Mapping
from typing import Any

from services.validation.case.authority import OF_OFFICERS, authorise, refuse_same_officer
from services.validation.case.state import Case, Decision
from services.validation.case.violations import (
    CaseDecidedOtherwise,
    NothingToContest,
    NothingToReopen,
    RefusalContestedBefore,
    RefusalNotContested,
    SecondLookByAnotherOfficer,
)
from services.validation.commands import ContestRefusal, ReopenCase, UpholdRefusal
from shared.contracts.base import Command, Event
from shared.contracts.validation import RefusalContested, RefusalUpheld, ValidationReopened
from shared.event_store.violations import NotFound, RuleViolation


def contest_refusal(state: Case, command: ContestRefusal) -> tuple[Event, ...]:
    """The refused teacher's right, once: the national support service looks again."""
    if not state.teacher or command.teacher != state.teacher:
        raise NotFound
    if state.contested:
        return ()
    if state.had_second_look:
        raise RefusalContestedBefore(case=state.id)
    if state.decision is not Decision.REJECTED:
        raise NothingToContest(case=state.id, decision=state.decision)
    return (
        RefusalContested(
            case=state.id,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
            region=state.region,
            statement=command.statement,
        ),
    )


def uphold_refusal(state: Case, command: UpholdRefusal) -> tuple[Event, ...]:
    """The second look came to the same: final, a later approval included. A new case needs a new registration there."""
    authorise(state, "uphold", command)
    if state.decision is Decision.UPHELD:
        return ()
    if state.decision is not None and state.had_second_look:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if not state.contested:
        raise RefusalNotContested(case=state.id)
    refuse_same_officer(state, command)
    return (RefusalUpheld(case=state.id, teacher=state.teacher, school=state.school, reason=command.reason),)


def reopen_case(state: Case, command: ReopenCase) -> tuple[Event, ...]:
    """A refusal is taken up again: the approval came late, or the refusal was a mistake (rules §4.10).

    Not after a second look: that was final, else a refused teacher would have as many looks as officers.
    """
    authorise(state, "reopen", command)
    if state.decision is None:
        raise NothingToReopen(case=state.id)
    if state.decision is not Decision.REJECTED:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    return (
        ValidationReopened(
            case=state.id,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
            region=state.region,
            reason=command.reason,
        ),
    )


DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    ContestRefusal: contest_refusal,
    UpholdRefusal: uphold_refusal,
    ReopenCase: reopen_case,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ContestRefusal: (NotFound, RefusalContestedBefore, NothingToContest),
    UpholdRefusal: (*OF_OFFICERS, CaseDecidedOtherwise, RefusalNotContested, SecondLookByAnotherOfficer),
    ReopenCase: (*OF_OFFICERS, NothingToReopen, CaseDecidedOtherwise),
}
