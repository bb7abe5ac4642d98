"""Decisions about schools that somebody missed, and about how directors are reached."""

from typing import Any

import pytest

from services.registration.commands import (
    AcceptProposal,
    ConfirmDirectorContact,
    DismissDirectorContact,
    ProposeSchool,
    RefuseProposal,
    SuggestDirectorContact,
    UpdateDirectorContact,
)
from services.registration.reactions import keep_director_contact
from services.registration.rules import DirectorIsApplicant
from services.registration.school import (
    MOST_PROPOSALS,
    MOST_SUGGESTIONS,
    SCHOOL,
    NoSuchProposal,
    NoSuchSchool,
    NoSuchSuggestion,
    ProposalDecided,
    ProposalOpen,
    SchoolMergedIntoAnother,
    SchoolNotAdmitted,
    SchoolOutsideYourOffice,
    SchoolRegisteredOtherwise,
    SchoolThereAlready,
    TooManyProposals,
    TooManySuggestions,
)
from shared.contracts.base import Service
from shared.contracts.registration import (
    DirectorContactDismissed,
    SchoolProposalAccepted,
)
from shared.contracts.validation import SchoolContactConfirmed
from tests.given import given
from tests.services.recorded import START, recorded
from tests.services.registration.school_happened import (
    MADRID,
    MERGED,
    NSO,
    PROPOSED,
    REFUSED,
    REPRESENTATIVE,
    SCHOOL_ID,
    ask,
    record,
    registered,
    suggested,
    updated,
)


def propose(**changes: Any) -> ProposeSchool:
    fields = PROPOSED.model_dump() | {"at": START, "not_admitted": None} | changes
    return ProposeSchool.model_validate(fields)


ACCEPTED = SchoolProposalAccepted(school=SCHOOL_ID, country="ES", official_id="1", locale="es", email=record("email"))


def accept(office: dict[str, Any] = NSO, **changes: Any) -> AcceptProposal:
    fields = {
        "official_id": "1", "name": "Uno", "city": "Madrid", "postal_code": "28001", "region": MADRID,
        "there_already": None, "not_admitted": None,
    } | changes  # fmt: skip
    accepting: AcceptProposal = ask(AcceptProposal, office, **fields)
    return accepting


def test_a_proposal_is_accepted_as_the_officer_spells_it_in_one_commit() -> None:
    school = given(SCHOOL).when(propose()).then(PROPOSED).when(accept(REPRESENTATIVE)).then(ACCEPTED, registered())
    school.when(accept()).then_nothing()
    school.when(accept(name="Otro")).then_refused(SchoolRegisteredOtherwise)
    school.when(ask(RefuseProposal, reason="not_official")).then_refused(ProposalDecided, standing="open")
    school.when(propose()).then_refused(ProposalDecided)


def test_a_refused_proposal_may_be_made_again() -> None:
    refused = given(SCHOOL, PROPOSED).when(ask(RefuseProposal, reason="not_official")).then(REFUSED)
    refused.when(ask(RefuseProposal, reason="other")).then_nothing()
    refused.when(accept()).then_refused(ProposalDecided, standing="refused", reason="not_official")
    refused.when(propose()).then(PROPOSED)


def test_who_was_refused_often_enough_proposes_no_more() -> None:
    often = [event for _ in range(MOST_PROPOSALS) for event in (PROPOSED, REFUSED)]
    given(SCHOOL, *often[:-2]).when(propose()).then(PROPOSED)
    given(SCHOOL, *often).when(propose()).then_refused(TooManyProposals, most=MOST_PROPOSALS)


def test_one_proposal_waits_at_a_time_and_none_of_a_country_outside() -> None:
    given(SCHOOL, PROPOSED).when(propose(details=record("other"))).then_refused(ProposalOpen)
    given(SCHOOL).when(propose(not_admitted="withdrawn")).then_refused(SchoolNotAdmitted)
    given(SCHOOL, PROPOSED).when(accept(not_admitted="withdrawn")).then_refused(SchoolNotAdmitted)


def test_a_school_that_is_there_is_named_instead_of_registered_again() -> None:
    given(SCHOOL, PROPOSED).when(accept(there_already="ES-9")).then_refused(SchoolThereAlready, school="ES-9")


