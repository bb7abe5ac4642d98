"""Every decision of registration: it acts, it refuses, it stays quiet."""

from datetime import timedelta

import pytest

from services.registration import officer, school, teacher
from services.registration.officer import OFFICER, Standing
from services.registration.school import SCHOOL
from services.registration.teacher import TEACHER
from shared.contracts.registration import OfficeRevoked
from tests.given import given
from tests.services.registration import happened as did
from tests.services.registration.happened import accept, complete, confirm, erase, offer, revoke, start

LATE = timedelta(hours=72)


def test_a_registration_starts_is_confirmed_and_completed() -> None:
    (
        given(TEACHER)
        .when(start())
        .then(did.started())
        .when(confirm())
        .then(did.confirmed())
        .when(complete())
        .then(did.registered())
    )


@pytest.mark.parametrize("reason", ["withdrawn", "not_yet_in_programme", "unknown_country"])
@pytest.mark.parametrize("history", [(), (did.started(), did.confirmed(), did.registered())])
def test_a_country_outside_the_programme_is_refused_whoever_asks(
    reason: str, history: tuple[teacher.TeacherEvent]
) -> None:
    command = start(country="GB", not_admitted=reason)
    given(TEACHER, *history).when(command).then_refused(teacher.CountryNotAdmitted, country="GB", reason=reason)


def test_starting_again_sends_a_new_link_and_closes_the_one_before() -> None:
    again = given(TEACHER, did.started()).when(start("a-2")).then(did.started("a-2"))
    again.when(confirm("a-1")).then_refused(teacher.EmailLinkClosed)
    again.when(confirm("a-2")).then(did.confirmed("a-2"))


def test_starting_again_leaves_a_confirmed_address_completable() -> None:
    history = (did.started(), did.confirmed(), did.started("a-2"))
    given(TEACHER, *history).when(complete("a-1")).then(did.registered())
    given(TEACHER, *history).when(complete("a-2")).then_refused(teacher.EmailNotConfirmed)


def test_who_is_registered_is_left_in_peace() -> None:
    given(TEACHER, did.started(), did.confirmed(), did.registered()).when(start("a-2")).then_nothing()


def test_an_erased_stream_never_starts_again() -> None:
    given(TEACHER, did.started(), did.erased()).when(start("a-2")).then_refused(teacher.TeacherErased)


def test_a_link_works_once_and_in_time() -> None:
    given(TEACHER, did.started(), did.confirmed()).when(confirm()).then_refused(teacher.EmailLinkClosed)
    given(TEACHER, did.started()).when(confirm(after=LATE)).then_refused(teacher.EmailLinkExpired)
    given(TEACHER, did.started()).when(confirm(after=LATE - timedelta(microseconds=1))).then(did.confirmed())


@pytest.mark.parametrize("command", [confirm(), complete()])
def test_nobody_and_the_erased_are_not_found(command: object) -> None:
    for history in ((), (did.started(), did.confirmed(), did.erased())):
        given(TEACHER, *history).when(command).then_refused(teacher.NoSuchTeacher)  # type: ignore[arg-type]


def test_phase_two_needs_a_confirmed_address() -> None:
    given(TEACHER, did.started()).when(complete()).then_refused(teacher.EmailNotConfirmed)


def test_the_school_is_in_the_country_of_phase_one() -> None:
    confirmed = given(TEACHER, did.started(), did.confirmed())
    confirmed.when(complete(country="FR")).then_refused(teacher.SchoolInAnotherCountry, country="ES")


def test_who_began_before_the_country_withdrew_comes_too_late() -> None:
    late = given(TEACHER, did.started(), did.confirmed()).when(complete(not_admitted="withdrawn"))
    late.then_refused(teacher.CountryNotAdmitted, country="ES", reason="withdrawn")


def test_phase_two_is_completed_once() -> None:
    done = given(TEACHER, did.started(), did.confirmed(), did.registered())
    done.when(complete()).then_refused(teacher.AlreadyRegistered)


def test_a_teacher_is_erased_once_at_any_time() -> None:
    given(TEACHER, did.started()).when(erase()).then(did.erased()).when(erase()).then_nothing()
    given(TEACHER, did.started(), did.confirmed(), did.registered()).when(erase()).then(did.erased())
    given(TEACHER).when(erase()).then_refused(teacher.NoSuchTeacher)


def test_a_school_is_registered_once() -> None:
    given(SCHOOL).when(did.register_school()).then(did.school()).when(did.register_school()).then_nothing()


def test_other_data_for_a_registered_school_is_refused() -> None:
    there = given(SCHOOL, did.school())
    there.when(did.register_school("Instituto Dos")).then_refused(school.SchoolRegisteredOtherwise, school="ES-1")


