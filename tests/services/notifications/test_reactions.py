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
from tests.services.notifications.happened import ANA, CAUSES, DIRECTOR, EXPIRES, LUC, MAIL, TEACHER, happened
from tests.services.recorded import recorded

REPRESENTATIVE = ToOffice(kind="representative", country="ES", region="ES-GA")
NATIONAL = {country: ToOffice(kind="national_support_officer", country=country) for country in ("ES", "FR")}
ASSESSORS = ToOffice(kind="assessor", country="ES")

ROWS: tuple[tuple[Event, tuple[tuple[str, Recipient], ...]], ...] = (
    (told.STARTED, (("confirm_email", ToRecord(record=MAIL)),)),
    (told.OFFERED, (("office_offer", ToRecord(record=MAIL)),)),
    (told.REGISTERED, (("registration_waiting", ToPerson(person=TEACHER)),)),
    (told.OPENED, (("case_opened", REPRESENTATIVE),)),
    (told.CONTACTED, (("director_question", ToRecord(record=DIRECTOR)),)),
    (told.APPROVED, (("case_decidable", REPRESENTATIVE),)),
    (told.DIRECTOR_REFUSED, (("director_refused", ToPerson(person=TEACHER)),)),
    (told.VALIDATED, (("teacher_validated", ToPerson(person=TEACHER)),)),
    (told.REJECTED, (("teacher_rejected", ToPerson(person=TEACHER)),)),
    (told.PROPOSED, (("project_proposed", ToPerson(person=LUC.teacher)),)),
    (told.ACCEPTED, (("project_to_approve", NATIONAL["ES"]), ("project_to_approve", NATIONAL["FR"]))),
    (told.INVITED, (("partner_invited", ToPerson(person=LUC.teacher)),)),
    (told.SEAL_ISSUED, (("seal_issued", ToPerson(person=TEACHER)),)),
    (told.APPLIED, (("nqs_to_assess", ASSESSORS),)),
    (told.GRANTED, (("nqs_granted", ToPerson(person=ANA.teacher)),)),
    (told.NQS_REFUSED, (("nqs_refused", ToPerson(person=TEACHER)),)),
    (told.AWARDED, (("eqs_granted", ToPerson(person=TEACHER)),)),
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


@pytest.mark.parametrize(
    ("event", "purpose", "attempt"),
    [
        (told.STARTED, "confirm_email", "attempt-1"),
        (told.OFFERED, "accept_office", "attempt-2"),
        (told.CONTACTED, "director_answer", "attempt-3"),
    ],
)
def test_a_link_names_the_stream_and_attempt_that_it_opens_and_ends_when_the_fact_says(
    event: Event, purpose: str, attempt: str
) -> None:
    (message,) = messages(event)
    stream = happened(event).stream
    assert message.link == Link(purpose=purpose, stream=stream, attempt=attempt, expires=EXPIRES)  # type: ignore[arg-type]


def test_only_what_asks_for_an_answer_carries_a_link() -> None:
    linked = {type(event) for event in CAUSES for message in messages(event) if message.link is not None}
    assert linked == {type(told.STARTED), type(told.OFFERED), type(told.CONTACTED)}


@pytest.mark.parametrize(("event", "locale"), [(told.STARTED, "es"), (told.OFFERED, "fr"), (told.CONTACTED, "es")])
def test_who_has_no_account_yet_is_written_to_in_the_language_of_the_fact(event: Event, locale: str) -> None:
    assert [message.locale for message in messages(event)] == [locale]


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
