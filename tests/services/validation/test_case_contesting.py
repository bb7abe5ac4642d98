"""A report, a refusal, a second look: does each command act, refuse, stay quiet (practice in Spain, rules §4.10)?"""

import pytest

from services.validation.case import (
    CASE,
    CaseDecidedOtherwise,
    DecidesOnOneself,
    DirectorHasNotApproved,
    DirectorLinkClosed,
    NothingToContest,
    NothingToReopen,
    NotInCharge,
    ReasonNotYours,
    RefusalContestedBefore,
    RefusalIsContested,
    RefusalNeedsReason,
    RefusalNotContested,
    ReportedOtherwise,
    SecondLookByAnotherOfficer,
)
from shared.contracts.base import Event
from shared.event_store.violations import NotFound
from tests.given import given
from tests.services.validation.asking import (
    approve,
    ask_for_time,
    confirm_contact,
    contest,
    disown,
    pass_on,
    refuse,
    reject,
    reopen,
    report,
    uphold,
    validate,
    write_to_known,
)
from tests.services.validation.happened import (
    CONTACT,
    IN_GALICIA,
    IN_MADRID,
    KNOWN,
    NSO_OF_SPAIN,
    OF_FRANCE,
    OTHER_NSO,
    SELF,
    approved,
    asked,
    attempt_at,
    certificate_requested,
    contacted,
    contested,
    endorsed,
    escalated,
    failed,
    moved,
    opened,
    refused,
    rejected,
    reopened,
    reported,
    upheld,
    validated,
)

ASKED = (opened(), *asked())
REFUSED_BY_NSO = (*ASKED, rejected(by="nso"))


def test_where_the_policy_says_so_the_representative_reports_and_the_support_service_decides() -> None:
    case = given(CASE, *ASKED, approved())
    case.when(validate(IN_MADRID, "national_support")).then_refused(NotInCharge)
    told = case.when(report()).then(reported())
    told.when(report()).then_nothing()
    told.when(validate(NSO_OF_SPAIN, "national_support")).then(validated())
    told.when(reject(NSO_OF_SPAIN, "national_support")).then(rejected(by="nso", office="national_support"))


def test_the_support_service_need_not_wait_for_the_report() -> None:
    given(CASE, *ASKED, approved()).when(validate(NSO_OF_SPAIN, "national_support")).then(validated())


def test_a_report_says_what_the_director_said_and_why_not() -> None:
    given(CASE, *ASKED).when(report()).then_refused(DirectorHasNotApproved)
    given(CASE, *ASKED).when(report(recommendation="reject")).then_refused(RefusalNeedsReason)
    no = report(recommendation="reject", reason="not_on_staff")
    against = given(CASE, *ASKED).when(no).then(reported("reject", "not_on_staff"))
    against.when(report()).then_refused(ReportedOtherwise, recommendation="reject")


def test_nobody_reports_where_the_representative_decides_or_from_elsewhere() -> None:
    given(CASE, *ASKED, approved()).when(report(decided_by="representative")).then_refused(NotInCharge)
    given(CASE, *ASKED, approved()).when(report(IN_GALICIA)).then_refused(NotInCharge)
    given(CASE, *ASKED, approved()).when(report(NSO_OF_SPAIN)).then_refused(NotInCharge)


def test_nobody_reports_a_decided_case() -> None:
    given(CASE, *ASKED, approved(), validated()).when(report()).then_refused(CaseDecidedOtherwise)


def test_a_representative_may_pass_a_case_on() -> None:
    case = given(CASE, opened()).when(pass_on()).then(escalated("knows_the_applicant"))
    case.when(pass_on()).then_nothing()
    given(CASE, opened(), rejected()).when(pass_on()).then_refused(CaseDecidedOtherwise)


def test_a_case_is_passed_on_by_its_own_representative_only() -> None:
    for officer in (IN_GALICIA, OF_FRANCE, NSO_OF_SPAIN):
        given(CASE, opened()).when(pass_on(officer)).then_refused(NotInCharge)
    given(CASE, opened()).when(pass_on(SELF)).then_refused(DecidesOnOneself)
    given(CASE).when(pass_on()).then_refused(NotFound)
    given(CASE, opened(), moved()).when(pass_on(IN_MADRID)).then_refused(NotInCharge)


def test_whoever_passes_a_case_on_is_out_of_it() -> None:
    case = given(CASE, *ASKED, approved()).when(pass_on()).then(escalated("knows_the_applicant"))
    case.when(validate(IN_MADRID)).then_refused(NotInCharge)
    case.when(validate(NSO_OF_SPAIN)).then(validated())


@pytest.mark.parametrize("reason", ["applicant_is_director", "director_silent", "overdue", "certificate_overdue"])
def test_an_officer_does_not_give_the_reasons_that_the_case_gives_itself(reason: str) -> None:
    given(CASE, *ASKED).when(pass_on(reason=reason)).then_refused(ReasonNotYours, reason=reason)
    given(CASE, *ASKED, escalated(reason)).when(pass_on(reason=reason)).then_refused(ReasonNotYours)


def test_a_passed_on_case_waits_for_the_support_service_and_not_for_the_director() -> None:
    passed = given(CASE, *ASKED, escalated("knows_the_applicant"))
    assert passed.state.owner == "national_support"
    asked_anew = given(CASE, *ASKED, escalated(), failed(), contacted(KNOWN, 2))
    assert asked_anew.state.owner == "director"
    assert given(CASE, opened(), certificate_requested(), escalated("certificate_overdue")).state.owner == (
        "national_support"
    )


