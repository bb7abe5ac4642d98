"""Who is told about what: the table, row by row."""

import pytest
from hypothesis import given as every

from services.notifications.commands import QueueMessage
from services.notifications.reactions import REACTIONS
from shared.contracts.base import Directed, Event
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.notifications import Link, Recipient, ToOffice, ToPerson, ToRecord
from tests.contracts.strategies import events
from tests.services.notifications import happened as told
from tests.services.notifications.happened import (
    ANA,
    CAUSES,
    DIRECTOR,
    EXPIRES,
    LUC,
    MAIL,
    SUCCESSOR,
    TEACHER,
    happened,
)
from tests.services.recorded import recorded

REPRESENTATIVE = ToOffice(kind="representative", country="ES", region="ES-GA")
NATIONAL = {country: ToOffice(kind="national_support_officer", country=country) for country in ("ES", "FR")}
ASSESSORS = ToOffice(kind="assessor", country="ES")

PERSON, RECORD = ToPerson(person=TEACHER), ToRecord(record=MAIL)

ROWS: tuple[tuple[Event, tuple[tuple[str, Recipient], ...]], ...] = (
    (told.STARTED, (("confirm_email", RECORD),)),
    (told.REPEATED, (("already_registered", RECORD),)),
    (told.OFFERED, (("office_offer", RECORD),)),
    (told.REGISTERED, (("registration_waiting", PERSON),)),
    (told.FORGOTTEN, (("reset_password", RECORD),)),
    (told.PASSWORD_RESET, (("password_reset", PERSON),)),
    (told.CHANGE_ASKED, (("confirm_new_email", RECORD), ("confirm_old_email", PERSON))),
    (told.CHANGED, (("email_changed", PERSON),)),
    (told.BLOCKED, (("profile_blocked", PERSON), ("profile_blocked_for_service", NATIONAL["ES"]))),
    (told.UNBLOCKED, (("profile_unblocked", PERSON),)),
    (told.INACTIVATION, (("inactivation_announced", PERSON),)),
    (told.INACTIVE, (("profile_inactivated", PERSON),)),
    (told.REMOVAL, (("removal_announced", PERSON),)),
    (told.SCHOOL_CHANGED, (("school_waiting", PERSON),)),
    (told.SCHOOL_ADDED_TO_ONES_OWN, (("school_waiting", ToPerson(person=LUC.teacher)),)),
    (told.SCHOOL_MISSED, (("school_proposed", REPRESENTATIVE),)),
    (told.SCHOOL_ADDED, (("school_accepted", RECORD),)),
    (told.SCHOOL_REFUSED, (("school_refused", RECORD),)),
    (told.SUGGESTED, (("director_contact_suggested", REPRESENTATIVE),)),
    (told.OPENED, (("case_opened", REPRESENTATIVE),)),
    (told.ESCALATED, (("case_escalated", NATIONAL["ES"]), ("case_taken_over", PERSON))),
    (told.REPORTED, (("teacher_reported", NATIONAL["ES"]),)),
    (told.VALIDATED, (("teacher_validated", PERSON),)),
    (told.REJECTED, (("teacher_rejected", PERSON), ("case_refused_by_service", REPRESENTATIVE))),
    (told.CONTESTED, (("refusal_contested", NATIONAL["ES"]),)),
    (told.UPHELD, (("refusal_upheld", PERSON),)),
    (told.REOPENED, (("validation_reopened", PERSON),)),
    (told.LAPSED, (("validation_lapsed", PERSON),)),
    (told.LAPSED.model_copy(update={"again": False}), ()),
    (told.CONTACTED, (("director_question", ToRecord(record=DIRECTOR)),)),
    (told.REMINDED, (("director_reminder", ToRecord(record=SUCCESSOR, owner="validation")),)),
    (told.APPROVED, (("case_decidable", REPRESENTATIVE),)),
    (
        told.DIRECTOR_REFUSED,
        (
            ("director_refused", PERSON),
            ("case_director_refused", REPRESENTATIVE),
            ("case_director_refused", NATIONAL["ES"]),
        ),
    ),
    (
        told.UNREACHABLE,
        (
            ("director_unreachable", REPRESENTATIVE),
            ("director_unreachable", NATIONAL["ES"]),
            ("director_contact_wanted", PERSON),
        ),
    ),
    (told.SUCCEEDED, (("director_successor", REPRESENTATIVE),)),
    (told.FORM_WANTED, (("certificate_requested", PERSON),)),
    (told.FORM_FILED, (("certificate_filed", REPRESENTATIVE),)),
    (told.PROPOSED, (("project_proposed", ToPerson(person=LUC.teacher)),)),
    (told.ACCEPTED, (("project_to_approve", NATIONAL["ES"]), ("project_to_approve", NATIONAL["FR"]))),
    (told.INVITED, (("partner_invited", ToPerson(person=LUC.teacher)),)),
    (told.SEAL_ISSUED, (("seal_issued", PERSON),)),
    (told.APPLIED, (("nqs_to_assess", ASSESSORS),)),
    (told.GRANTED, (("nqs_granted", ToPerson(person=ANA.teacher)),)),
    (told.NQS_REFUSED, (("nqs_refused", PERSON),)),
    (told.AWARDED, (("eqs_granted", PERSON),)),
)
LINKS = (
    (told.STARTED, "confirm_email", "attempt-1"),
    (told.OFFERED, "accept_office", "attempt-2"),
    (told.CONTACTED, "director_answer", "attempt-3"),
    (told.REMINDED, "director_answer", "attempt-3"),
    (told.FORGOTTEN, "reset_password", "attempt-5"),
    (told.CHANGE_ASKED, "confirm_new_email", "attempt-6"),
    (told.CHANGE_ASKED, "confirm_old_email", "attempt-6"),
)


