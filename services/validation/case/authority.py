"""What every officer's command on a case is asked first."""

from typing import Protocol

from services.validation.case.state import Case
from services.validation.case.violations import DecidesOnOneself, NotInCharge, SecondLookByAnotherOfficer
from services.validation.commands import DecidedBy, Officer
from services.validation.policies import Act, may_act
from shared.event_store.violations import NotFound, RuleViolation

OF_OFFICERS: tuple[type[RuleViolation], ...] = (NotFound, NotInCharge, DecidesOnOneself)


class OfOfficer(Protocol):
    """A command of an officer."""

    @property
    def officer(self) -> Officer: ...


def authorise(
    state: Case,
    act: Act,
    command: OfOfficer,
    decided_by: DecidedBy = "representative",
    held_by: DecidedBy | None = None,
) -> None:
    """`held_by`: who had the case when this was done first, for whoever does it again.

    Raises `NotFound`, `DecidesOnOneself`, `NotInCharge`.
    """
    if not state.teacher:
        raise NotFound
    if command.officer.person == state.teacher:
        raise DecidesOnOneself(case=state.id)
    if not may_act(act, command.officer, state.country, state.region, held_by or state.held_by, decided_by):
        raise NotInCharge(case=state.id, held_by=state.held_by)


def refuse_same_officer(state: Case, command: OfOfficer) -> None:
    """The second look is another officer's: nobody judges their own refusal."""
    if state.contested and command.officer.person == state.refused_by:
        raise SecondLookByAnotherOfficer(case=state.id)
