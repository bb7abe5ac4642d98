"""One project: two founders of two schools, the approval of each founding country, then partners (FAQ L8-9, L13)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.projects.commands import (
    AcceptCoFounding,
    ApproveForCountry,
    DeclineCoFounding,
    InvitePartner,
    JoinAsPartner,
    ProposeProject,
    RejectProject,
)
from shared.contracts.base import Command, Event
from shared.contracts.projects import (
    CoFounderAccepted,
    CoFounderDeclined,
    Member,
    PartnerInvited,
    PartnerJoined,
    ProjectApprovedByNSS,
    ProjectProposed,
    ProjectRejected,
    ProjectStarted,
)
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

ProjectEvent: TypeAlias = (
    ProjectProposed
    | CoFounderAccepted
    | CoFounderDeclined
    | ProjectApprovedByNSS
    | ProjectRejected
    | ProjectStarted
    | PartnerInvited
    | PartnerJoined
)


class Status(StrEnum):
    PROPOSED = "proposed"
    DECLINED = "declined"
    AWAITING_APPROVAL = "awaiting_approval"
    REJECTED = "rejected"
    RUNNING = "running"


class FoundedWithOneself(RuleViolation):
    """A project is founded by two teachers."""


class SameSchool(RuleViolation):
    """A project is founded by at least two different schools (FAQ L8)."""


class AgesOutsideProgramme(RuleViolation):
    """Pupils are between 3 and 19, and the younger age comes first (FAQ L14)."""


class NotTheInvited(Forbidden):
    """Only the teacher who was invited may answer."""


class NotAMember(Forbidden):
    """Only members of the project may do this."""


class NotAFoundingCountry(Forbidden):
    """The office is of a country that does not decide on this project."""


class DecidesOnOwnProject(Forbidden):
    """Nobody decides on a project of their own."""


class AnsweredOtherwise(RuleViolation):
    """The invited teacher has given the opposite answer, which stands."""


class CoFounderHasNotAccepted(RuleViolation):
    """Approvals open when the co-founder has accepted."""


class DecidedOtherwise(RuleViolation):
    """The opposite decision was taken, and stands."""


class ProjectNotRunning(RuleViolation):
    """Partners join once every founding country has approved."""


@dataclass(frozen=True)
class Project:
    """The state; before ProjectProposed there are no founders."""

    id: str = ""
    status: Status | None = None
    founders: tuple[Member, ...] = ()
    founding_countries: tuple[str, ...] = ()
    approved: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()


def evolve(state: Project, event: ProjectEvent) -> Project:  # noqa: PLR0911 one return an event
    match event:
        case ProjectProposed():
            return Project(id=event.project, status=Status.PROPOSED, founders=(event.founder, event.co_founder))
        case CoFounderAccepted():
            return replace(state, status=Status.AWAITING_APPROVAL, founding_countries=event.founding_countries)
        case CoFounderDeclined():
            return replace(state, status=Status.DECLINED)
        case ProjectApprovedByNSS():
            return replace(state, approved=state.approved | {event.country})
        case ProjectRejected():
            return replace(state, status=Status.REJECTED)
        case ProjectStarted():
            return replace(state, status=Status.RUNNING, members=frozenset(one.teacher for one in event.founders))
        case PartnerInvited():
            return replace(state, invited=state.invited | {event.partner.teacher})
        case PartnerJoined():
            return replace(state, members=state.members | {event.partner.teacher})
        case _:
            assert_never(event)


def propose_project(state: Project, command: ProposeProject) -> tuple[Event, ...]:
    """Two validated teachers of two different schools; of one country is legal (FAQ L8-9)."""
    if state.status is not None:
        return ()
    if command.founder.teacher == command.co_founder.teacher:
        raise FoundedWithOneself
    if command.founder.school == command.co_founder.school:
        raise SameSchool(school=command.founder.school)
    if command.ages is not None and not command.ages.in_programme:
        raise AgesOutsideProgramme(age_from=command.ages.age_from, age_to=command.ages.age_to)
    return (
        ProjectProposed(
            project=command.project,
            founder=command.founder,
            co_founder=command.co_founder,
            title=command.title,
            languages=command.languages,
            subjects=command.subjects,
            ages=command.ages,
        ),
    )


def accept_co_founding(state: Project, command: AcceptCoFounding) -> tuple[Event, ...]:
    """The founding countries are those of the founders' schools, judged here and for ever (FAQ L9)."""
    _asked_of(state, command.teacher)
    if state.status is Status.DECLINED:
        raise AnsweredOtherwise(project=state.id, answer="declined")
    if state.status is not Status.PROPOSED:
        return ()
    countries = tuple(sorted({founder.country for founder in state.founders}))
    return (CoFounderAccepted(project=state.id, teacher=command.teacher, founding_countries=countries),)


