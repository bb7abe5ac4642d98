"""The director is asked, reminded, asked elsewhere, answers: does each command act, refuse, stay quiet (FAQ L19-20)?"""

from datetime import timedelta

import pytest

from services.validation.case import (
    CASE,
    ApplicantIsDirector,
    CaseDecidedOtherwise,
    CountryWithdrawn,
    DirectorAnsweredOtherwise,
    DirectorContactChanged,
    DirectorContactUnknown,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NoMoreTime,
)
from tests.given import given
from tests.services.validation.asking import (
    approve,
    ask_for_time,
    bounce,
    confirm_contact,
    disown,
    record_approval,
    refuse,
    remind,
    request_certificate,
    write_to_known,
)
from tests.services.validation.happened import (
    CONTACT,
    EXPIRES,
    KNOWN,
    NOW,
    NSO_OF_SPAIN,
    SUCCESSOR,
    approved,
    asked,
    attempt_at,
    contacted,
    escalated,
    evidence_filed,
    failed,
    given_time,
    opened,
    refused,
    rejected,
    reminded,
    successor_named,
    validated,
    withdrawn,
)


def test_the_case_writes_to_the_director_once_the_address_is_vouched_for() -> None:
    given(CASE, opened()).when(confirm_contact()).then(*asked()).when(confirm_contact()).then_nothing()


def test_nobody_writes_to_a_director_of_a_country_that_has_left() -> None:
    left = confirm_contact(withdrawn_since=NOW.date())
    given(CASE, opened()).when(left).then_refused(CountryWithdrawn, country="ES", since="2026-11-24")
    given(CASE, opened(), *asked()).when(left).then_nothing()


def test_nobody_writes_to_a_director_who_has_approved_by_letter() -> None:
    given(CASE, opened(), approved("letter")).when(confirm_contact()).then_refused(DirectorAnsweredOtherwise)


def test_nobody_writes_to_a_director_after_a_rejection() -> None:
    given(CASE, opened(), rejected()).when(confirm_contact()).then_refused(CaseDecidedOtherwise, decision="rejected")


def test_nobody_asks_the_applicant_about_the_applicant() -> None:
    case = given(CASE, opened(), escalated("applicant_is_director"))
    case.when(confirm_contact(NSO_OF_SPAIN)).then_refused(ApplicantIsDirector)
    case.when(write_to_known()).then_nothing()
    case.when(request_certificate()).then_nothing()


def test_a_known_director_who_registers_as_a_teacher_is_not_asked_about_oneself() -> None:
    oneself = write_to_known().model_copy(update={"director_is_applicant": True})
    case = given(CASE, opened()).when(oneself).then(escalated("applicant_is_director"))
    case.when(oneself).then_nothing()
    case.when(confirm_contact(NSO_OF_SPAIN)).then_refused(ApplicantIsDirector)
    given(CASE, opened(), rejected()).when(oneself).then_nothing()
    asks_another = given(CASE, opened(), *asked()).when(oneself).then(escalated("applicant_is_director"))
    asks_another.when(approve()).then_refused(DirectorLinkClosed)
    silent = given(CASE, opened(), *asked(), escalated()).when(oneself).then(escalated("applicant_is_director"))
    silent.when(record_approval(NSO_OF_SPAIN, statement=None)).then(approved("letter", held_by="national_support"))


def test_an_officer_who_vouches_for_the_applicants_own_address_gives_the_case_away() -> None:
    case = given(CASE, opened(), *asked(), failed("not_the_director"), successor_named())
    given_away = case.when(confirm_contact(oneself=True)).then(escalated("applicant_is_director"))
    given_away.when(confirm_contact(NSO_OF_SPAIN, oneself=True)).then_refused(ApplicantIsDirector)


def test_the_case_writes_by_itself_to_a_director_who_is_known() -> None:
    given(CASE, opened()).when(write_to_known()).then(contacted(KNOWN)).when(write_to_known()).then_nothing()


def test_a_newer_address_is_another_attempt_and_the_old_link_dies() -> None:
    case = given(CASE, opened(), *asked()).when(write_to_known()).then(contacted(KNOWN, 2))
    case.when(approve()).then_refused(DirectorLinkClosed)
    case.when(approve(attempt_at(KNOWN, 2))).then(approved().model_copy(update={"attempt": attempt_at(KNOWN, 2)}))


