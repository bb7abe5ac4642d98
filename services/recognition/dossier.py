"""A project's European dossier: qualifies by itself, and then awards each teacher who holds an NQS (FAQ L9, L32)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.recognition.commands import OpenDossier, ProposeForEQS, RecordNQS, Reevaluate
from shared.contracts.base import Command
from shared.contracts.recognition import DossierOpened, EQSGranted, EQSProposed, EQSQualified, NQSRecorded
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import Forbidden, NotYetKnown, RuleViolation

DossierEvent: TypeAlias = DossierOpened | NQSRecorded | EQSProposed | EQSQualified | EQSGranted


@dataclass(frozen=True, slots=True)
class Dossier:
    """`seals` holds (application, teacher, country) of each National Quality Seal, in the order they were recorded."""

    id: str = ""
    project: str = ""
    founding_countries: tuple[str, ...] = ()
    seals: tuple[tuple[str, str, str], ...] = ()
    proposed_by: tuple[str, ...] = ()
    qualified: bool = False
    granted: frozenset[str] = frozenset()

    @property
    def opened(self) -> bool:
        return bool(self.founding_countries)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries whose seals count, in alphabetical order."""
        return tuple(sorted({country for _, _, country in self.seals}))


class DossierNotOpen(NotYetKnown):
    """The project's start has not reached recognition yet."""


class FoundedInOneCountry(RuleViolation):
    """Judged at founding, for ever: a partner who joins later does not help (FAQ L9)."""


class NeedsTwoSeals(RuleViolation):
    """Fewer than two National Quality Seals."""


class NeedsTwoCountries(RuleViolation):
    """All National Quality Seals come from one country."""


class NeedsProposal(RuleViolation):
    """No national service has proposed the project."""


class ProposesOwnProject(Forbidden):
    """Nobody decides on a project of their own."""


class NoSealFromThatCountry(RuleViolation):
    """Only a service that granted a counted seal may propose (rules, decision on L32)."""


def evolve(state: Dossier, event: DossierEvent) -> Dossier:
    """The dossier after an event."""
    match event:
        case DossierOpened():
            return replace(state, id=event.dossier, project=event.project, founding_countries=event.founding_countries)
        case NQSRecorded():
            seal = (event.application, event.teacher, event.country)
            return replace(state, id=event.dossier, project=event.project, seals=(*state.seals, seal))
        case EQSProposed():
            return replace(state, proposed_by=(*state.proposed_by, event.country))
        case EQSQualified():
            return replace(state, qualified=True)
        case EQSGranted():
            return replace(state, granted=state.granted | {event.teacher})
        case _:
            assert_never(event)


def open_dossier(state: Dossier, command: OpenDossier) -> tuple[DossierEvent, ...]:
    """Opened once; seals that arrived before it count at once."""
    if state.opened:
        return ()
    opened = DossierOpened(
        dossier=command.dossier, project=command.project, founding_countries=command.founding_countries
    )
    return (opened, *_awards(evolve(state, opened)))


def record_nqs(state: Dossier, command: RecordNQS) -> tuple[DossierEvent, ...]:
    """One more seal; a project that qualifies already awards this teacher too (rules, edge case 12)."""
    if command.application in (application for application, _, _ in state.seals):
        return ()
    recorded = NQSRecorded(
        dossier=command.dossier,
        project=command.project,
        application=command.application,
        teacher=command.teacher,
        country=command.country,
    )
    return (recorded, *_awards(evolve(state, recorded)))


def propose_for_eqs(state: Dossier, command: ProposeForEQS) -> tuple[DossierEvent, ...]:
    """Proposed by the service of a country that granted a counted seal; again changes nothing (FAQ L32)."""
    if not state.opened:
        raise DossierNotOpen(dossier=state.id)
    if command.officer in {teacher for _, teacher, _ in state.seals}:
        raise ProposesOwnProject(dossier=state.id)
    if command.country not in state.countries:
        raise NoSealFromThatCountry(dossier=state.id, country=command.country)
    if command.country in state.proposed_by:
        return ()
    return (EQSProposed(dossier=state.id, project=state.project, country=command.country),)


def reevaluate(state: Dossier, _: Reevaluate) -> tuple[DossierEvent, ...]:
    """What follows from the facts; where nothing does, the rule that is not met says so."""
    unmet = _unmet(state)
    if unmet is not None:
        raise unmet
    return _awards(state)


def _unmet(state: Dossier) -> RuleViolation | None:
    if not state.opened:
        return DossierNotOpen(dossier=state.id)
    if len(set(state.founding_countries)) < 2:
        return FoundedInOneCountry(dossier=state.id)
    if len(state.seals) < 2:
        return NeedsTwoSeals(dossier=state.id)
    if len(state.countries) < 2:
        return NeedsTwoCountries(dossier=state.id)
    if not state.proposed_by:
        return NeedsProposal(dossier=state.id)
    return None


def _awards(state: Dossier) -> tuple[DossierEvent, ...]:
    """Qualification, if it is new, and a European Quality Seal for each holder who has none yet."""
    if _unmet(state) is not None:
        return ()
    first = (
        () if state.qualified else (EQSQualified(dossier=state.id, project=state.project, countries=state.countries),)
    )
    holders = {teacher: country for _, teacher, country in state.seals if teacher not in state.granted}
    grants = (
        EQSGranted(dossier=state.id, project=state.project, teacher=teacher, country=country)
        for teacher, country in holders.items()
    )
    return (*first, *grants)


DOSSIER = Aggregate(
    "dossier",
    Dossier(),
    evolve,
    {OpenDossier: open_dossier, RecordNQS: record_nqs, ProposeForEQS: propose_for_eqs, Reevaluate: reevaluate},
)

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ProposeForEQS: (DossierNotOpen, ProposesOwnProject, NoSealFromThatCountry),
}
"""What a person's command may be refused for: documented with its route."""
