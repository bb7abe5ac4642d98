"""The application of one teacher for one project's National Quality Seal (rules §1.22, §2 "National label")."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.recognition.commands import ApplyForNQS, AssessNQS, DecideNQS, GrantNQS, RefuseNQS
from shared.contracts.base import Command
from shared.contracts.recognition import NQSApplied, NQSAssessed, NQSGranted, NQSRefused, Score
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

ApplicationEvent: TypeAlias = NQSApplied | NQSAssessed | NQSGranted | NQSRefused


class Status(StrEnum):
    NONE = "none"
    APPLIED = "applied"
    ASSESSED = "assessed"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Application:
    """School and country are frozen at application (rules, edge case 1)."""

    status: Status = Status.NONE
    id: str = ""
    project: str = ""
    teacher: str = ""
    school: str = ""
    country: str = ""
    assessor: str = ""
    scores: tuple[Score, ...] = ()


class NoSuchApplication(NotFound):
    """Nobody applied under this identifier."""


class OwnApplication(Forbidden):
    """Nobody assesses or decides about themselves."""


class OutsideJurisdiction(Forbidden):
    """Another country's application: only the national service of the school's country decides."""


class NotAssessed(RuleViolation):
    """A decision needs an assessment first."""


class AlreadyDecided(RuleViolation):
    """The application was decided the other way; `status` says how."""


class AlreadyAssessed(RuleViolation):
    """Another assessment stands."""


class ScoresIncomplete(RuleViolation):
    """Each criterion of the rubric needs exactly one score within its points."""


class BelowThreshold(RuleViolation):
    """The points do not reach what the node's policy asks for."""


class AboveThreshold(RuleViolation):
    """The points reach what the node's policy asks for: it cannot be refused on points."""


def evolve(state: Application, event: ApplicationEvent) -> Application:
    """The application after an event."""
    match event:
        case NQSApplied():
            return Application(
                Status.APPLIED, event.application, event.project, event.teacher, event.school, event.country
            )
        case NQSAssessed():
            return replace(state, status=Status.ASSESSED, assessor=event.assessor, scores=event.scores)
        case NQSGranted():
            return replace(state, status=Status.GRANTED)
        case NQSRefused():
            return replace(state, status=Status.REFUSED)
        case _:
            assert_never(event)


def apply_for_nqs(state: Application, command: ApplyForNQS) -> tuple[ApplicationEvent, ...]:
    """One application per teacher and project; asking again changes nothing."""
    if state.status is not Status.NONE:
        return ()
    return (
        NQSApplied(
            application=command.application,
            project=command.project,
            teacher=command.teacher,
            school=command.school,
            country=command.country,
        ),
    )


def assess_nqs(state: Application, command: AssessNQS) -> tuple[ApplicationEvent, ...]:
    """Exactly one score for each criterion; the same assessment again changes nothing."""
    _refuse_self(state, command.assessor)
    if state.status is not Status.APPLIED:
        if (state.assessor, state.scores) == (command.assessor, command.scores):
            return ()
        raise AlreadyAssessed(application=state.id, status=state.status)
    given = sorted(score.criterion for score in command.scores)
    if given != sorted(command.criteria) or any(score.points > command.most_points for score in command.scores):
        raise ScoresIncomplete(application=state.id, criteria=list(command.criteria), most_points=command.most_points)
    total = sum(score.points for score in command.scores)
    return (NQSAssessed(application=state.id, assessor=command.assessor, scores=command.scores, total=total),)


def grant_nqs(state: Application, command: GrantNQS) -> tuple[ApplicationEvent, ...]:
    """Granted by the national service of the school's country, when the points suffice."""
    if _decided(state, command, Status.GRANTED):
        return ()
    if not _suffices(state.scores, command):
        raise BelowThreshold(application=state.id, threshold=command.threshold, floor=command.floor)
    return (
        NQSGranted(
            application=state.id,
            project=state.project,
            teacher=state.teacher,
            school=state.school,
            country=state.country,
        ),
    )


def refuse_nqs(state: Application, command: RefuseNQS) -> tuple[ApplicationEvent, ...]:
    """Refused by the national service of the school's country, when the points do not suffice."""
    if _decided(state, command, Status.REFUSED):
        return ()
    if _suffices(state.scores, command):
        raise AboveThreshold(application=state.id, threshold=command.threshold, floor=command.floor)
    return (NQSRefused(application=state.id, project=state.project, teacher=state.teacher, country=state.country),)


def _suffices(scores: tuple[Score, ...], command: DecideNQS) -> bool:
    points = [score.points for score in scores]
    return sum(points) >= command.threshold and min(points) >= command.floor


def _decided(state: Application, command: DecideNQS, wanted: Status) -> bool:
    """True when it was decided this way already; refuses whoever may not decide, and the opposite decision."""
    _refuse_self(state, command.officer)
    if command.country != state.country:
        raise OutsideJurisdiction(application=state.id, country=state.country)
    if state.status in (Status.GRANTED, Status.REFUSED) and state.status is not wanted:
        raise AlreadyDecided(application=state.id, status=state.status)
    if state.status is Status.APPLIED:
        raise NotAssessed(application=state.id)
    return state.status is wanted


def _refuse_self(state: Application, person: str) -> None:
    if state.status is Status.NONE:
        raise NoSuchApplication
    if person == state.teacher:
        raise OwnApplication(application=state.id)


APPLICATION = Aggregate(
    "application",
    Application(),
    evolve,
    {ApplyForNQS: apply_for_nqs, AssessNQS: assess_nqs, GrantNQS: grant_nqs, RefuseNQS: refuse_nqs},
)

_OF_OFFICERS = (NoSuchApplication, OwnApplication)
_OF_DECIDERS = (*_OF_OFFICERS, OutsideJurisdiction, NotAssessed, AlreadyDecided)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ApplyForNQS: (),
    AssessNQS: (*_OF_OFFICERS, AlreadyAssessed, ScoresIncomplete),
    GrantNQS: (*_OF_DECIDERS, BelowThreshold),
    RefuseNQS: (*_OF_DECIDERS, AboveThreshold),
}
"""What each command may be refused for: documented with its route."""
