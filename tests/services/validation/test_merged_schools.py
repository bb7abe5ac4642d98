"""A school that was registered twice: its open cases go on at the one that it turned out to be."""

import pytest
from hypothesis import given as every

from services.validation.app.sweeping import CaseSweeps
from services.validation.case import CASE, NotInCharge
from services.validation.views import CASES, CASES_OF_SCHOOLS, CASES_OF_TEACHERS, known_contact
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.registration import SchoolMerged, SchoolRegistered, SchoolReopened, TeacherSchoolLeft
from shared.contracts.validation import CaseSchoolMerged, DirectorContacted
from tests.given import given
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.recorded import recorded, story
from tests.services.running import Running
from tests.services.validation.acting import (
    OWN_ADDRESS,
    TEACHER,
    act,
    appointed,
    as_officer,
    known_addresses,
    open_case,
)
from tests.services.validation.asking import approve, bounce, merge, validate, write_to_known
from tests.services.validation.happened import (
    CASE_ID,
    CONTACT,
    IN_GALICIA,
    IN_MADRID,
    KNOWN,
    SCHOOL,
    SURVIVOR,
    TEACHER_ID,
    approved,
    asked,
    certificate_requested,
    contact_updated,
    escalated,
    opened,
    rejected,
    reopened,
    school_merged,
    validated,
    withdrawn,
)
from tests.services.validation.test_following import contact_of, later, made

STREAM, OF_SCHOOL, OF_SURVIVOR = f"case-{CASE_ID}", f"school-{SCHOOL}", f"school-{SURVIVOR}"
MERGED = SchoolMerged(school=SCHOOL, country="ES", into=SURVIVOR)
REOPENED = SchoolReopened(school=SCHOOL, country="ES")


def registered(school: str = SURVIVOR, region: str = "Galicia") -> SchoolRegistered:
    return SchoolRegistered(
        school=school, country="ES", region=region, official_id="1", name="IES", city="Lugo", postal_code="27001"
    )


def test_the_case_goes_on_at_the_other_school_under_the_officers_of_its_region() -> None:
    case = given(CASE, opened(), *asked()).when(merge()).then(school_merged(asked=CONTACT.id))
    case.when(merge()).then_nothing()
    answered = case.when(approve()).then(approved(region="Galicia"))
    answered.when(validate(IN_MADRID)).then_refused(NotInCharge)
    decided = answered.when(validate(IN_GALICIA)).then(validated("Galicia").model_copy(update={"school": SURVIVOR}))
    decided.when(merge("another")).then_nothing()


@pytest.mark.parametrize("end", [validated(), rejected(), withdrawn()])
def test_what_was_decided_stays_as_it_was(end: Event) -> None:
    given(CASE, opened(), *asked(), end).when(merge()).then_nothing()


@pytest.mark.parametrize(
    "kept", [(escalated("applicant_is_director"),), (certificate_requested(),), (rejected(), reopened())]
)
def test_a_case_that_asks_no_director_by_itself_says_so_at_the_other_school(kept: tuple[Event, ...]) -> None:
    given(CASE, opened(), *kept).when(merge()).then(school_merged(by_itself=False))


def test_a_director_whose_mail_came_back_is_not_who_was_asked() -> None:
    failed = given(CASE, opened(), *asked(), *given(CASE, opened(), *asked()).when(bounce()).events())
    moved = failed.when(merge()).then(school_merged())
    assert moved.when(write_to_known(asked_before=None)).events()


def test_the_open_cases_of_a_merged_school_are_due_until_they_have_gone() -> None:
    gone = story(OF_SCHOOL, registered(SCHOOL, "Madrid"), contact_updated(), MERGED)
    found = made(CASES_OF_SCHOOLS, SCHOOL, gone, story(STREAM, opened()))
    assert (found["merge"], found["write"], found["move"]) == ("due", None, None)
    left = made(CASES_OF_SCHOOLS, SCHOOL, gone, story(STREAM, opened(), school_merged()))
    assert (left["merge"], left["cases"]) == (None, {})
    back = made(CASES_OF_SCHOOLS, SCHOOL, [*gone, *later(OF_SCHOOL, REOPENED)], story(STREAM, opened()))
    assert (back["merge"], back["write"]) == (None, "due")
    assert made(CASES_OF_SCHOOLS, SCHOOL, gone, story(STREAM, opened(), withdrawn()))["merge"] is None