def decline_co_founding(state: Project, command: DeclineCoFounding) -> tuple[Event, ...]:
    _asked_of(state, command.teacher)
    if state.status is Status.DECLINED:
        return ()
    if state.status is not Status.PROPOSED:
        raise AnsweredOtherwise(project=state.id, answer="accepted")
    return (CoFounderDeclined(project=state.id, teacher=command.teacher),)


def approve_for_country(state: Project, command: ApproveForCountry) -> tuple[Event, ...]:
    """Each founding country approves once; with the last approval the project starts, in the same commit."""
    _open_to_countries(state, command)
    if command.country in state.approved:
        return ()
    if state.status is Status.REJECTED:
        raise DecidedOtherwise(project=state.id, decision="rejected")
    approval = ProjectApprovedByNSS(project=state.id, country=command.country)
    if state.approved | {command.country} < frozenset(state.founding_countries):
        return (approval,)
    started = ProjectStarted(project=state.id, founders=state.founders, founding_countries=state.founding_countries)
    return (approval, started)


def reject_project(state: Project, command: RejectProject) -> tuple[Event, ...]:
    """One founding country's refusal ends the proposal; after its own approval a country cannot refuse."""
    _open_to_countries(state, command)
    if command.country in state.approved:
        raise DecidedOtherwise(project=state.id, decision="approved")
    if state.status is Status.REJECTED:
        return ()
    return (ProjectRejected(project=state.id, country=command.country, reason=command.reason),)


def invite_partner(state: Project, command: InvitePartner) -> tuple[Event, ...]:
    """Any member of a running project may invite; nobody joins uninvited."""
    _running(state)
    if command.by not in state.members:
        raise NotAMember(project=state.id)
    if command.partner.teacher in state.members | state.invited:
        return ()
    return (PartnerInvited(project=state.id, partner=command.partner, invited_by=command.by),)


def join_as_partner(state: Project, command: JoinAsPartner) -> tuple[Event, ...]:
    """The founding countries stay as they are: a national project stays national (FAQ L9)."""
    _running(state)
    if command.teacher in state.members:
        return ()
    if command.teacher not in state.invited:
        raise NotTheInvited(project=state.id)
    return (PartnerJoined(project=state.id, partner=command.partner),)


def _asked_of(state: Project, teacher: str) -> None:
    if state.status is None:
        raise NotFound
    if teacher != state.founders[1].teacher:
        raise NotTheInvited(project=state.id)


def _open_to_countries(state: Project, command: ApproveForCountry | RejectProject) -> None:
    if state.status is None:
        raise NotFound
    if command.officer in {founder.teacher for founder in state.founders}:
        raise DecidesOnOwnProject(project=state.id)
    if command.country not in {founder.country for founder in state.founders}:
        raise NotAFoundingCountry(project=state.id)
    if state.status in {Status.PROPOSED, Status.DECLINED}:
        raise CoFounderHasNotAccepted(project=state.id, status=state.status)


def _running(state: Project) -> None:
    if state.status is None:
        raise NotFound
    if state.status is not Status.RUNNING:
        raise ProjectNotRunning(project=state.id, status=state.status)


PROJECT = Aggregate(
    name="project",
    initial=Project(),
    evolve=evolve,
    decisions={
        ProposeProject: propose_project,
        AcceptCoFounding: accept_co_founding,
        DeclineCoFounding: decline_co_founding,
        ApproveForCountry: approve_for_country,
        RejectProject: reject_project,
        InvitePartner: invite_partner,
        JoinAsPartner: join_as_partner,
    },
)

_OF_THE_INVITED = (NotFound, NotTheInvited, AnsweredOtherwise)
_OF_COUNTRIES = (NotFound, DecidesOnOwnProject, NotAFoundingCountry, CoFounderHasNotAccepted, DecidedOtherwise)

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ProposeProject: (FoundedWithOneself, SameSchool, AgesOutsideProgramme),
    AcceptCoFounding: _OF_THE_INVITED,
    DeclineCoFounding: _OF_THE_INVITED,
    ApproveForCountry: _OF_COUNTRIES,
    RejectProject: _OF_COUNTRIES,
    InvitePartner: (NotFound, NotAMember, ProjectNotRunning),
    JoinAsPartner: (NotFound, NotTheInvited, ProjectNotRunning),
}
"""What each command may be refused for: documented with its route."""
