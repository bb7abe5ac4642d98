"""Founding projects, as sentences: does each command act, refuse, stay quiet?"""

from collections.abc import Iterator

import pytest

from services.projects.project import (
    PROJECT,
    REFUSALS,
    AgesOutsideProgramme,
    AnsweredOtherwise,
    CoFounderHasNotAccepted,
    DecidedOtherwise,
    DecidesOnOwnProject,
    FoundedWithOneself,
    NotAFoundingCountry,
    NotAMember,
    NotTheInvited,
    ProjectNotRunning,
    SameSchool,
)
from shared.contracts.base import Command, Event
from shared.contracts.projects import Member
from shared.contracts.teaching import Ages
from shared.event_store.violations import NotFound, RuleViolation
from tests.given import given
from tests.services.projects.happened import (
    ANA,
    EVA,
    LUC,
    PIA,
    RUNNING,
    WAITING,
    accept,
    accepted,
    approve,
    approved,
    decline,
    declined,
    invite,
    invited,
    join,
    joined,
    propose,
    proposed,
    reject,
    rejected,
    started,
)

COMMANDS: tuple[Command, ...] = (
    propose(),
    propose(co_founder=ANA),
    propose(ages=Ages(age_from=2, age_to=14)),
    propose(co_founder=PIA.model_copy(update={"school": ANA.school})),
    accept(),
    accept(PIA),
    decline(),
    decline(PIA),
    approve("ES"),
    approve("IT"),
    approve("ES", officer=ANA.teacher),
    reject("FR"),
    reject("IT"),
    reject("FR", officer=LUC.teacher),
    invite(),
    invite(by=PIA),
    join(),
    join(EVA),
)
HISTORIES: tuple[tuple[Event, ...], ...] = (
    (),
    (proposed(),),
    (proposed(), declined()),
    WAITING,
    (*WAITING, approved("ES")),
    (*WAITING, rejected("FR")),
    (*WAITING, approved("ES"), rejected("FR")),
    RUNNING,
    (*RUNNING, invited()),
    (*RUNNING, invited(), joined()),
)


def test_a_teacher_proposes_once() -> None:
    given(PROJECT).when(propose()).then(proposed()).when(propose()).then_nothing()


def test_two_schools_are_needed() -> None:
    colleague = PIA.model_copy(update={"school": ANA.school})
    given(PROJECT).when(propose(co_founder=colleague)).then_refused(SameSchool, school=ANA.school)
    given(PROJECT).when(propose(co_founder=ANA)).then_refused(FoundedWithOneself)


@pytest.mark.parametrize(("age_from", "age_to"), [(2, 14), (12, 20), (15, 14)])
def test_l14_pupils_are_of_the_programmes_ages(age_from: int, age_to: int) -> None:
    ages = Ages(age_from=age_from, age_to=age_to)
    given(PROJECT).when(propose(ages=ages)).then_refused(AgesOutsideProgramme, age_from=age_from, age_to=age_to)


@pytest.mark.parametrize("ages", [None, Ages(age_from=3, age_to=19), Ages(age_from=7, age_to=7)])
def test_the_pupils_ages_may_be_left_open(ages: Ages | None) -> None:
    given(PROJECT).when(propose(ages=ages)).then(proposed(ages=ages))


def test_two_schools_of_one_country_are_enough() -> None:
    given(PROJECT).when(propose(co_founder=EVA)).then(proposed(EVA)).when(accept(EVA)).then(accepted(EVA))


def test_the_co_founder_accepts_once_and_cannot_decline_after_it() -> None:
    after = given(PROJECT, proposed()).when(accept()).then(accepted())
    after.when(accept()).then_nothing()
    after.when(decline()).then_refused(AnsweredOtherwise, answer="accepted")


def test_the_co_founder_declines_once_and_cannot_accept_after_it() -> None:
    after = given(PROJECT, proposed()).when(decline()).then(declined())
    after.when(decline()).then_nothing()
    after.when(accept()).then_refused(AnsweredOtherwise, answer="declined")


@pytest.mark.parametrize("other", [ANA, PIA])
def test_only_the_invited_answers(other: Member) -> None:
    given(PROJECT, proposed()).when(accept(other)).then_refused(NotTheInvited)
    given(PROJECT, proposed()).when(decline(other)).then_refused(NotTheInvited)