def test_who_asked_nobody_writes_to_the_director_whom_the_other_school_knows() -> None:
    known = story(OF_SURVIVOR, registered(), contact_updated(school=SURVIVOR))
    found = made(CASES_OF_SCHOOLS, SURVIVOR, known, story(STREAM, opened(), school_merged()))
    assert (found["write"], found["move"], contact_of(found)) == ("due", None, KNOWN.id)
    busy = made(CASES_OF_SCHOOLS, SURVIVOR, known, later(STREAM, opened(), school_merged(asked=CONTACT.id)))
    assert (busy["write"], known_contact(busy, CASE_ID)) == (None, None)
    silent = made(CASES_OF_SCHOOLS, SURVIVOR, known, story(STREAM, opened(), school_merged(by_itself=False)))
    assert silent["write"] is None


def test_the_teacher_who_leaves_the_school_of_the_profile_needs_the_case_no_more() -> None:
    """In the profile it is still called as it was."""
    left = story(f"profile-{TEACHER_ID}", TeacherSchoolLeft(teacher=TEACHER_ID, country="ES", school=SCHOOL))
    for history in ((opened(), school_merged()), (opened(), school_merged(), rejected(), reopened())):
        assert made(CASES_OF_TEACHERS, TEACHER_ID, left, story(STREAM, *history))["withdraw"] == "due"


def streams() -> list[list[Recorded[Event]]]:
    return [
        story(OF_SCHOOL, registered(SCHOOL, "Madrid"), MERGED, REOPENED, MERGED),
        story(OF_SURVIVOR, registered(), contact_updated(school=SURVIVOR)),
        story(STREAM, opened(), *asked(), school_merged(asked=CONTACT.id), approved(), rejected(), reopened()),
    ]


@every(interleaved(streams()))
def test_the_order_of_streams_does_not_matter(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents((CASES, CASES_OF_SCHOOLS, CASES_OF_TEACHERS), arrived, streams())


async def sweep(service: Running) -> None:
    """From two processes, and again."""
    for _ in range(2):
        for sweeps in (CaseSweeps(service.host), CaseSweeps(service.host)):
            await sweeps.follow()
        await service.fold_own()


async def test_an_open_case_follows_its_school_through_two_merges_and_asks_the_director_known_there(
    service: Running,
) -> None:
    await appointed(service, "madrid", "galicia")
    case, last = await open_case(service), derived_id("the last school")
    await service.fold(
        recorded(registered(), OF_SURVIVOR, 1),
        recorded(MERGED, OF_SCHOOL, 2),
        recorded(MERGED.model_copy(update={"school": SURVIVOR, "into": last}), OF_SURVIVOR, 2),
    )
    await sweep(service)
    assert (await service.host.handler.load(CASE.stream(case))).version == 1  # nobody has heard of the last one yet
    known = contact_updated(school=last)
    await service.fold(recorded(registered(last), f"school-{last}", 1), recorded(known, f"school-{last}", 2))
    await known_addresses(service, {f"email-{TEACHER}": OWN_ADDRESS, KNOWN.id: "director@school.example"})
    await sweep(service)
    history = await service.host.handler.load(CASE.stream(case))
    (gone,) = [one.event for one in history.recorded if isinstance(one.event, CaseSchoolMerged)]
    assert (gone.school, gone.from_school, gone.region, gone.from_region) == (last, SCHOOL, "Galicia", "Madrid")
    (asks,) = [one.event for one in history.recorded if isinstance(one.event, DirectorContacted)]
    assert (asks.contact, asks.school) == (KNOWN, last)
    await _is_of_galicia(service, case, last)


async def _is_of_galicia(service: Running, case: str, school: str) -> None:
    """In the list, in the queue, and for who decides."""
    for place in ("cases", "queue"):
        for officer, region, seen in (("galicia", "Galicia", [(case, school)]), ("madrid", "Madrid", [])):
            url = f"/validation/{place}?country=ES&region={region}" + ("&status=open" if place == "cases" else "")
            items = (await service.client.get(url, headers=as_officer(service, officer))).json()["items"]
            assert [(one["case"], one["school"]) for one in items] == seen
    assert (await act(service, case, "director-approval", as_officer(service, "madrid"))).status_code == 404
    for done in ("director-approval", "validate"):
        assert (await act(service, case, done, as_officer(service, "galicia"))).status_code == 200
