"""Every consequence that recognition draws from every event, in one table. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.recognition.commands import IssueSeal, OpenDossier, RecordNQS, Reevaluate
from shared.contracts.base import Directed, Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.projects import Member, PartnerJoined, ProjectStarted
from shared.contracts.recognition import EQSProposed, NQSGranted


def issue_seal_to_founders(recorded: Recorded[ProjectStarted]) -> Sequence[Directed]:
    """A seal for each founder when the project starts (FAQ L31)."""
    event = recorded.event
    return tuple(_seal(recorded, event.project, founder) for founder in event.founders)


def issue_seal_to_partner(recorded: Recorded[PartnerJoined]) -> Sequence[Directed]:
    """A seal for a partner who joins a running project."""
    return (_seal(recorded, recorded.event.project, recorded.event.partner),)


def open_dossier(recorded: Recorded[ProjectStarted]) -> Sequence[Directed]:
    """The project's European dossier; its founding countries are frozen here (FAQ L9)."""
    event = recorded.event
    command = OpenDossier(
        at=recorded.time, dossier=event.project, project=event.project, founding_countries=event.founding_countries
    )
    return (Directed(event.project, command),)


def record_in_dossier(recorded: Recorded[NQSGranted]) -> Sequence[Directed]:
    """A National Quality Seal counts for its project."""
    event = recorded.event
    command = RecordNQS(
        at=recorded.time,
        dossier=event.project,
        project=event.project,
        application=event.application,
        teacher=event.teacher,
        country=event.country,
    )
    return (Directed(event.project, command),)


def reevaluate_dossier(recorded: Recorded[EQSProposed]) -> Sequence[Directed]:
    """A proposal is answered at once: awarded, or declined with the rule that is not met (FAQ L32)."""
    return (Directed(recorded.event.dossier, Reevaluate(at=recorded.time)),)


def _seal(recorded: Recorded[Any], project: str, member: Member) -> Directed:
    seal = derived_id("seal", project, member.teacher, "etwinning")
    command = IssueSeal(
        at=recorded.time,
        seal=seal,
        project=project,
        teacher=member.teacher,
        school=member.school,
        country=member.country,
    )
    return Directed(seal, command)


REACTIONS: Mapping[type[Event], Sequence[Callable[[Recorded[Any]], Sequence[Directed]]]] = {
    ProjectStarted: (issue_seal_to_founders, open_dossier),
    PartnerJoined: (issue_seal_to_partner,),
    NQSGranted: (record_in_dossier,),
    EQSProposed: (reevaluate_dossier,),
}
