"""What validation reads and what follows from events, without I/O."""

import json
from typing import Any

import pytest
from hypothesis import given as every

from services.validation.commands import FailDirectorContact, OpenCase
from services.validation.reactions import reactions
from services.validation.views import (
    APPLICANTS,
    CASES,
    SCHOOL_NAMES,
    VIEWS,
    fold_case,
    newest_first,
    oldest_first,
    role_at,
)
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import Link, LinkPurpose, NotificationBounced
from shared.contracts.registration import TeacherRegistered, TeacherSchoolAdded, TeacherSchoolChanged
from shared.contracts.validation import ValidationLapsed
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.recorded import START, recorded, story
from tests.services.validation.happened import (
    ATTEMPT,
    CASE_ID,
    CERTIFICATE,
    CONTACT,
    EXPIRES,
    KNOWN,
    SCHOOL,
    STATEMENT,
    SUCCESSOR,
    SURVIVOR,
    TEACHER_ID,
    UNTIL,
    added,
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
    registered,
    rejected,
    reminded,
    reopened,
    reported,
    school_corrected,
    school_registered,
    successor_named,
    upheld,
    validated,
    withdrawn,
)

STREAM = f"case-{CASE_ID}"
REACTIONS = reactions(lambda *_: True)
ASKED = (opened(), *asked())


def document(*events: Event) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    for one in story(STREAM, *events):
        found = fold_case(found, one)  # type: ignore[arg-type]
    assert found is not None
    return found


def opening(cause: Recorded[Any], role: str = "teacher") -> OpenCase:
    return OpenCase.model_validate(
        {
            "at": cause.time,
            "case": derived_id(TEACHER_ID, SCHOOL, cause.id),
            "teacher": TEACHER_ID,
            "school": SCHOOL,
            "country": "ES",
            "region": "Madrid",
            "locale": "es",
            "director_contact": CONTACT,
            "role": role,
        }
    )


def at_school(kind: type[TeacherSchoolAdded | TeacherSchoolChanged], **more: str) -> Event:
    fields = opened().model_dump(exclude={"case"}) | {"role": "head_teacher"}
    return kind.model_validate(fields | more)


@pytest.mark.parametrize(
    ("event", "role"),
    [
        (registered(), "teacher"),
        (at_school(TeacherSchoolAdded), "head_teacher"),
        (at_school(TeacherSchoolChanged, left="another"), "head_teacher"),
        (lapsed("head_teacher"), "head_teacher"),
    ],
)
def test_what_opens_a_case_of_its_own(event: Event, role: str) -> None:
    cause = recorded(event, "stream", 3)
    (reaction,) = REACTIONS[type(event)]
    assert reaction(cause) == reaction(cause)
    ((identifier, command),) = reaction(cause)
    assert command == opening(cause, role)
    assert identifier == derived_id(TEACHER_ID, SCHOOL, cause.id)
    assert reaction(recorded(event, "stream", 4))[0].identifier != identifier


def test_of_who_is_gone_no_case_opens_again() -> None:
    (reaction,) = REACTIONS[type(lapsed())]
    assert reaction(recorded(lapsed(again=False), "stream", 3)) == ()


def bounced(purpose: LinkPurpose | None) -> Recorded[Event]:
    link = None
    if purpose is not None:
        link = Link(purpose=purpose, stream=STREAM, attempt=ATTEMPT, expires=EXPIRES)
    event = NotificationBounced(message="m", template="director_question", reason="mailbox_unavailable", link=link)
    return recorded(event, "message-m", 2)


def test_a_mail_to_the_director_that_came_back_fails_its_attempt() -> None:
    (reaction,) = REACTIONS[NotificationBounced]
    cause = bounced("director_answer")
    command = FailDirectorContact(at=cause.time, attempt=ATTEMPT, reason="mailbox_unavailable")
    assert list(reaction(cause)) == [(CASE_ID, command)]


def test_other_mails_that_came_back_are_no_business_of_a_case() -> None:
    (reaction,) = REACTIONS[NotificationBounced]
    assert list(reaction(bounced("confirm_email"))) == []
    assert list(reaction(bounced(None))) == []


