"""Events of projects: founded by two schools, approved by the nodes of both founders (FAQ L8-9)."""

from typing import ClassVar

from shared.contracts import base
from shared.contracts.base import Country, Event, Identifier, Reason, RecordRef, Service, Value
from shared.contracts.teaching import Ages


class Member(Value):
    """A teacher in a project, with the school and country as they were on joining."""

    teacher: Identifier
    school: Identifier
    country: Country


class ProjectEvent(Event):
    SERVICE: ClassVar[Service] = "projects"


class ProjectProposed(ProjectEvent):
    """A founder chose exactly one co-founder, of another school (FAQ L8). The title is a private record.

    Version 2 says by which codes the project wants to be found (FAQ L26): `languages` ISO 639, `subjects`, the pupils'
    `ages`, each as far as the founder said (version 1: nobody was asked).
    """

    VERSION: ClassVar[int] = 2

    project: Identifier
    founder: Member
    co_founder: Member
    title: RecordRef
    languages: tuple[Reason, ...]
    subjects: tuple[Reason, ...]
    ages: Ages | None


class CoFounderAccepted(ProjectEvent):
    """Approvals are now open, one per founding country."""

    project: Identifier
    teacher: Identifier
    founding_countries: tuple[Country, ...]


class CoFounderDeclined(ProjectEvent):
    """The one chosen declined: the project does not come about."""

    project: Identifier
    teacher: Identifier


class ProjectApprovedByNSS(ProjectEvent):
    """One founding country's service approves; the project starts with the last one."""

    project: Identifier
    country: Country


class ProjectRejected(ProjectEvent):
    """One founding country's service refuses: the project does not start."""

    project: Identifier
    country: Country
    reason: Reason


class ProjectStarted(ProjectEvent):
    """Every founding node approved: the project runs. Founders and founding countries are frozen here (FAQ L9, L31)."""

    project: Identifier
    founders: tuple[Member, ...]
    founding_countries: tuple[Country, ...]


class PartnerInvited(ProjectEvent):
    """A member of a running project invites a teacher; nobody joins by themselves."""

    project: Identifier
    partner: Member
    invited_by: Identifier


class PartnerJoined(ProjectEvent):
    """A partner accepted. The founding countries do not change (rules 18; FAQ L9)."""

    project: Identifier
    partner: Member


class ReactionDeclined(ProjectEvent, base.ReactionDeclined):
    pass


class IntentAbandoned(ProjectEvent, base.IntentAbandoned):
    pass


class ParkedStreamDiscarded(ProjectEvent, base.ParkedStreamDiscarded):
    """An operator of projects gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    ProjectProposed,
    CoFounderAccepted,
    CoFounderDeclined,
    ProjectApprovedByNSS,
    ProjectRejected,
    ProjectStarted,
    PartnerInvited,
    PartnerJoined,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)
