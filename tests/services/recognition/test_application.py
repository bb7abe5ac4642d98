"""The eTwinning Seal and the National Quality Seal, as sentences: does each command act, refuse, stay quiet?"""

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.recognition.application import (
    APPLICATION,
    AboveThreshold,
    AlreadyAssessed,
    AlreadyDecided,
    BelowThreshold,
    NoSuchApplication,
    NotAssessed,
    OutsideJurisdiction,
    OwnApplication,
    ScoresIncomplete,
)
from services.recognition.seal import SEAL
from shared.contracts.base import Command, Event
from shared.contracts.recognition import NQSGranted, NQSRefused
from shared.event_store.violations import RuleViolation
from tests.given import given
from tests.services.recognition.happened import (
    ANA,
    CRITERIA,
    GOOD,
    LUC,
    POOR,
    application_id,
    applied,
    apply,
    assess,
    assessed,
    grant,
    granted,
    issue,
    issued,
    refuse,
    refused,
    scores,
)

COMMANDS = (apply(), assess(), assess(assessor=ANA.teacher), grant(), grant("FR"), refuse(), refuse("FR"))
HISTORIES: tuple[tuple[Event, ...], ...] = (
    (),
    (applied(),),
    (applied(), assessed()),
    (applied(), assessed(POOR)),
    (applied(), assessed(), granted()),
    (applied(), assessed(POOR), refused()),
)


def test_a_seal_is_issued_once() -> None:
    given(SEAL).when(issue()).then(issued()).when(issue()).then_nothing()


def test_a_teacher_applies_once_for_a_project() -> None:
    given(APPLICATION).when(apply()).then(applied()).when(apply()).then_nothing()


@pytest.mark.parametrize("history", HISTORIES[1:])
def test_applying_again_changes_nothing_whatever_became_of_it(history: tuple[Event, ...]) -> None:
    given(APPLICATION, *history).when(apply()).then_nothing()


def test_an_assessor_scores_every_criterion_once() -> None:
    after = given(APPLICATION, applied()).when(assess()).then(assessed())
    after.when(assess()).then_nothing()
    after.when(assess(scores(POOR))).then_refused(AlreadyAssessed, status="assessed")
    after.when(assess(assessor="another")).then_refused(AlreadyAssessed)


@pytest.mark.parametrize(
    "given_scores",
    [
        (),
        scores(GOOD[:4], CRITERIA[:4]),
        scores((*GOOD, 1), (*CRITERIA, "charm")),
        scores(GOOD, (*CRITERIA[:4], CRITERIA[0])),
        scores(GOOD, (*CRITERIA[:4], "charm")),
        scores((*GOOD, 1), (*CRITERIA, CRITERIA[0])),
    ],
    ids=["none", "one missing", "one too many", "one twice", "one unknown", "one more twice"],
)
def test_scores_are_complete_or_refused(given_scores: tuple[object, ...]) -> None:
    given(APPLICATION, applied()).when(assess(given_scores)).then_refused(  # type: ignore[arg-type]
        ScoresIncomplete, criteria=list(CRITERIA), most_points=5
    )


def test_no_criterion_gets_more_points_than_the_rubric_has() -> None:
    given(APPLICATION, applied()).when(assess(scores(GOOD), most=4)).then_refused(ScoresIncomplete, most_points=4)
    given(APPLICATION, applied()).when(assess(scores((4, 4, 4, 4, 4)), most=4)).then(assessed((4, 4, 4, 4, 4)))


def test_scores_may_come_in_any_order() -> None:
    turned = tuple(reversed(scores()))
    decided = given(APPLICATION, applied()).when(assess(turned)).events()
    assert [(event.scores, event.total) for event in decided] == [(turned, sum(GOOD))]  # type: ignore[attr-defined]


