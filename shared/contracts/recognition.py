"""Events of recognition: eTwinning Seals, National and European Quality Seals (FAQ L30-32)."""

from typing import ClassVar

from pydantic import Field

from shared.contracts import base
from shared.contracts.base import Country, Event, Identifier, Service, Value


class Score(Value):
    """Points for one criterion of the rubric, 0-5."""

    criterion: Identifier
    points: int = Field(ge=0, le=5)


class RecognitionEvent(Event):
    SERVICE: ClassVar[Service] = "recognition"


class ETwinningSealIssued(RecognitionEvent):
    """Issued by itself to a teacher whose project started, or who joined a running one (FAQ L31)."""

    seal: Identifier
    project: Identifier
    teacher: Identifier
    school: Identifier
    country: Country


class NQSApplied(RecognitionEvent):
    """School and country are frozen here: a later move never moves the seal (rules, edge case 1)."""

    application: Identifier
    project: Identifier
    teacher: Identifier
    school: Identifier
    country: Country


class NQSAssessed(RecognitionEvent):
    """One score for every criterion of the rubric in force; `total` is their sum."""

    application: Identifier
    assessor: Identifier
    scores: tuple[Score, ...]
    total: int


class NQSGranted(RecognitionEvent):
    """The national service of the school's country grants; one per teacher and project."""

    application: Identifier
    project: Identifier
    teacher: Identifier
    school: Identifier
    country: Country


class NQSRefused(RecognitionEvent):
    """The national service of the school's country refuses: the points do not suffice."""

    application: Identifier
    project: Identifier
    teacher: Identifier
    country: Country


class DossierOpened(RecognitionEvent):
    """A project's European dossier, with the countries that founded it."""

    dossier: Identifier
    project: Identifier
    founding_countries: tuple[Country, ...]


class NQSRecorded(RecognitionEvent):
    """The dossier knows of one more National Quality Seal."""

    dossier: Identifier
    project: Identifier
    application: Identifier
    teacher: Identifier
    country: Country


class EQSProposed(RecognitionEvent):
    """A national service that granted a counted NQS proposes the project (FAQ L32)."""

    dossier: Identifier
    project: Identifier
    country: Country


class EQSQualified(RecognitionEvent):
    """Two NQS from two countries, proposed, founded in two countries (FAQ L9, L32)."""

    dossier: Identifier
    project: Identifier
    countries: tuple[Country, ...]


class EQSGranted(RecognitionEvent):
    """Awarded to one teacher with a live NQS in a project that qualifies (FAQ L32)."""

    dossier: Identifier
    project: Identifier
    teacher: Identifier
    country: Country


class ReactionDeclined(RecognitionEvent, base.ReactionDeclined):
    pass


class IntentAbandoned(RecognitionEvent, base.IntentAbandoned):
    pass


class ParkedStreamDiscarded(RecognitionEvent, base.ParkedStreamDiscarded):
    """An operator of recognition gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    ETwinningSealIssued,
    NQSApplied,
    NQSAssessed,
    NQSGranted,
    NQSRefused,
    DossierOpened,
    NQSRecorded,
    EQSProposed,
    EQSQualified,
    EQSGranted,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)
