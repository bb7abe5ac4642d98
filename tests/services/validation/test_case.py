"""Validation of teachers, as sentences: does each command act, refuse, stay quiet?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.validation.case import (
    CASE,
    REFUSALS,
    CaseDecidedOtherwise,
    CountryWithdrawn,
    DecidesOnOneself,
    DirectorHasNotApproved,
    NotInCharge,
)
from services.validation.case.asking import MOST_FORMS
from services.validation.commands import Officer
from shared.contracts.base import Command, Event
from shared.event_store.violations import NotFound, RuleViolation
from tests.given import given
from tests.services.validation import asking
from tests.services.validation.asking import (
    approve,
    confirm_contact,
    escalate,
    lapse,
    move,
    open_case,
    record_approval,
    reject,
    validate,
    withdraw,
)
from tests.services.validation.happened import (
    EXPIRES,
    IN_GALICIA,
    IN_MADRID,
    KNOWN,
    NOW,
    NSO_OF_SPAIN,
    NSO_SELF,
    OF_FRANCE,
    OF_SPAIN,
    SELF,
    STATEMENT,
    UNTIL,
    approved,
    asked,
    certificate_filed,
    certificate_requested,
    contacted,
    contested,
    endorsed,
    escalated,
    evidence_filed,
    failed,
    given_time,
    lapsed,
    limited,
    moved,
    opened,
    refused,
    rejected,
    reported,
    upheld,
    validated,
    withdrawn,
)

COMMANDS: tuple[Command, ...] = (
    open_case(),
    confirm_contact(),
    asking.write_to_known(),
    asking.remind(),
    escalate(),
    asking.pass_on(),
    asking.pass_on(reason="overdue"),
    asking.bounce(),
    asking.forget(),
    approve(),
    asking.refuse(),
    asking.ask_for_time(),
    asking.disown(),
    record_approval(),
    record_approval(evidence="certificate"),
    asking.request_certificate(),
    asking.file_certificate(),
    asking.report(),
    asking.report(recommendation="reject"),
    validate(),
    validate(withdrawn_since=NOW.date()),
    confirm_contact(withdrawn_since=NOW.date()),
    reject(),
    asking.contest(),
    asking.uphold(),
    asking.reopen(),
    move(),
    asking.merge(),
    asking.settle(),
    withdraw(),
    lapse(NOW),
)
ASKED = (opened(), *asked())
HISTORIES: tuple[tuple[Event, ...], ...] = (
    (),
    (opened(),),
    (opened(), certificate_requested()),
    (opened(), certificate_requested(), *[certificate_filed(STATEMENT)] * MOST_FORMS),
    ASKED,
    (*ASKED, given_time()),
    (*ASKED, failed()),
    (opened(), approved("letter")),
    (*ASKED, approved()),
    (*ASKED, refused()),
    (*ASKED, approved(), reported()),
    (*ASKED, approved(), validated()),
    (*ASKED, rejected()),
    (opened(), rejected()),
    (opened(), certificate_requested(), rejected()),
    (*ASKED, rejected(by="nso"), contested()),
    (*ASKED, rejected(), contested(), upheld()),
    (*ASKED, rejected(by="nso"), contested(), approved(), validated()),
    (opened(), escalated("applicant_is_director")),
    (*ASKED, withdrawn()),
)


def test_a_case_opens_once() -> None:
    given(CASE).when(open_case()).then(opened()).when(open_case()).then_nothing()


def test_a_head_teachers_case_is_the_national_support_services() -> None:
    case = given(CASE).when(open_case("head_teacher")).then(opened(), escalated("applicant_is_director"))
    case.when(record_approval(IN_MADRID)).then_refused(NotInCharge)
    letter = approved("letter", held_by="national_support")
    vouched = case.when(record_approval(NSO_OF_SPAIN)).then(evidence_filed(), letter)
    vouched.when(validate(NSO_OF_SPAIN)).then(validated())


def test_an_approval_after_a_rejection_is_recorded_and_changes_nothing() -> None:
    after = given(CASE, *ASKED, rejected()).when(approve()).then(approved())
    after.when(validate()).then_refused(CaseDecidedOtherwise, decision="rejected")


def test_no_validation_before_the_director_approves() -> None:
    for history in ((opened(),), ASKED, (*ASKED, refused())):
        given(CASE, *history).when(validate()).then_refused(DirectorHasNotApproved)


def test_a_teacher_is_validated_once() -> None:
    case = given(CASE, *ASKED, approved())
    case.when(validate()).then(validated()).when(validate(OF_SPAIN)).then_nothing()


def test_a_teacher_is_rejected_once_and_before_the_director_answers_too() -> None:
    case = given(CASE, opened()).when(reject()).then(rejected())
    case.when(reject(OF_SPAIN, reason="another")).then_nothing()


def test_of_two_decisions_the_first_stands() -> None:
    history = (*ASKED, approved())
    given(CASE, *history, validated()).when(reject()).then_refused(CaseDecidedOtherwise, decision="validated")
    given(CASE, *history, rejected()).when(validate()).then_refused(CaseDecidedOtherwise, decision="rejected")


@pytest.mark.parametrize("officer", [IN_GALICIA, OF_FRANCE, NSO_OF_SPAIN])
def test_only_the_office_that_has_the_case_acts(officer: Officer) -> None:
    given(CASE, opened()).when(confirm_contact(officer)).then_refused(NotInCharge)
    given(CASE, opened()).when(record_approval(officer)).then_refused(NotInCharge)
    given(CASE, opened(), approved("letter")).when(validate(officer)).then_refused(NotInCharge)
    given(CASE, opened()).when(reject(officer)).then_refused(NotInCharge)


@pytest.mark.parametrize("officer", [OF_SPAIN, NSO_OF_SPAIN])
def test_a_school_without_a_region_belongs_to_its_country(officer: Officer) -> None:
    history = (opened(region=None), *asked(), approved())
    given(CASE, *history).when(validate(officer)).then(validated(region=None))


def test_a_regional_office_has_no_school_without_a_region() -> None:
    given(CASE, opened(region=None)).when(confirm_contact(IN_MADRID)).then_refused(NotInCharge)


@pytest.mark.parametrize("reason", ["director_silent", "overdue"])
def test_a_silent_director_or_a_late_officer_passes_the_case_on(reason: str) -> None:
    command = escalate().model_copy(update={"reason": reason})
    case = given(CASE, *ASKED).when(command).then(escalated(reason))
    case.when(command).then_nothing()
    answered = case.when(approve()).then(approved(held_by="national_support"))
    answered.when(validate(IN_MADRID)).then_refused(NotInCharge, held_by="national_support")
    answered.when(validate(NSO_OF_SPAIN)).then(validated())


def test_what_has_come_is_not_waited_for() -> None:
    for since in (approved(), refused(), failed(), given_time(), contacted(KNOWN, 2)):
        given(CASE, *ASKED, since).when(escalate()).then_nothing()
    over = escalate().model_copy(update={"at": EXPIRES + timedelta(days=14)})
    given(CASE, *ASKED, given_time()).when(over).then(escalated())
    given(CASE, *ASKED, approved()).when(escalate("overdue")).then(escalated("overdue"))
    form = (opened(), certificate_requested())
    given(CASE, *form).when(escalate("certificate_overdue")).then(escalated("certificate_overdue"))
    given(CASE, *form, certificate_filed()).when(escalate("certificate_overdue")).then_nothing()
    given(CASE, *ASKED, rejected()).when(escalate("overdue")).then_nothing()


def test_a_case_goes_with_its_school_while_it_is_open() -> None:
    case = given(CASE, opened(), approved("letter")).when(move()).then(moved())
    case.when(move()).then_nothing()
    case.when(validate(IN_MADRID)).then_refused(NotInCharge)
    case.when(validate(IN_GALICIA)).then(validated(region="Galicia"))
    given(CASE, opened(), rejected()).when(move()).then_nothing()


def test_a_case_that_nobody_needs_is_withdrawn() -> None:
    case = given(CASE, *ASKED).when(withdraw()).then(withdrawn())
    case.when(withdraw("erased")).then_nothing()
    case.when(approve()).then_refused(CaseDecidedOtherwise, decision="withdrawn")
    case.when(validate()).then_refused(CaseDecidedOtherwise, decision="withdrawn")
    given(CASE, *ASKED, approved(), validated()).when(withdraw()).then_nothing()


def test_a_validation_lapses_when_its_years_are_over() -> None:
    case = given(CASE, *ASKED, approved()).when(validate(until=UNTIL)).then(validated(), limited())
    case.when(lapse(UNTIL - timedelta(microseconds=1))).then_nothing()
    case.when(lapse(UNTIL, again=False)).then(lapsed(again=False))
    case.when(lapse(UNTIL)).then(lapsed()).when(lapse(UNTIL)).then_nothing()
    given(CASE, *ASKED, approved(), validated()).when(lapse(UNTIL)).then_nothing()


def test_a_lapsed_validation_of_a_head_teacher_remembers_who_the_director_is() -> None:
    history = (opened(), escalated("applicant_is_director"), approved("letter"), validated(), limited())
    given(CASE, *history).when(lapse(UNTIL)).then(lapsed("head_teacher"))


def test_two_approvals_are_of_two_officers() -> None:
    case = given(CASE, *ASKED, approved()).when(validate(needed=2)).then(endorsed())
    case.when(validate(needed=2)).then_nothing()
    both = case.when(validate(OF_SPAIN, needed=2)).then(endorsed("nat", 2), validated())
    both.when(validate(needed=2)).then_nothing()


def test_a_node_that_wants_fewer_approvals_from_now_on_has_enough() -> None:
    given(CASE, *ASKED, approved(), endorsed()).when(validate(needed=1)).then(validated())


def test_nobody_is_validated_in_a_country_that_left() -> None:
    left = validate(withdrawn_since=NOW.date())
    given(CASE, *ASKED, approved()).when(left).then_refused(CountryWithdrawn, country="ES", since="2026-11-24")
    given(CASE, *ASKED, approved(), validated()).when(left).then_nothing()


def test_nobody_decides_on_oneself() -> None:
    case = given(CASE, opened())
    for command in (confirm_contact(SELF), record_approval(SELF), validate(SELF), reject(SELF), asking.report(SELF)):
        case.when(command).then_refused(DecidesOnOneself)
    refusal = given(CASE, opened(), rejected(), contested())
    for second in (asking.uphold(NSO_SELF), asking.reopen(NSO_SELF), validate(NSO_SELF)):
        refusal.when(second).then_refused(DecidesOnOneself)


def test_what_is_not_there_is_not_found() -> None:
    for command in COMMANDS[1:]:
        given(CASE).when(command).then_refused(NotFound)


def refusals(command: Command) -> Iterator[type[RuleViolation]]:
    for officer in (IN_MADRID, IN_GALICIA, NSO_OF_SPAIN, SELF):
        asked_by = command.model_copy(update={"officer": officer}) if hasattr(command, "officer") else command
        for history in HISTORIES:
            try:
                CASE.decide(CASE.fold(history), asked_by)
            except RuleViolation as violation:
                yield type(violation)


def test_exactly_the_documented_refusals_happen() -> None:
    late = (approve(at=EXPIRES), asking.refuse(at=EXPIRES), asking.ask_for_time(at=EXPIRES), asking.disown(at=EXPIRES))
    happened: dict[type[Command], set[type[RuleViolation]]] = {kind: set() for kind in REFUSALS}
    for command in (*COMMANDS, *late, confirm_contact(contact=KNOWN)):
        happened[type(command)] |= set(refusals(command))
    assert happened == {kind: set(documented) for kind, documented in REFUSALS.items()}