def test_the_national_service_of_the_schools_country_grants() -> None:
    after = given(APPLICATION, applied(), assessed()).when(grant()).then(granted())
    after.when(grant()).then_nothing()
    after.when(refuse()).then_refused(AlreadyDecided, status="granted")


def test_the_national_service_of_the_schools_country_refuses() -> None:
    after = given(APPLICATION, applied(), assessed(POOR)).when(refuse()).then(refused())
    after.when(refuse()).then_nothing()
    after.when(grant()).then_refused(AlreadyDecided, status="refused")


def test_the_points_decide() -> None:
    given(APPLICATION, applied(), assessed(POOR)).when(grant()).then_refused(BelowThreshold, threshold=15, floor=2)
    given(APPLICATION, applied(), assessed()).when(refuse()).then_refused(AboveThreshold, threshold=15, floor=2)


def test_one_criterion_below_the_floor_is_too_little_whatever_the_sum() -> None:
    uneven = (5, 5, 5, 5, 1)
    given(APPLICATION, applied(), assessed(uneven)).when(grant()).then_refused(BelowThreshold)
    given(APPLICATION, applied(), assessed(uneven)).when(refuse()).then(refused())
    given(APPLICATION, applied(), assessed(uneven)).when(grant(floor=1)).then(granted())


@every(points=st.tuples(*[st.integers(0, 5)] * 5), threshold=st.integers(0, 25), floor=st.integers(0, 5))
def test_exactly_one_answer_fits_the_points(points: tuple[int, ...], threshold: int, floor: int) -> None:
    enough = sum(points) >= threshold and all(given >= floor for given in points)
    case = given(APPLICATION, applied(), assessed(points))
    if enough:
        case.when(grant(threshold=threshold, floor=floor)).then(granted())
        case.when(refuse(threshold=threshold, floor=floor)).then_refused(AboveThreshold)
    else:
        case.when(refuse(threshold=threshold, floor=floor)).then(refused())
        case.when(grant(threshold=threshold, floor=floor)).then_refused(BelowThreshold)


@pytest.mark.parametrize("decision", [grant, refuse])
def test_another_country_has_no_say(decision: type) -> None:
    for history in HISTORIES[1:]:
        given(APPLICATION, *history).when(decision("FR")).then_refused(OutsideJurisdiction, country="ES")


@pytest.mark.parametrize("decision", [grant, refuse])
def test_nothing_is_decided_before_it_is_assessed(decision: type) -> None:
    given(APPLICATION, applied()).when(decision()).then_refused(NotAssessed, application=application_id())


def test_nobody_assesses_or_decides_about_themselves() -> None:
    own = given(APPLICATION, applied(), assessed())
    given(APPLICATION, applied()).when(assess(assessor=ANA.teacher)).then_refused(OwnApplication)
    own.when(grant(officer=ANA.teacher)).then_refused(OwnApplication)
    own.when(refuse(officer=ANA.teacher)).then_refused(OwnApplication)


@pytest.mark.parametrize("command", [assess(), grant(), refuse()])
def test_what_nobody_applied_for_does_not_exist(command: Command) -> None:
    given(APPLICATION).when(command).then_refused(NoSuchApplication)


def test_school_and_country_are_those_of_the_application() -> None:
    decided = given(APPLICATION, applied(LUC), assessed(of=LUC)).when(grant("FR")).then(granted(LUC))
    assert (decided.state.school, decided.state.country) == (LUC.school, "FR")


@every(st.sampled_from(HISTORIES), st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_whatever_is_asked_it_is_decided_at_most_once(history: tuple[Event, ...], asked: list[Command]) -> None:
    case = given(APPLICATION, *history)
    for command in asked:
        try:
            case = given(APPLICATION, *case.history, *case.when(command).events())
        except RuleViolation:
            continue
        case.when(command).then_nothing()
    decisions = [event for event in case.history if isinstance(event, NQSGranted | NQSRefused)]
    assert len(decisions) <= 1
    assert not decisions or case.state.assessor
