"""The European dossier, as sentences, and its outcome whatever order the facts arrive in (FAQ L9, L32)."""

from collections.abc import Sequence

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.recognition.dossier import (
    DOSSIER,
    Dossier,
    DossierNotOpen,
    FoundedInOneCountry,
    NeedsProposal,
    NeedsTwoCountries,
    NeedsTwoSeals,
    NoSealFromThatCountry,
    ProposesOwnProject,
)
from shared.contracts.base import Command, Event, derived_id
from shared.contracts.projects import Member
from shared.contracts.recognition import EQSGranted, EQSProposed, EQSQualified
from shared.event_store.violations import RuleViolation
from tests.given import given
from tests.services.recognition.happened import (
    ANA,
    EVA,
    LUC,
    application_id,
    awarded,
    open_it,
    opened,
    propose,
    proposed,
    qualified,
    record,
    recorded_nqs,
    reevaluate,
)

TWO = ("ES", "FR")
READY = (opened(*TWO), recorded_nqs(ANA), recorded_nqs(LUC))
WON = (*READY, proposed(), qualified(*TWO), awarded(ANA), awarded(LUC))


def test_a_dossier_opens_once_with_the_countries_that_founded_the_project() -> None:
    given(DOSSIER).when(open_it(*TWO)).then(opened(*TWO)).when(open_it("ES")).then_nothing()


def test_a_seal_is_recorded_once() -> None:
    after = given(DOSSIER, opened(*TWO)).when(record(ANA)).then(recorded_nqs(ANA))
    after.when(record(ANA)).then_nothing()


def test_a_seal_may_come_before_the_project_is_known_to_have_started() -> None:
    given(DOSSIER).when(record(ANA)).then(recorded_nqs(ANA)).when(open_it(*TWO)).then(opened(*TWO))


def test_a_proposal_is_recorded_once_for_a_country() -> None:
    after = given(DOSSIER, *READY).when(propose("ES")).then(proposed("ES"))
    after.when(propose("ES")).then_nothing()
    after.when(propose("FR")).then(proposed("FR"))


def test_only_a_service_that_granted_a_counted_seal_proposes() -> None:
    given(DOSSIER, *READY).when(propose("IT")).then_refused(NoSealFromThatCountry, country="IT")
    given(DOSSIER, opened(*TWO)).when(propose("ES")).then_refused(NoSealFromThatCountry)


def test_nobody_proposes_a_project_of_their_own() -> None:
    command = propose("ES").model_copy(update={"officer": ANA.teacher})
    given(DOSSIER, *READY).when(command).then_refused(ProposesOwnProject)


def test_a_proposal_waits_until_the_project_is_known() -> None:
    given(DOSSIER, recorded_nqs(ANA)).when(propose("ES")).then_refused(DossierNotOpen)
    given(DOSSIER).when(reevaluate()).then_refused(DossierNotOpen)


def test_two_seals_from_two_countries_and_a_proposal_win_it_for_both() -> None:
    won = given(DOSSIER, *READY, proposed()).when(reevaluate())
    won.then(qualified(*TWO), awarded(ANA), awarded(LUC)).when(reevaluate()).then_nothing()


def test_who_is_granted_the_national_seal_later_gets_the_european_one_too() -> None:
    late = given(DOSSIER, *WON).when(record(EVA)).then(recorded_nqs(EVA), awarded(EVA))
    late.when(reevaluate()).then_nothing()


def test_the_seal_that_was_missing_completes_it() -> None:
    waiting = given(DOSSIER, opened(*TWO), recorded_nqs(ANA), proposed())
    waiting.when(record(LUC)).then(recorded_nqs(LUC), qualified(*TWO), awarded(ANA), awarded(LUC))


def test_the_start_that_arrives_last_completes_it() -> None:
    waiting = given(DOSSIER, recorded_nqs(ANA), recorded_nqs(LUC), proposed())
    waiting.when(open_it(*TWO)).then(opened(*TWO), qualified(*TWO), awarded(ANA), awarded(LUC))


