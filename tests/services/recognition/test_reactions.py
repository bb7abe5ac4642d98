"""What recognition does by itself when something happens: the table, row by row."""

import pytest

from services.recognition.application import APPLICATION
from services.recognition.commands import IssueSeal, OpenDossier, RecordNQS, Reevaluate
from services.recognition.dossier import DOSSIER
from services.recognition.reactions import REACTIONS
from services.recognition.seal import SEAL
from shared.contracts.base import Directed, Event
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.envelope import Recorded
from shared.contracts.projects import PartnerJoined, ProjectStarted
from tests.given import given
from tests.services.recognition.happened import (
    ANA,
    EVA,
    LUC,
    PROJECT,
    application_id,
    granted,
    issued,
    open_it,
    opened,
    proposed,
    record,
    recorded_nqs,
    seal_id,
)
from tests.services.recorded import recorded

STARTED = ProjectStarted(project=PROJECT, founders=(ANA, LUC), founding_countries=("ES", "FR"))
JOINED = PartnerJoined(project=PROJECT, partner=EVA)
CAUSES = (STARTED, JOINED, granted(), proposed())


def reacted(event: Event) -> tuple[Recorded[Event], list[Directed]]:
    cause = recorded(event, f"project-{PROJECT}", 7)
    return cause, [directed for reaction in REACTIONS[type(event)] for directed in reaction(cause)]


def test_every_founder_gets_a_seal_and_the_project_a_dossier_when_it_starts() -> None:
    cause, asked = reacted(STARTED)
    seals = [one for one in asked if isinstance(one.command, IssueSeal)]
    assert [one.identifier for one in seals] == [seal_id(ANA), seal_id(LUC)]
    given(SEAL).when(seals[1].command).then(issued(LUC))
    (dossier,) = (one for one in asked if isinstance(one.command, OpenDossier))
    assert dossier == Directed(PROJECT, open_it("ES", "FR").model_copy(update={"at": cause.time}))
    given(DOSSIER).when(dossier.command).then(opened("ES", "FR"))


def test_a_partner_who_joins_gets_a_seal() -> None:
    _, asked = reacted(JOINED)
    assert [one.identifier for one in asked] == [seal_id(EVA)]
    given(SEAL).when(asked[0].command).then(issued(EVA))


def test_a_founder_who_is_named_again_as_a_partner_has_the_same_seal() -> None:
    _, started = reacted(STARTED)
    _, joined = reacted(JOINED.model_copy(update={"partner": ANA}))
    assert joined[0].identifier == started[0].identifier
    given(SEAL, issued()).when(joined[0].command).then_nothing()


def test_a_granted_seal_is_recorded_in_the_dossier_of_its_project() -> None:
    cause, asked = reacted(granted())
    assert asked == [Directed(PROJECT, record(ANA).model_copy(update={"at": cause.time}))]
    assert isinstance(asked[0].command, RecordNQS)
    given(DOSSIER).when(asked[0].command).then(recorded_nqs(ANA))


def test_a_proposal_is_answered() -> None:
    cause, asked = reacted(proposed())
    assert asked == [Directed(PROJECT, Reevaluate(at=cause.time))]


def test_the_table_covers_exactly_these_events_and_all_are_published() -> None:
    published = {event for events in CATALOGUE.values() for event in events}
    assert set(REACTIONS) == {type(event) for event in CAUSES} <= published


@pytest.mark.parametrize("event", CAUSES, ids=lambda event: type(event).__name__)
def test_a_reaction_asks_a_stream_once_and_always_the_same(event: Event) -> None:
    aggregates = {command: one.name for one in (SEAL, APPLICATION, DOSSIER) for command in one.decisions}
    cause = recorded(event, f"project-{PROJECT}", 7)
    for reaction in REACTIONS[type(event)]:
        asked = list(reaction(cause))
        targets = [(aggregates[type(one.command)], one.identifier) for one in asked]
        assert asked
        assert len(targets) == len(set(targets))
        assert list(reaction(recorded(event, f"project-{PROJECT}", 7))) == asked


def test_policies_are_told_apart_by_name() -> None:
    names = [reaction.__name__ for reactions in REACTIONS.values() for reaction in reactions]
    assert len(names) == len(set(names))
    assert application_id() != seal_id()