def test_every_consequence_stands_in_the_table() -> None:
    assert set(REACTIONS) == {
        TeacherRegistered, TeacherSchoolAdded, TeacherSchoolChanged, ValidationLapsed, NotificationBounced,
    }  # fmt: skip


FORM = (opened(), certificate_requested())


@pytest.mark.parametrize(
    ("history", "status", "owner", "risk"),
    [
        ((opened(),), "opened", "representative", 4),
        ((opened(), escalated("applicant_is_director")), "opened", "national_support", 2),
        (ASKED, "director_asked", "director", 5),
        ((*ASKED, reminded()), "director_asked", "director", 5),
        ((*ASKED, escalated()), "director_asked", "national_support", 2),
        ((*ASKED, escalated(), given_time()), "director_asked", "national_support", 2),
        ((*ASKED, escalated(), contacted(KNOWN, 2)), "director_asked", "director", 5),
        ((*ASKED, escalated("overdue")), "director_asked", "national_support", 1),
        ((*ASKED, reported("reject", "not_on_staff")), "reported", "national_support", 3),
        ((*ASKED, failed()), "contact_failed", "representative", 2),
        ((*ASKED, failed(), contacted(KNOWN, 2)), "director_asked", "director", 5),
        ((*ASKED, approved()), "director_approved", "representative", 3),
        ((*ASKED, refused()), "director_refused", "representative", 2),
        ((*ASKED, approved(), endorsed()), "director_approved", "representative", 3),
        (FORM, "certificate_requested", "teacher", 5),
        ((*FORM, certificate_filed()), "certificate_filed", "representative", 3),
        ((*FORM, escalated("certificate_overdue")), "certificate_requested", "national_support", 1),
        ((*ASKED, approved(), reported()), "reported", "national_support", 3),
        ((*ASKED, approved(), validated()), "validated", None, None),
        ((*ASKED, approved(), validated(), limited(), lapsed()), "lapsed", None, None),
        ((opened(), rejected()), "rejected", None, None),
        ((*ASKED, rejected(), contested()), "contested", "national_support", 1),
        ((*ASKED, rejected(), contested(), approved()), "contested", "national_support", 1),
        ((*ASKED, rejected(), contested(), upheld()), "upheld", None, None),
        ((opened(), rejected(), reopened()), "reopened", "national_support", 3),
        ((*ASKED, refused(), rejected(), reopened()), "reopened", "national_support", 3),
        ((*ASKED, withdrawn()), "withdrawn", None, None),
    ],
)
def test_a_case_is_followed_from_its_opening_to_its_end(
    history: tuple[Event, ...], status: str, owner: str | None, risk: int | None
) -> None:
    found = document(*history)
    assert (found["status"], found["owner"], found["risk"]) == (status, owner, risk)
    assert found["queue"] == (None if risk is None else f"{risk}~{found['age']}")


def test_what_is_shown_of_a_case() -> None:
    waiting = document(*ASKED, given_time())
    assert (waiting["attempt"], waiting["extensions"], waiting["contact"]) == (ATTEMPT, 1, CONTACT.id)
    assert waiting["link_expires"] > EXPIRES.isoformat()
    named = document(*ASKED, failed("not_the_director"), successor_named())
    assert (named["contact_failed"], named["contact"]) == ("not_the_director", SUCCESSOR.id)
    assert (named["contact_owner"], named["attempt"]) == ("validation", None)
    told = document(opened(), evidence_filed(), approved("letter"), reported("reject", "not_ours"))
    assert (told["evidence"], told["evidence_statement"]) == ("letter", STATEMENT.id)
    assert (told["recommendation"], told["report_reason"]) == ("reject", "not_ours")
    form = document(*FORM, certificate_filed())
    assert form["certificate"] == CERTIFICATE.id
    assert document(opened(), moved())["region"] == "Galicia"
    assert document(*ASKED, approved(), endorsed())["endorsed_by"] == ["rep"]


def test_an_answer_after_the_end_moves_nothing() -> None:
    late = document(*ASKED, rejected(), approved())
    assert (late["status"], late["answer"], late["reason"]) == ("rejected", "approved", "no_such_teacher")