@pytest.mark.parametrize(
    ("history", "rule"),
    [
        ((opened("ES"), recorded_nqs(ANA), recorded_nqs(LUC), proposed()), FoundedInOneCountry),
        ((opened("ES", "ES"), recorded_nqs(ANA), recorded_nqs(LUC), proposed()), FoundedInOneCountry),
        ((opened(*TWO), recorded_nqs(ANA), proposed()), NeedsTwoSeals),
        ((opened(*TWO), recorded_nqs(ANA), recorded_nqs(EVA), proposed()), NeedsTwoCountries),
        (READY, NeedsProposal),
        ((recorded_nqs(ANA), recorded_nqs(LUC), proposed()), DossierNotOpen),
    ],
)
def test_what_is_missing_is_named(history: tuple[Event, ...], rule: type[RuleViolation]) -> None:
    given(DOSSIER, *history).when(reevaluate()).then_refused(rule)


def test_the_reason_that_the_programme_shows_for_a_national_project() -> None:
    assert FoundedInOneCountry.code() == "founded_in_one_country"


MEMBERS = tuple(
    Member(teacher=derived_id("teacher", str(number)), school=derived_id("school", str(number)), country=country)
    for number, country in enumerate(("ES", "ES", "FR", "FR", "IT", "PL"))
)


@st.composite
def facts(draw: st.DrawFn) -> list[Command]:
    """A project's facts: its start, some seals, some proposals by services that granted one of them."""
    founded = draw(st.sampled_from([("ES",), ("ES", "FR"), ("FR", "IT")]))
    sealed = draw(st.lists(st.sampled_from(MEMBERS), unique=True, max_size=6))
    countries = sorted({member.country for member in sealed})
    proposers = draw(st.lists(st.sampled_from(countries), unique=True)) if countries else []
    return [open_it(*founded), *map(record, sealed), *map(propose, proposers)]


def outcome(commands: Sequence[Command]) -> Dossier:
    """Everything arrives; what is refused for now is asked again later, and each proposal is answered in its turn."""
    history: list[Event] = []
    waiting = list(commands)
    for _ in range(len(commands) + 1):
        postponed = []
        for command in waiting:
            try:
                history += given(DOSSIER, *history).when(command).events()
            except (DossierNotOpen, NoSealFromThatCountry):
                postponed.append(command)
            except RuleViolation:
                continue
        waiting = postponed
    assert waiting == []
    return settled(history)


def settled(history: Sequence[Event]) -> Dossier:
    """After the reaction to every proposal, as the programme gives it: by then nothing waits any more."""
    case = given(DOSSIER, *history)
    for _ in [event for event in history if isinstance(event, EQSProposed)]:
        try:
            case = given(DOSSIER, *case.history, *case.when(reevaluate()).events())
        except RuleViolation:
            continue
    return check(case.history)


def check(history: Sequence[Event]) -> Dossier:
    """What must hold of every history: no award without all it needs, none twice."""
    state = DOSSIER.initial
    granted: list[str] = []
    for event in history:
        if isinstance(event, EQSQualified | EQSGranted):
            assert len(set(state.founding_countries)) >= 2
            assert len(state.countries) >= 2
            assert state.proposed_by
        if isinstance(event, EQSGranted):
            assert event.teacher in {teacher for _, teacher, _ in state.seals}
            granted.append(event.teacher)
        state = DOSSIER.evolve(state, event)
    assert len(granted) == len(set(granted))
    return state


def summary(state: Dossier) -> tuple[object, ...]:
    """All but the order in which it came."""
    return (
        set(state.founding_countries), set(state.seals), set(state.proposed_by), state.qualified, state.granted,
    )  # fmt: skip


@every(facts(), st.data())
def test_the_outcome_does_not_depend_on_the_order_of_the_facts(commands: list[Command], data: st.DataObject) -> None:
    answers = [reevaluate()] * data.draw(st.integers(0, 3))
    expected = outcome(commands)
    assert summary(outcome(data.draw(st.permutations([*commands, *commands[:2], *answers])))) == summary(expected)
    teachers = {teacher for _, teacher, _ in expected.seals}
    earned = len(set(expected.founding_countries)) > 1 and len(expected.countries) > 1 and bool(expected.proposed_by)
    assert expected.granted == (teachers if earned else frozenset())


def test_the_test_above_meets_projects_that_win_and_projects_that_do_not() -> None:
    winning = [open_it(*TWO), record(ANA), record(LUC), propose("FR")]
    assert outcome(winning).granted == {ANA.teacher, LUC.teacher}
    assert outcome([open_it("ES"), *winning[1:]]).granted == frozenset()
    assert application_id(ANA) in {application for application, _, _ in outcome(winning).seals}