def test_a_sweep_that_looked_before_an_officer_vouched_closes_no_link() -> None:
    given(CASE, opened(), *asked()).when(write_to_known(asked_before=None)).then_nothing()


@pytest.mark.parametrize("end", [approved(), refused(), rejected(), validated()])
def test_nobody_writes_anew_once_there_is_an_answer_or_a_decision(end: object) -> None:
    given(CASE, opened(), *asked(), end).when(write_to_known()).then_nothing()  # type: ignore[arg-type]


def test_the_director_is_reminded_by_the_same_link() -> None:
    case = given(CASE, opened(), *asked()).when(remind(1)).then(reminded(1))
    case.when(remind(1)).then_nothing()
    case.when(remind(2)).then(reminded(2)).when(remind(1)).then_nothing()


def test_a_late_reminder_stands_for_those_before_it() -> None:
    given(CASE, opened(), *asked()).when(remind(2)).then(reminded(2)).when(remind(1)).then_nothing()


@pytest.mark.parametrize("since", [approved(), refused(), rejected(), failed(), given_time()])
def test_nobody_is_reminded_who_answered_or_has_time(since: object) -> None:
    given(CASE, opened(), *asked(), since).when(remind()).then_nothing()  # type: ignore[arg-type]


def test_nobody_is_reminded_of_a_dead_or_another_link() -> None:
    case = given(CASE, opened(), *asked())
    case.when(remind(at=EXPIRES)).then_nothing()
    case.when(remind(attempt="another")).then_nothing()
    given(CASE, opened()).when(remind()).then_nothing()


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


def test_a_link_of_a_case_that_nobody_needs_any_more_records_nothing() -> None:
    """What is decided is another matter: a late answer is recorded there (rules §4.10)."""
    case = given(CASE, opened(), *asked(), withdrawn())
    for answer in (approve(), refuse(), ask_for_time(), disown(), approve(at=EXPIRES)):
        case.when(answer).then_refused(CaseDecidedOtherwise, decision="withdrawn")
    case.when(record_approval()).then_refused(CaseDecidedOtherwise, decision="withdrawn")
    given(CASE, opened(), *asked(), approved(), withdrawn()).when(approve()).then_nothing()
    given(CASE, opened(), *asked(), rejected()).when(approve()).then(approved())


def test_a_link_ends_on_the_moment() -> None:
    case = given(CASE, opened(), *asked())
    case.when(approve(at=EXPIRES - timedelta(microseconds=1))).then(approved())
    case.when(approve(at=EXPIRES)).then_refused(DirectorLinkExpired)
    given(CASE, opened(), *asked(), approved()).when(approve(at=EXPIRES)).then_nothing()


def test_the_director_may_have_more_time_as_often_as_the_node_says() -> None:
    case = given(CASE, opened(), *asked()).when(ask_for_time()).then(given_time())
    case.when(approve(at=EXPIRES)).then(approved())
    case.when(ask_for_time()).then_refused(NoMoreTime)
    case.when(ask_for_time(extensions=2)).then_nothing()
    given(CASE, opened(), *asked()).when(ask_for_time(extensions=0)).then_refused(NoMoreTime)


def test_more_time_asked_for_again_is_the_time_that_was_had() -> None:
    longer = EXPIRES + timedelta(days=28)
    case = given(CASE, opened(), *asked()).when(ask_for_time(had=0)).then(given_time())
    case.when(ask_for_time(until=longer, had=0)).then_nothing()
    case.when(ask_for_time(until=longer, had=1)).then_refused(NoMoreTime)
    twice = case.when(ask_for_time(until=longer, extensions=2, had=1)).then(given_time(longer))
    twice.when(ask_for_time(until=longer + timedelta(days=14), extensions=3, had=0)).then_nothing()


def test_who_has_answered_or_comes_too_late_needs_no_time() -> None:
    case = given(CASE, opened(), *asked())
    case.when(ask_for_time(at=EXPIRES)).then_refused(DirectorLinkExpired)
    given(CASE, opened(), *asked(), approved()).when(ask_for_time()).then_refused(DirectorAnsweredOtherwise)
    given(CASE, opened(), *asked(), rejected()).when(ask_for_time()).then_refused(CaseDecidedOtherwise)