def test_who_has_no_office_there_does_not_learn_of_a_proposal() -> None:
    elsewhere = REPRESENTATIVE | {"office_region": "Galicia"}
    given(SCHOOL, PROPOSED).when(accept(elsewhere)).then_refused(NoSuchProposal)
    given(SCHOOL, PROPOSED).when(ask(RefuseProposal, elsewhere, reason="other")).then_refused(NoSuchProposal)
    given(SCHOOL).when(accept()).then_refused(NoSuchProposal)
    given(SCHOOL, PROPOSED).when(accept(REPRESENTATIVE, region="Galicia")).then_refused(SchoolOutsideYourOffice)


def suggest(contact: str = "a", by: str = "ana", matches: bool = False) -> SuggestDirectorContact:
    return SuggestDirectorContact(
        at=START, contact=record(contact), given_by="teacher", suggested_by=by, matches_domain=matches
    )


def test_a_teachers_word_waits_and_each_has_one() -> None:
    school = given(SCHOOL, registered()).when(suggest()).then(suggested())
    school.when(suggest()).then_nothing()
    both = school.when(suggest("b", "eva", matches=True)).then(suggested("b", "eva", matches=True))
    assert [one.suggested_by for one in both.state.suggestions] == ["ana", "eva"]
    again = both.when(suggest("c")).then(suggested("c"))
    assert [one.record for one in again.state.suggestions] == [record("b"), record("c")]
    again.when(ask(ConfirmDirectorContact, suggestion=record("a").id)).then_refused(NoSuchSuggestion)
    confirmed = again.when(ask(ConfirmDirectorContact, suggestion=record("b").id)).then(updated("b", "teacher"))
    assert confirmed.state.suggestions == ()


def test_so_many_suggestions_of_one_teacher_until_an_officer_vouches_for_an_address() -> None:
    often = [suggested(f"{number}") for number in range(MOST_SUGGESTIONS)]
    school = given(SCHOOL, registered(), *often)
    school.when(suggest("x")).then_refused(TooManySuggestions, school=SCHOOL_ID, most=MOST_SUGGESTIONS)
    school.when(suggest(f"{MOST_SUGGESTIONS - 1}")).then_nothing()
    school.when(suggest("x", "eva")).then(suggested("x", "eva"))
    vouched = ask(ConfirmDirectorContact, suggestion=often[-1].contact.id)
    known = school.when(vouched).then(updated(f"{MOST_SUGGESTIONS - 1}", "teacher"))
    known.when(suggest("x")).then(suggested("x"))


def test_only_a_head_teacher_suggests_oneself() -> None:
    oneself = suggest().model_copy(update={"director_is_applicant": True})
    given(SCHOOL, registered()).when(oneself).then_refused(DirectorIsApplicant, role="teacher")
    head = oneself.model_copy(update={"role": "head_teacher"})
    given(SCHOOL, registered()).when(head).then(suggested())


def test_a_dismissed_suggestion_is_gone() -> None:
    school = given(SCHOOL, registered(), suggested())
    dismissed = school.when(ask(DismissDirectorContact, suggestion=record("a").id)).then(
        DirectorContactDismissed(school=SCHOOL_ID, country="ES", contact=record("a"), suggested_by="ana")
    )
    dismissed.when(ask(DismissDirectorContact, suggestion=record("a").id)).then_refused(NoSuchSuggestion)
    dismissed.when(ask(ConfirmDirectorContact, suggestion=record("a").id)).then_refused(NoSuchSuggestion)


@pytest.mark.parametrize("owner", ["registration", "validation"])
def test_what_a_case_confirmed_is_kept_with_the_school_and_who_holds_its_record(owner: Service) -> None:
    confirmed = SchoolContactConfirmed(
        case="case-1", owner=owner, school=SCHOOL_ID, country="ES", region=MADRID, contact=record("a")
    )
    ((school, command),) = keep_director_contact(recorded(confirmed, "case-1", 2))  # type: ignore[arg-type]
    assert (school, type(command)) == (SCHOOL_ID, UpdateDirectorContact)
    known = given(SCHOOL, registered()).when(command).then(updated("a", "representative", owner=owner))
    known.when(command).then_nothing()
    assert known.state.contact is not None
    assert known.state.contact.owner == owner
    given(SCHOOL).when(command).then_refused(NoSuchSchool)
    given(SCHOOL, registered(), MERGED).when(command).then_refused(SchoolMergedIntoAnother)