@pytest.mark.parametrize("history", [(), (did.school(),)])
def test_schools_of_a_withdrawn_country_are_refused(history: tuple[school.SchoolEvent, ...]) -> None:
    command = did.register_school(not_admitted="withdrawn")
    given(SCHOOL, *history).when(command).then_refused(school.SchoolNotAdmitted, reason="withdrawn")


def test_an_office_is_offered_and_accepted() -> None:
    held = given(OFFICER).when(offer()).then(did.offered()).when(accept()).then(did.accepted()).state
    assert [office.id for office in held.held()] == ["o-1"]
    assert held.account == "a-1"


def test_each_office_appoints_to_its_own() -> None:
    national = offer(kind="national_support_officer", authority="central_support_officer", authority_country=None)
    assert given(OFFICER).when(national).events()
    central = offer(kind="central_support_officer", authority="operator", authority_country=None, country=None)
    assert given(OFFICER).when(central).events()


@pytest.mark.parametrize(
    ("authority", "kind"),
    [
        ("national_support_officer", "national_support_officer"),
        ("national_support_officer", "central_support_officer"),
        ("central_support_officer", "representative"),
        ("central_support_officer", "central_support_officer"),
        ("representative", "assessor"),
        ("operator", "representative"),
    ],
)
def test_no_office_appoints_above_or_beside_its_own(authority: str, kind: str) -> None:
    command = offer(kind=kind, authority=authority)
    given(OFFICER).when(command).then_refused(officer.NotYoursToAppoint, kind=kind)


def test_a_national_service_appoints_in_its_own_country() -> None:
    given(OFFICER).when(offer(authority_country="FR")).then_refused(officer.NotYoursToAppoint, country="ES")


def test_nobody_appoints_oneself_or_ends_ones_own_office() -> None:
    given(OFFICER).when(offer(by="p-1")).then_refused(officer.AppointsOneself)
    given(OFFICER, did.offered(), did.accepted()).when(revoke(by="p-1")).then_refused(officer.AppointsOneself)


def test_a_new_offer_closes_the_link_before() -> None:
    again = given(OFFICER, did.offered()).when(offer("a-2")).then(did.offered("a-2"))
    again.when(accept("a-1")).then_refused(officer.OfferClosed)
    again.when(accept("a-2")).then(did.accepted())


def test_an_office_that_is_held_needs_no_offer() -> None:
    given(OFFICER, did.offered(), did.accepted()).when(offer("a-2")).then_nothing()


def test_an_offer_is_accepted_once_and_in_time() -> None:
    given(OFFICER, did.offered(), did.accepted()).when(accept()).then_refused(officer.OfferClosed)
    given(OFFICER, did.offered()).when(accept(after=LATE)).then_refused(officer.OfferExpired)
    given(OFFICER).when(accept()).then_refused(officer.NoSuchOfficer)


def test_the_first_acceptance_makes_the_account() -> None:
    history = (did.offered(), did.accepted(), did.offered("a-2", "o-2", "assessor"), did.accepted("o-2", "assessor"))
    assert given(OFFICER, *history).state.account == "a-1"


def test_an_office_or_an_open_offer_is_ended_once() -> None:
    for history in ((did.offered(), did.accepted()), (did.offered(),)):
        given(OFFICER, *history).when(revoke()).then(did.revoked()).when(revoke()).then_nothing()


def test_a_revoked_offer_cannot_be_accepted_and_a_revoked_office_can_be_offered_again() -> None:
    ended = given(OFFICER, did.offered(), did.revoked())
    ended.when(accept()).then_refused(officer.OfferClosed)
    ended.when(offer("a-2")).then(did.offered("a-2"))


def test_only_what_there_is_can_be_revoked_and_only_at_home() -> None:
    given(OFFICER).when(revoke()).then_refused(officer.NoSuchOffice)
    foreign = given(OFFICER, did.offered(), did.accepted()).when(revoke(authority_country="FR"))
    foreign.then_refused(officer.NotYoursToAppoint)


def test_erasing_an_officer_ends_every_office_first() -> None:
    history = (did.offered(), did.accepted(), did.offered("a-2", "o-2", "assessor"))
    ended = tuple(OfficeRevoked(officer="p-1", office=one, reason="personal_data_erased") for one in ("o-1", "o-2"))
    gone = given(OFFICER, *history).when(erase("p-1")).then(*ended, did.erased("p-1"))
    gone.when(erase("p-1")).then_nothing()
    gone.when(offer("a-3")).then_refused(officer.OfficerErased)
    assert {office.standing for office in gone.state.offices} == {Standing.REVOKED}
    given(OFFICER).when(erase("p-1")).then_refused(officer.NoSuchOfficer)


def test_every_command_names_its_refusals() -> None:
    assert set(TEACHER.decisions) == set(teacher.REFUSALS)
    assert set(OFFICER.decisions) == set(officer.REFUSALS)