def test_a_mail_that_came_back_closes_its_attempt_and_nothing_is_left_to_write_to() -> None:
    case = given(CASE, opened(), *asked()).when(bounce()).then(failed())
    case.when(bounce()).then_nothing()
    case.when(approve()).then_refused(DirectorLinkClosed)
    case.when(confirm_contact()).then_refused(DirectorContactUnknown)
    case.when(write_to_known()).then(contacted(KNOWN, 2))


def test_a_late_bounce_of_an_old_attempt_means_nothing() -> None:
    given(CASE, opened(), *asked(), contacted(KNOWN, 2)).when(bounce()).then_nothing()
    for since in (approved(), refused(), approved("letter"), rejected(), withdrawn()):
        given(CASE, opened(), *asked(), since).when(bounce()).then_nothing()


def test_a_bounce_that_comes_after_the_takeover_or_the_links_end_still_tells_that_nobody_was_asked() -> None:
    given(CASE, opened(), *asked(), escalated()).when(bounce()).then(failed())
    late = bounce().model_copy(update={"at": EXPIRES + timedelta(days=1)})
    given(CASE, opened(), *asked()).when(late).then(failed())


def test_who_is_not_the_director_any_more_names_the_successor_and_an_officer_vouches() -> None:
    case = given(CASE, opened(), *asked()).when(disown(SUCCESSOR)).then(failed("not_the_director"), successor_named())
    case.when(disown(SUCCESSOR)).then_nothing()
    case.when(approve()).then_refused(DirectorLinkClosed)
    case.when(confirm_contact()).then(*asked(SUCCESSOR, 2, "validation"))


def test_nobody_vouches_for_an_address_that_was_changed_since_it_was_read() -> None:
    given(CASE, opened()).when(confirm_contact(contact=CONTACT)).then(*asked())
    case = given(CASE, opened(), *asked(), failed("not_the_director"), successor_named())
    case.when(confirm_contact(contact=CONTACT)).then_refused(DirectorContactChanged)
    vouched = case.when(confirm_contact(contact=SUCCESSOR)).then(*asked(SUCCESSOR, 2, "validation"))
    vouched.when(confirm_contact(contact=SUCCESSOR)).then_nothing()
    vouched.when(confirm_contact(contact=CONTACT)).then_refused(DirectorContactChanged)
    given(CASE, opened(), *asked(), failed()).when(confirm_contact(contact=CONTACT)).then_refused(
        DirectorContactUnknown
    )


def test_who_is_not_the_director_any_more_need_not_know_the_successor() -> None:
    case = given(CASE, opened(), *asked()).when(disown()).then(failed("not_the_director"))
    case.when(confirm_contact()).then_refused(DirectorContactUnknown)


def test_the_same_address_may_be_tried_again_by_another_link() -> None:
    case = given(CASE, opened(), *asked(), failed()).when(write_to_known(CONTACT)).then(contacted(CONTACT, 2))
    assert attempt_at(CONTACT, 2) != attempt_at(CONTACT)
    case.when(approve()).then_refused(DirectorLinkClosed)


@pytest.mark.parametrize("evidence", ["letter", "telephone"])
def test_an_approval_that_came_another_way_is_recorded_with_what_it_rests_on(evidence: str) -> None:
    command = record_approval().model_copy(update={"evidence": evidence})
    case = given(CASE, opened()).when(command).then(evidence_filed(evidence), approved(evidence))
    case.when(command).then_nothing()


def test_an_approval_may_be_recorded_without_a_word() -> None:
    given(CASE, opened()).when(record_approval(statement=None)).then(approved("letter"))


def test_the_link_of_a_director_who_also_wrote_a_letter_says_nothing_new() -> None:
    given(CASE, opened(), *asked(), approved("letter")).when(approve()).then_nothing()


def test_a_recorded_approval_does_not_overrule_the_director() -> None:
    given(CASE, opened(), *asked(), refused()).when(record_approval()).then_refused(DirectorAnsweredOtherwise)
