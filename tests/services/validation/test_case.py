"""Validation of teachers, as sentences: does each command act, refuse, stay quiet?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.validation.case import (
    CASE,
    REFUSALS,
    CaseDecidedOtherwise,
    DecidesOnOneself,
    DirectorAnsweredOtherwise,
    DirectorHasNotApproved,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NotInCharge,
)
from services.validation.commands import Officer
from shared.contracts.base import Command, Event
from shared.event_store.violations import NotFound, RuleViolation
from tests.given import given
from tests.services.validation.happened import (
    EXPIRES,
    IN_GALICIA,
    IN_MADRID,
    NSO_OF_SPAIN,
    OF_FRANCE,
    OF_SPAIN,
    SELF,
    approve,
    approved,
    asked,
    confirm_contact,
    open_case,
    opened,
    record_approval,
    refuse,
    refused,
    reject,
    rejected,
    validate,
    validated,
)

COMMANDS: tuple[Command, ...] = (
    open_case(),
    confirm_contact(),
    approve(),
    refuse(),
    record_approval(),
    validate(),
    reject(),
)
HISTORIES: tuple[tuple[Event, ...], ...] = (
    (),
    (opened(),),
    (opened(), *asked()),
    (opened(), approved("letter")),
    (opened(), *asked(), approved()),
    (opened(), *asked(), refused()),
    (opened(), *asked(), approved(), validated()),
    (opened(), *asked(), rejected()),
    (opened(), rejected()),
)


def test_a_case_opens_once() -> None:
    given(CASE).when(open_case()).then(opened()).when(open_case()).then_nothing()


def test_the_case_writes_to_the_director_once_the_address_is_vouched_for() -> None:
    given(CASE, opened()).when(confirm_contact()).then(*asked()).when(confirm_contact()).then_nothing()


def test_nobody_writes_to_a_director_who_has_approved_by_letter() -> None:
    given(CASE, opened(), approved("letter")).when(confirm_contact()).then_refused(DirectorAnsweredOtherwise)


def test_nobody_writes_to_a_director_after_a_rejection() -> None:
    given(CASE, opened(), rejected()).when(confirm_contact()).then_refused(CaseDecidedOtherwise, decision="rejected")


def test_the_director_approves_once() -> None:
    case = given(CASE, opened(), *asked())
    case.when(approve()).then(approved()).when(approve()).then_nothing()


def test_the_director_refuses_once_and_the_first_reason_stands() -> None:
    case = given(CASE, opened(), *asked())
    case.when(refuse()).then(refused()).when(refuse(reason="left_the_school")).then_nothing()


def test_the_directors_first_answer_stands() -> None:
    said_yes = given(CASE, opened(), *asked(), approved())
    said_yes.when(refuse()).then_refused(DirectorAnsweredOtherwise, answer="approved")
    said_no = given(CASE, opened(), *asked(), refused())
    said_no.when(approve()).then_refused(DirectorAnsweredOtherwise, answer="refused")


def test_a_link_opens_its_own_attempt_only() -> None:
    given(CASE, opened(), *asked()).when(approve(attempt="another")).then_refused(DirectorLinkClosed)
    given(CASE, opened()).when(approve()).then_refused(DirectorLinkClosed)


def test_a_link_ends_on_the_moment() -> None:
    case = given(CASE, opened(), *asked())
    case.when(approve(at=EXPIRES - timedelta(microseconds=1))).then(approved())
    case.when(approve(at=EXPIRES)).then_refused(DirectorLinkExpired)
    given(CASE, opened(), *asked(), approved()).when(approve(at=EXPIRES)).then_nothing()


def test_an_approval_after_a_rejection_is_recorded_and_changes_nothing() -> None:
    after = given(CASE, opened(), *asked(), rejected()).when(approve()).then(approved())
    after.when(validate()).then_refused(CaseDecidedOtherwise, decision="rejected")


@pytest.mark.parametrize("evidence", ["letter", "telephone"])
def test_the_representative_records_an_approval_that_came_another_way(evidence: str) -> None:
    command = record_approval().model_copy(update={"evidence": evidence})
    recorded = given(CASE, opened()).when(command).then(approved(evidence))
    recorded.when(command).then_nothing()
    recorded.when(validate()).then(validated())


def test_a_recorded_approval_does_not_overrule_the_director() -> None:
    given(CASE, opened(), *asked(), refused()).when(record_approval()).then_refused(DirectorAnsweredOtherwise)


def test_no_validation_before_the_director_approves() -> None:
    for history in ((opened(),), (opened(), *asked()), (opened(), *asked(), refused())):
        given(CASE, *history).when(validate()).then_refused(DirectorHasNotApproved)


def test_a_teacher_is_validated_once() -> None:
    case = given(CASE, opened(), *asked(), approved())
    case.when(validate()).then(validated()).when(validate(OF_SPAIN)).then_nothing()


def test_a_teacher_is_rejected_once_and_before_the_director_answers_too() -> None:
    case = given(CASE, opened()).when(reject()).then(rejected())
    case.when(reject(OF_SPAIN, reason="another")).then_nothing()


def test_of_two_decisions_the_first_stands() -> None:
    history = (opened(), *asked(), approved())
    given(CASE, *history, validated()).when(reject()).then_refused(CaseDecidedOtherwise, decision="validated")
    given(CASE, *history, rejected()).when(validate()).then_refused(CaseDecidedOtherwise, decision="rejected")


@pytest.mark.parametrize("officer", [IN_GALICIA, OF_FRANCE, NSO_OF_SPAIN])
def test_only_the_office_that_holds_the_school_acts(officer: Officer) -> None:
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


def test_where_the_policy_says_so_the_support_service_decides_and_the_representative_reports() -> None:
    case = given(CASE, opened(), *asked(), approved())
    case.when(validate(IN_MADRID, "national_support")).then_refused(NotInCharge)
    case.when(validate(NSO_OF_SPAIN, "national_support")).then(validated())
    case.when(reject(NSO_OF_SPAIN, "national_support")).then(rejected())


def test_nobody_decides_on_oneself() -> None:
    case = given(CASE, opened())
    for command in (confirm_contact(SELF), record_approval(SELF), validate(SELF), reject(SELF)):
        case.when(command).then_refused(DecidesOnOneself)


def test_what_is_not_there_is_not_found() -> None:
    for command in COMMANDS[1:]:
        given(CASE).when(command).then_refused(NotFound)


def refusals(command: Command) -> Iterator[type[RuleViolation]]:
    for officer in (IN_MADRID, IN_GALICIA, SELF):
        asked_by = command.model_copy(update={"officer": officer}) if hasattr(command, "officer") else command
        for history in HISTORIES:
            try:
                CASE.decide(CASE.fold(history), asked_by)
            except RuleViolation as violation:
                yield type(violation)


def test_exactly_the_documented_refusals_happen() -> None:
    late = (approve(at=EXPIRES), refuse(at=EXPIRES))
    happened: dict[type[Command], set[type[RuleViolation]]] = {kind: set() for kind in REFUSALS}
    for command in (*COMMANDS, *late):
        happened[type(command)] |= set(refusals(command))
    assert happened == {kind: set(documented) for kind, documented in REFUSALS.items()}
