"""What happened in recognition, as tests tell it."""

from datetime import UTC, datetime

from services.recognition.commands import (
    ApplyForNQS,
    AssessNQS,
    GrantNQS,
    IssueSeal,
    OpenDossier,
    ProposeForEQS,
    RecordNQS,
    Reevaluate,
    RefuseNQS,
)
from shared.contracts.base import derived_id
from shared.contracts.projects import Member
from shared.contracts.recognition import (
    DossierOpened,
    EQSGranted,
    EQSProposed,
    EQSQualified,
    ETwinningSealIssued,
    NQSApplied,
    NQSAssessed,
    NQSGranted,
    NQSRecorded,
    NQSRefused,
    Score,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PROJECT = derived_id("project")
ASSESSOR, OFFICER = derived_id("assessor"), derived_id("officer")
CRITERIA = ("collaboration", "technology", "pedagogy", "curriculum", "results")
GOOD, POOR = (5, 4, 3, 3, 2), (2, 2, 2, 2, 2)

ANA = Member(teacher=derived_id("ana"), school=derived_id("madrid"), country="ES")
EVA = Member(teacher=derived_id("eva"), school=derived_id("vigo"), country="ES")
LUC = Member(teacher=derived_id("luc"), school=derived_id("lyon"), country="FR")


def seal_id(of: Member = ANA) -> str:
    return derived_id("seal", PROJECT, of.teacher, "etwinning")


def application_id(of: Member = ANA) -> str:
    return derived_id("nqs", PROJECT, of.teacher)


def scores(points: tuple[int, ...] = GOOD, criteria: tuple[str, ...] = CRITERIA) -> tuple[Score, ...]:
    return tuple(Score(criterion=name, points=given) for name, given in zip(criteria, points, strict=True))


# Commands


def issue(to: Member = ANA) -> IssueSeal:
    return IssueSeal(at=NOW, seal=seal_id(to), project=PROJECT, **to.model_dump())


def apply(by: Member = ANA) -> ApplyForNQS:
    return ApplyForNQS(at=NOW, application=application_id(by), project=PROJECT, **by.model_dump())


def assess(given: tuple[Score, ...] = scores(), assessor: str = ASSESSOR, most: int = 5) -> AssessNQS:
    return AssessNQS(at=NOW, assessor=assessor, scores=given, criteria=CRITERIA, most_points=most)


def grant(country: str = "ES", officer: str = OFFICER, threshold: int = 15, floor: int = 2) -> GrantNQS:
    return GrantNQS(at=NOW, officer=officer, country=country, threshold=threshold, floor=floor)


def refuse(country: str = "ES", officer: str = OFFICER, threshold: int = 15, floor: int = 2) -> RefuseNQS:
    return RefuseNQS(at=NOW, officer=officer, country=country, threshold=threshold, floor=floor)


def open_it(*countries: str) -> OpenDossier:
    return OpenDossier(at=NOW, dossier=PROJECT, project=PROJECT, founding_countries=countries)


def record(of: Member) -> RecordNQS:
    return RecordNQS(
        at=NOW,
        dossier=PROJECT,
        project=PROJECT,
        application=application_id(of),
        teacher=of.teacher,
        country=of.country,
    )


def propose(country: str = "ES") -> ProposeForEQS:
    return ProposeForEQS(at=NOW, officer=OFFICER, country=country)


def reevaluate() -> Reevaluate:
    return Reevaluate(at=NOW)


# Events


def issued(to: Member = ANA) -> ETwinningSealIssued:
    return ETwinningSealIssued(seal=seal_id(to), project=PROJECT, **to.model_dump())


def applied(by: Member = ANA) -> NQSApplied:
    return NQSApplied(application=application_id(by), project=PROJECT, **by.model_dump())


def assessed(points: tuple[int, ...] = GOOD, of: Member = ANA) -> NQSAssessed:
    return NQSAssessed(application=application_id(of), assessor=ASSESSOR, scores=scores(points), total=sum(points))


def granted(to: Member = ANA) -> NQSGranted:
    return NQSGranted(application=application_id(to), project=PROJECT, **to.model_dump())


def refused(to: Member = ANA) -> NQSRefused:
    return NQSRefused(application=application_id(to), project=PROJECT, teacher=to.teacher, country=to.country)


def opened(*countries: str) -> DossierOpened:
    return DossierOpened(dossier=PROJECT, project=PROJECT, founding_countries=countries)


def recorded_nqs(of: Member) -> NQSRecorded:
    return NQSRecorded(
        dossier=PROJECT, project=PROJECT, application=application_id(of), teacher=of.teacher, country=of.country
    )


def proposed(country: str = "ES") -> EQSProposed:
    return EQSProposed(dossier=PROJECT, project=PROJECT, country=country)


def qualified(*countries: str) -> EQSQualified:
    return EQSQualified(dossier=PROJECT, project=PROJECT, countries=countries)


def awarded(to: Member) -> EQSGranted:
    return EQSGranted(dossier=PROJECT, project=PROJECT, teacher=to.teacher, country=to.country)
