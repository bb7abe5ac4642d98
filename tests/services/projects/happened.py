"""What happened in a project, as tests tell it."""

from datetime import UTC, datetime

from services.projects.commands import (
    AcceptCoFounding,
    ApproveForCountry,
    DeclineCoFounding,
    InvitePartner,
    JoinAsPartner,
    ProposeProject,
    RejectProject,
)
from shared.contracts.base import RecordRef, derived_id
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
from shared.contracts.teaching import Ages

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PROJECT_ID = derived_id("project")
TITLE = RecordRef(id=derived_id("title"), commitment="d" * 64)

ANA = Member(teacher=derived_id("ana"), school=derived_id("madrid"), country="ES")
LUC = Member(teacher=derived_id("luc"), school=derived_id("lyon"), country="FR")
EVA = Member(teacher=derived_id("eva"), school=derived_id("vigo"), country="ES")
PIA = Member(teacher=derived_id("pia"), school=derived_id("roma"), country="IT")


LANGUAGES, SUBJECTS, AGES = ("en", "fr"), ("geography",), Ages(age_from=12, age_to=14)


def proposed(
    co_founder: Member = LUC,
    languages: tuple[str, ...] = LANGUAGES,
    subjects: tuple[str, ...] = SUBJECTS,
    ages: Ages | None = AGES,
) -> ProjectProposed:
    return ProjectProposed(
        project=PROJECT_ID, founder=ANA, co_founder=co_founder, title=TITLE, languages=languages, subjects=subjects,
        ages=ages,
    )  # fmt: skip


def accepted(co_founder: Member = LUC) -> CoFounderAccepted:
    countries = tuple(sorted({ANA.country, co_founder.country}))
    return CoFounderAccepted(project=PROJECT_ID, teacher=co_founder.teacher, founding_countries=countries)


def declined() -> CoFounderDeclined:
    return CoFounderDeclined(project=PROJECT_ID, teacher=LUC.teacher)


def approved(country: str) -> ProjectApprovedByNSS:
    return ProjectApprovedByNSS(project=PROJECT_ID, country=country)


def rejected(country: str, reason: str = "no_pedagogical_plan") -> ProjectRejected:
    return ProjectRejected(project=PROJECT_ID, country=country, reason=reason)


def started(co_founder: Member = LUC) -> ProjectStarted:
    countries = tuple(sorted({ANA.country, co_founder.country}))
    return ProjectStarted(project=PROJECT_ID, founders=(ANA, co_founder), founding_countries=countries)


def invited(partner: Member = PIA) -> PartnerInvited:
    return PartnerInvited(project=PROJECT_ID, partner=partner, invited_by=ANA.teacher)


def joined(partner: Member = PIA) -> PartnerJoined:
    return PartnerJoined(project=PROJECT_ID, partner=partner)


WAITING = (proposed(), accepted())
RUNNING = (*WAITING, approved("ES"), approved("FR"), started())


def propose(founder: Member = ANA, co_founder: Member = LUC, ages: Ages | None = AGES) -> ProposeProject:
    return ProposeProject(
        at=NOW, project=PROJECT_ID, invited=co_founder.teacher, founder=founder, co_founder=co_founder, title=TITLE,
        languages=LANGUAGES, subjects=SUBJECTS, ages=ages,
    )  # fmt: skip


def accept(teacher: Member = LUC) -> AcceptCoFounding:
    return AcceptCoFounding(at=NOW, teacher=teacher.teacher)


def decline(teacher: Member = LUC) -> DeclineCoFounding:
    return DeclineCoFounding(at=NOW, teacher=teacher.teacher)


def approve(country: str, officer: str = "nso") -> ApproveForCountry:
    return ApproveForCountry(at=NOW, officer=officer, country=country)


def reject(country: str, officer: str = "nso", reason: str = "no_pedagogical_plan") -> RejectProject:
    return RejectProject(at=NOW, officer=officer, country=country, reason=reason)


def invite(partner: Member = PIA, by: Member = ANA) -> InvitePartner:
    return InvitePartner(at=NOW, by=by.teacher, invited=partner.teacher, partner=partner)


def join(partner: Member = PIA) -> JoinAsPartner:
    return JoinAsPartner(at=NOW, teacher=partner.teacher, partner=partner)