def reacted(event: Event, version: int = 3) -> list[Directed]:
    cause = happened(event, version)
    return [directed for reaction in REACTIONS[type(event)] for directed in reaction(cause)]


def messages(event: Event, version: int = 3) -> list[QueueMessage]:
    found = [directed.command for directed in reacted(event, version)]
    return [command for command in found if isinstance(command, QueueMessage)]


@pytest.mark.parametrize(("event", "expected"), ROWS, ids=[type(event).__name__ for event, _ in ROWS])
def test_who_is_told_by_which_template(event: Event, expected: tuple[tuple[str, Recipient], ...]) -> None:
    assert tuple((message.template, message.recipient) for message in messages(event)) == expected


def test_whoever_has_the_case_is_told_of_the_directors_answer() -> None:
    taken_over = told.APPROVED.model_copy(update={"held_by": "national_support"})
    assert [message.recipient for message in messages(taken_over)] == [NATIONAL["ES"]]
    for office in ("representative", None):
        refused = told.DIRECTOR_REFUSED.model_copy(update={"held_by": office})
        assert [message.recipient for message in messages(refused)] == [PERSON, REPRESENTATIVE]
        approved = told.APPROVED.model_copy(update={"held_by": office})
        assert [message.recipient for message in messages(approved)] == [REPRESENTATIVE]


def test_a_representative_is_not_told_of_what_the_representative_refused() -> None:
    for said in ({"office": "representative"}, {"office": None, "country": None}):
        refused = told.REJECTED.model_copy(update=said)
        assert [message.recipient for message in messages(refused)] == [PERSON]


def test_the_rows_are_the_whole_table_and_every_event_is_published() -> None:
    published = {event for all_of_one in CATALOGUE.values() for event in all_of_one}
    assert {type(event) for event, _ in ROWS} == set(REACTIONS) == {type(event) for event in CAUSES}
    assert set(REACTIONS) <= published


@pytest.mark.parametrize("event", CAUSES, ids=lambda event: type(event).__name__)
def test_the_stream_of_a_message_is_its_key(event: Event) -> None:
    for directed, message in zip(reacted(event), messages(event), strict=True):
        assert directed.identifier == message.message
        assert message.at == happened(event).time


def test_a_message_is_one_for_each_cause_recipient_and_template() -> None:
    keys = [message.message for event in CAUSES for message in messages(event)]
    assert len(keys) == len(set(keys))
    assert [message.message for event in CAUSES for message in messages(event)] == keys
    later = [message.message for event in CAUSES for message in messages(event, version=4)]
    assert set(later).isdisjoint(keys)


def test_two_recipients_of_one_template_and_cause_get_a_message_each() -> None:
    first, second = messages(told.ACCEPTED)
    assert first.template == second.template
    assert first.message != second.message


@pytest.mark.parametrize(("event", "purpose", "attempt"), LINKS)
def test_a_link_names_the_stream_and_attempt_that_it_opens_and_ends_when_the_fact_says(
    event: Event, purpose: str, attempt: str
) -> None:
    stream = happened(event).stream
    expected = Link(purpose=purpose, stream=stream, attempt=attempt, expires=EXPIRES)  # type: ignore[arg-type]
    assert expected in [message.link for message in messages(event)]


def test_only_what_asks_for_an_answer_carries_a_link() -> None:
    linked = [message.link for event in CAUSES for message in messages(event) if message.link is not None]
    assert sorted(link.purpose for link in linked) == sorted(purpose for _, purpose, _ in LINKS)


@pytest.mark.parametrize("event", [event for event in CAUSES if "locale" in type(event).model_fields])
def test_who_is_written_to_for_a_fact_with_a_language_is_written_to_in_it(event: Event) -> None:
    to_offices = isinstance(messages(event)[0].recipient, ToOffice)
    wanted = "en" if to_offices else event.locale  # type: ignore[attr-defined]
    assert {message.locale for message in messages(event)} == {wanted}


def test_the_day_in_an_announcement_is_the_day_itself_even_after_a_leap_day() -> None:
    assert [messages(event)[0].params["due"] for event in (told.INACTIVATION, told.REMOVAL)] == [
        "2030-02-28",
        "2031-02-28",
    ]


@pytest.mark.parametrize("cls", REACTIONS, ids=lambda cls: cls.__name__)
def test_any_event_becomes_messages_that_can_be_recorded(cls: type[Event]) -> None:
    @every(events(cls))
    def check(event: Event) -> None:
        cause = recorded(event, "stream-1", 2)
        for reaction in REACTIONS[cls]:
            asked = list(reaction(cause))
            assert asked == list(reaction(cause))
            assert all(isinstance(one.command, QueueMessage) for one in asked)

    check()


def test_policies_are_told_apart_by_name() -> None:
    names = [reaction.__name__ for reactions in REACTIONS.values() for reaction in reactions]
    assert len(names) == len(set(names))