def test_the_directors_reason_and_the_decisions_are_two() -> None:
    late = document(*ASKED, rejected(), refused())
    assert (late["status"], late["reason"], late["director_reason"]) == ("rejected", "no_such_teacher", "not_on_staff")


def test_how_long_a_decision_took_counts_from_the_opening() -> None:
    found = document(*ASKED, approved(), validated())
    at = story(STREAM, *ASKED, approved(), validated())[-1].time
    assert (found["took_s"], found["decided"]) == (5, f"{newest_first(at)}~{CASE_ID}")
    assert document(*ASKED, withdrawn())["decided"] is None
    again = document(*ASKED, rejected(), reopened())
    assert (again["decided"], again["decided_at"], again["took_s"]) == (None, None, None)
    assert document(*ASKED, approved(), validated(), limited(), lapsed())["decided"] == found["decided"]


CLOCKS = ("reminder_step", "silent_step", "overdue_day", "certificate_day", "lapse_day")


@pytest.mark.parametrize(
    ("history", "running"),
    [
        ((opened(),), {"overdue_day"}),
        (ASKED, {"reminder_step", "silent_step", "overdue_day"}),
        ((*ASKED, given_time()), {"silent_step", "overdue_day"}),
        ((*ASKED, escalated()), {"reminder_step"}),
        ((*ASKED, approved()), {"overdue_day"}),
        ((*ASKED, failed()), {"overdue_day"}),
        (FORM, {"overdue_day", "certificate_day"}),
        ((*FORM, certificate_filed()), {"overdue_day"}),
        ((*ASKED, approved(), validated()), set()),
        ((*ASKED, approved(), validated(), limited()), {"lapse_day"}),
        ((*ASKED, approved(), validated(), limited(), lapsed()), set()),
        ((*ASKED, rejected()), set()),
    ],
)
def test_only_what_may_fall_due_is_found(history: tuple[Event, ...], running: set[str]) -> None:
    found = document(*history)
    assert {clock for clock in CLOCKS if found[clock] is not None} == running


def test_newer_cases_sort_first_and_older_ones_too() -> None:
    assert newest_first(START) > newest_first(EXPIRES)
    assert oldest_first(START) < oldest_first(EXPIRES)


def streams() -> list[list[Recorded[Event]]]:
    other = derived_id("other case")
    elsewhere = [opened(), *asked(), refused(), rejected()]
    return [
        story(STREAM, *ASKED, approved(), validated(), limited(UNTIL), lapsed()),
        story(f"case-{other}", *(event.model_copy(update={"case": other}) for event in elsewhere)),
        story("teacher-1", registered("t-1")),
        story("teacher-2", registered("t-2")),
        story("profile-1", added("t-1", "librarian"), added("t-1", "adviser", derived_id("second"))),
        story(f"school-{SCHOOL}", school_registered(), school_corrected()),
    ]


@every(interleaved(streams()))
def test_views_do_not_depend_on_the_order_of_streams(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())


def test_every_document_is_made() -> None:
    assert folded(CASES, in_turn(streams())).keys() == {CASE_ID, derived_id("other case")}
    assert folded(APPLICANTS, in_turn(streams())).keys() == {"t-1", "t-2"}
    assert folded(SCHOOL_NAMES, in_turn(streams())).keys() == {SCHOOL}


def test_a_teacher_works_at_each_school_as_what_was_said_last() -> None:
    applicants = folded(APPLICANTS, in_turn(streams()))
    first, second = (json.loads(applicants[teacher]) for teacher in ("t-1", "t-2"))
    assert (role_at(first, SCHOOL), role_at(first, derived_id("second"))) == ("librarian", "adviser")
    assert (role_at(first, SURVIVOR), role_at(second, SURVIVOR)) == (None, "teacher")


def test_a_school_is_called_as_the_register_says_now() -> None:
    named = json.loads(folded(SCHOOL_NAMES, in_turn(streams()))[SCHOOL])
    assert (named["official_id"], named["name"], named["city"]) == ("28000001", "IES Dos", "Getafe")