def test_a_refused_teacher_asks_for_one_second_look() -> None:
    case = given(CASE, *REFUSED_BY_NSO).when(contest()).then(contested())
    case.when(contest()).then_nothing()
    again = given(CASE, *REFUSED_BY_NSO, contested(), upheld())
    again.when(contest()).then_refused(RefusalContestedBefore)
    given(CASE, opened(), rejected(), contested(), approved("letter"), validated()).when(contest()).then_refused(
        RefusalContestedBefore
    )


def test_only_the_refused_teacher_contests() -> None:
    given(CASE, *REFUSED_BY_NSO).when(contest("somebody")).then_refused(NotFound)
    given(CASE, *ASKED).when(contest()).then_refused(NothingToContest)


def test_the_second_look_is_another_officers() -> None:
    case = given(CASE, *REFUSED_BY_NSO, contested(), approved())
    case.when(validate(NSO_OF_SPAIN)).then_refused(SecondLookByAnotherOfficer)
    case.when(uphold(NSO_OF_SPAIN)).then_refused(SecondLookByAnotherOfficer)
    case.when(validate(OTHER_NSO)).then(validated())
    case.when(uphold(OTHER_NSO)).then(upheld()).when(uphold(OTHER_NSO)).then_nothing()


def test_the_second_look_too_needs_the_directors_approval() -> None:
    given(CASE, *REFUSED_BY_NSO, contested()).when(validate(OTHER_NSO)).then_refused(DirectorHasNotApproved)


def test_the_second_look_is_the_national_support_services() -> None:
    case = given(CASE, *ASKED, rejected(), contested(), approved())
    case.when(uphold(IN_MADRID)).then_refused(NotInCharge)
    case.when(validate(IN_MADRID)).then_refused(NotInCharge)


def test_a_contested_refusal_is_upheld_not_repeated() -> None:
    given(CASE, *REFUSED_BY_NSO, contested()).when(reject(OTHER_NSO)).then_refused(RefusalIsContested)
    given(CASE, *REFUSED_BY_NSO).when(uphold(OTHER_NSO)).then_refused(RefusalNotContested)
    seen = given(CASE, *REFUSED_BY_NSO, contested(), approved(), validated())
    seen.when(uphold(OTHER_NSO)).then_refused(CaseDecidedOtherwise, decision="validated")


def test_an_upheld_refusal_is_final() -> None:
    case = given(CASE, *REFUSED_BY_NSO, contested(), upheld())
    case.when(validate(OTHER_NSO)).then_refused(CaseDecidedOtherwise, decision="upheld")
    case.when(reopen(OTHER_NSO)).then_refused(CaseDecidedOtherwise, decision="upheld")
    asked_anew, link = given(CASE, *REFUSED_BY_NSO, contested(), contacted(number=2), upheld()), attempt_at(CONTACT, 2)
    told = approved(held_by="national_support").model_copy(update={"attempt": link})
    late = asked_anew.when(approve(link)).then(told)
    late.when(validate(OTHER_NSO)).then_refused(CaseDecidedOtherwise)


def test_a_late_approval_counts_once_the_case_is_reopened() -> None:
    case = given(CASE, *ASKED, rejected(), approved()).when(reopen()).then(reopened())
    case.when(reopen()).then_refused(NothingToReopen)
    case.when(validate(IN_MADRID)).then_refused(NotInCharge)
    case.when(validate(NSO_OF_SPAIN)).then(validated())


def test_a_director_who_said_no_may_be_asked_anew_by_another_link() -> None:
    case = given(CASE, *ASKED, refused(), rejected()).when(reopen()).then(reopened())
    case.when(approve()).then_refused(DirectorLinkClosed)
    case.when(confirm_contact(NSO_OF_SPAIN)).then(*asked(CONTACT, 2))


@pytest.mark.parametrize("since", [(reopened(),), (contested(),)])
def test_an_unanswered_link_does_not_outlive_the_refusal_that_is_taken_up_again(since: tuple[Event, ...]) -> None:
    """Somebody else may direct the school by now: the national support service asks anew (rules §4.7)."""
    case = given(CASE, *ASKED, rejected(), *since)
    for answer in (approve(), refuse(), ask_for_time(), disown()):
        case.when(answer).then_refused(DirectorLinkClosed)
    anew = case.when(confirm_contact(NSO_OF_SPAIN)).then(*asked(CONTACT, 2))
    anew.when(approve()).then_refused(DirectorLinkClosed)
    newer = anew.when(write_to_known()).then(contacted(KNOWN, 3))
    newer.when(approve(attempt_at(CONTACT, 2))).then_refused(DirectorLinkClosed)


def test_only_the_national_support_service_reopens_and_only_refusals() -> None:
    given(CASE, *ASKED, rejected()).when(reopen(IN_MADRID)).then_refused(NotInCharge)
    given(CASE, *ASKED).when(reopen()).then_refused(NothingToReopen)
    given(CASE, *ASKED, approved(), validated()).when(reopen()).then_refused(CaseDecidedOtherwise)


def test_earlier_approvals_do_not_count_after_a_refusal() -> None:
    history = (*ASKED, approved(), endorsed("nso"), rejected(), reopened())
    given(CASE, *history).when(validate(OTHER_NSO, needed=2)).then(endorsed("nso-2"))
