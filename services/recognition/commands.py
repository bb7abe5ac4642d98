"""What recognition is asked to do. Everything named in LOOKED_UP was found out before the decision."""

from typing import ClassVar

from shared.contracts.base import Command, Country, Identifier
from shared.contracts.recognition import Score


class IssueSeal(Command):
    """An eTwinning Seal for one teacher of a project that runs (FAQ L31)."""

    seal: Identifier
    project: Identifier
    teacher: Identifier
    school: Identifier
    country: Country


class ApplyForNQS(Command):
    """A member asks for the National Quality Seal (FAQ L30); school and country are those of joining the project."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"school", "country"})

    application: Identifier
    project: Identifier
    teacher: Identifier
    school: Identifier
    country: Country


class AssessNQS(Command):
    """An assessor's points; the rubric is the node's, in force on that day (rules §2)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"criteria", "most_points"})

    assessor: Identifier
    scores: tuple[Score, ...]
    criteria: tuple[Identifier, ...]
    most_points: int


class DecideNQS(Command):
    """The national service of the school's country answers; threshold and floor are its policy's (rules §2, §3)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"threshold", "floor"})

    officer: Identifier
    country: Country
    threshold: int
    floor: int


class GrantNQS(DecideNQS):
    """The points suffice (rules §2, §3)."""


class RefuseNQS(DecideNQS):
    """The points do not suffice (rules §2, §3)."""


class OpenDossier(Command):
    """A project started: it has a European dossier from now on."""

    dossier: Identifier
    project: Identifier
    founding_countries: tuple[Country, ...]


class RecordNQS(Command):
    """The dossier learns of a National Quality Seal."""

    dossier: Identifier
    project: Identifier
    application: Identifier
    teacher: Identifier
    country: Country


class ProposeForEQS(Command):
    """A national service proposes the project (FAQ L32)."""

    officer: Identifier
    country: Country


class Reevaluate(Command):
    """Does the project qualify now?"""