@pytest.mark.parametrize(("first", "second"), [("ES", "FR"), ("FR", "ES")])
def test_a_project_starts_with_the_last_approval(first: str, second: str) -> None:
    halfway = given(PROJECT, *WAITING).when(approve(first)).then(approved(first))
    halfway.when(approve(first)).then_nothing()
    running = halfway.when(approve(second)).then(approved(second), started())
    running.when(approve(second)).then_nothing()


def test_a_national_project_needs_one_approval() -> None:
    waiting = given(PROJECT, proposed(EVA), accepted(EVA))
    waiting.when(approve("ES")).then(approved("ES"), started(EVA))


def test_approvals_open_when_the_co_founder_has_accepted() -> None:
    for history in ((proposed(),), (proposed(), declined())):
        given(PROJECT, *history).when(approve("ES")).then_refused(CoFounderHasNotAccepted)
        given(PROJECT, *history).when(reject("ES")).then_refused(CoFounderHasNotAccepted)


def test_only_founding_countries_decide() -> None:
    given(PROJECT, *WAITING).when(approve("IT")).then_refused(NotAFoundingCountry)
    given(PROJECT, *WAITING).when(reject("IT")).then_refused(NotAFoundingCountry)


def test_nobody_decides_on_a_project_of_their_own() -> None:
    given(PROJECT, *WAITING).when(approve("ES", officer=ANA.teacher)).then_refused(DecidesOnOwnProject)
    given(PROJECT, *WAITING).when(reject("FR", officer=LUC.teacher)).then_refused(DecidesOnOwnProject)


def test_one_rejection_ends_it_and_the_first_reason_stands() -> None:
    ended = given(PROJECT, *WAITING, approved("ES")).when(reject("FR")).then(rejected("FR"))
    ended.when(reject("FR", reason="another")).then_nothing()
    ended.when(approve("FR")).then_refused(DecidedOtherwise, decision="rejected")


def test_a_country_cannot_take_its_approval_back() -> None:
    given(PROJECT, *WAITING, approved("ES")).when(reject("ES")).then_refused(DecidedOtherwise, decision="approved")
    given(PROJECT, *RUNNING).when(reject("FR")).then_refused(DecidedOtherwise, decision="approved")


def test_a_member_invites_once_and_the_partner_joins_once() -> None:
    asked = given(PROJECT, *RUNNING).when(invite()).then(invited())
    asked.when(invite(by=LUC)).then_nothing()
    inside = asked.when(join()).then(joined())
    inside.when(join()).then_nothing()
    inside.when(invite()).then_nothing()


def test_a_partner_of_another_country_changes_no_founding_country() -> None:
    national = given(PROJECT, proposed(EVA), accepted(EVA), approved("ES"), started(EVA), invited(LUC), joined(LUC))
    assert national.state.founding_countries == ("ES",)


def test_a_partner_may_invite_the_next() -> None:
    given(PROJECT, *RUNNING, invited(), joined()).when(invite(EVA, by=PIA)).then(
        invited(EVA).model_copy(update={"invited_by": PIA.teacher})
    )


def test_nobody_joins_uninvited_and_only_members_invite() -> None:
    given(PROJECT, *RUNNING).when(join()).then_refused(NotTheInvited)
    given(PROJECT, *RUNNING, invited()).when(invite(EVA, by=PIA)).then_refused(NotAMember)


@pytest.mark.parametrize("history", [(proposed(),), WAITING, (*WAITING, rejected("FR"))])
def test_partners_join_a_running_project_only(history: tuple[Event, ...]) -> None:
    given(PROJECT, *history).when(invite()).then_refused(ProjectNotRunning)
    given(PROJECT, *history).when(join()).then_refused(ProjectNotRunning)


def test_what_is_not_there_is_not_found() -> None:
    for command in (accept(), decline(), approve("ES"), reject("ES"), invite(), join()):
        given(PROJECT).when(command).then_refused(NotFound)


def refusals(command: Command) -> Iterator[type[RuleViolation]]:
    for history in HISTORIES:
        try:
            PROJECT.decide(PROJECT.fold(history), command)
        except RuleViolation as violation:
            yield type(violation)


def test_exactly_the_documented_refusals_happen() -> None:
    happened: dict[type[Command], set[type[RuleViolation]]] = {kind: set() for kind in REFUSALS}
    for command in COMMANDS:
        happened[type(command)] |= set(refusals(command))
    assert happened == {kind: set(documented) for kind, documented in REFUSALS.items()}
