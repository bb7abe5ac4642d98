"""What falls due in a case by itself, without I/O: which policy, which moment, which command."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.validation.commands import (
    EscalateCase,
    LapseValidation,
    MoveCase,
    RemindDirector,
    RequestCertificate,
    WithdrawCase,
    WriteToKnownDirector,
)
from services.validation.deadlines import due_in_case, follow_school, searches, withdraw, write_to_known
from services.validation.policies import Rules, rules_of
from services.validation.queries import allowed, owner_due
from services.validation.views import fold_case
from shared.contracts.base import Event
from shared.nodes import load_nodes
from tests.services.recorded import START, story
from tests.services.validation.adopting import adopted
from tests.services.validation.happened import (
    ATTEMPT,
    CASE_ID,
    EXPIRES,
    KNOWN,
    UNTIL,
    approved,
    asked,
    certificate_filed,
    certificate_requested,
    contacted,
    escalated,
    failed,
    given_time,
    lapsed,
    limited,
    opened,
    rejected,
    reminded,
    validated,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
ASKED = (opened(), *asked())
DEFAULT = rules_of(load_nodes(), "ES", TODAY)
FORM = adopted("ES", "validation.signed_form")
EVENTS = story(f"case-{CASE_ID}", *ASKED)
OPENED_AT, ASKED_AT = EVENTS[0].time, EVENTS[-1].time
OPENED_EVENT, ASKED_EVENT = EVENTS[0].id, EVENTS[-1].id


def document(*events: Event) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    for one in story(f"case-{CASE_ID}", *events):
        found = fold_case(found, one)  # type: ignore[arg-type]
    assert found is not None
    return found


def due(history: tuple[Event, ...], at: datetime, rules: Rules = DEFAULT) -> list[tuple[str, str, Any]]:
    return [(one.name, one.cause, one.command) for one in due_in_case(document(*history), rules, at)]


def test_a_director_is_reminded_on_the_days_of_the_policy() -> None:
    assert DEFAULT.director.reminder_days == (4, 9)
    at = ASKED_AT + 4 * DAY
    assert due(ASKED, at - timedelta(microseconds=1)) == []
    first = RemindDirector(at=at, attempt=ATTEMPT, number=1)
    assert due(ASKED, at) == [("remind_director.1", ASKED_EVENT, first)]
    assert due((*ASKED, reminded(1)), at) == []
    second = ASKED_AT + 9 * DAY
    ((name, _, _),) = due((*ASKED, reminded(1)), second)
    assert name == "remind_director.2"
    assert due((*ASKED, reminded(1), reminded(2)), second + DAY) == []


def test_a_late_sweep_sends_one_reminder_not_all_that_it_missed() -> None:
    at = ASKED_AT + 10 * DAY
    assert due(ASKED, at) == [("remind_director.2", ASKED_EVENT, RemindDirector(at=at, attempt=ATTEMPT, number=2))]
    assert due((*ASKED, reminded(2)), at) == []


@pytest.mark.parametrize("since", [approved(), rejected(), failed(), given_time()])
def test_nobody_is_reminded_who_need_not_be(since: Event) -> None:
    assert due((*ASKED, since), ASKED_AT + 5 * DAY) == []


def test_a_silent_director_is_the_national_support_services_after_a_while() -> None:
    at = ASKED_AT + 14 * DAY
    history = (*ASKED, reminded(1), reminded(2))
    assert due(history, at - timedelta(microseconds=1)) == []
    escalation = EscalateCase(at=at, reason="director_silent", attempt=ATTEMPT)
    assert due(history, at) == [("escalate_silent", ASKED_EVENT, escalation)]
    assert due((*history, escalated()), at) == []
    assert due((*history, approved()), at) == []


def test_time_that_was_asked_for_is_given_in_full() -> None:
    history = (*ASKED, given_time(EXPIRES + 14 * DAY))
    assert due(history, ASKED_AT + 14 * DAY) == []
    at = EXPIRES + 14 * DAY
    assert [name for name, _, _ in due(history, at)] == ["escalate_silent"]


def test_a_case_that_nobody_decides_is_taken_over() -> None:
    at = OPENED_AT + 30 * DAY
    assert due((opened(),), at - timedelta(microseconds=1)) == []
    escalation = EscalateCase(at=at, reason="overdue")
    assert due((opened(),), at) == [("escalate_overdue", OPENED_EVENT, escalation)]
    assert due((*ASKED, approved()), at) == [("escalate_overdue", OPENED_EVENT, escalation)]
    assert due((opened(), escalated("overdue")), at) == []
    assert due((opened(), rejected()), at) == []


def test_where_the_policy_gives_seven_days_seven_count() -> None:
    rules = adopted("ES", "validation.seven_days")
    assert [name for name, _, _ in due((opened(),), OPENED_AT + 7 * DAY, rules)] == ["escalate_overdue"]
    assert due((opened(),), OPENED_AT + 7 * DAY) == []


def test_where_the_policy_wants_a_form_the_teacher_is_asked_at_once_and_the_case_passed_on_without_it() -> None:
    at = OPENED_AT + timedelta(minutes=1)
    request = RequestCertificate(at=at, due=at + 5 * DAY)
    assert due((opened(),), at, FORM) == [("request_certificate", OPENED_EVENT, request)]
    assert due((opened(),), at) == []
    assert due((opened(), escalated("applicant_is_director")), at, FORM) == []
    waiting = (opened(), certificate_requested(at + 5 * DAY))
    assert due(waiting, at + 4 * DAY, FORM) == []
    assert [name for name, _, _ in due(waiting, at + 5 * DAY, FORM)] == ["escalate_without_certificate"]
    assert due((*waiting, certificate_filed()), at + 5 * DAY, FORM) == []


def test_a_form_whose_days_the_policy_does_not_count_is_due_with_the_decision() -> None:
    at, rules = OPENED_AT + timedelta(minutes=1), adopted("ES", "validation.certificate")
    assert (rules.validation.certificate_days, rules.validation.max_days) == (None, 5)
    assert due((opened(),), at, rules) == [
        ("request_certificate", OPENED_EVENT, RequestCertificate(at=at, due=at + 5 * DAY))
    ]
    assert any(_matches(document(opened()), search) for search in searches("ES", rules, at.date()))


def test_a_validation_lapses_on_the_moment() -> None:
    history = (*ASKED, approved(), validated(), limited())
    assert due(history, UNTIL - timedelta(microseconds=1)) == []
    ((name, cause, command),) = due(history, UNTIL)
    assert (name, command) == ("lapse_validation", LapseValidation(at=UNTIL))
    assert cause == document(*history)["limited_event"]
    assert due((*history, lapsed()), UNTIL) == []


CONTACT_KNOWN = KNOWN.model_dump() | {"owner": "registration", "event": "event-9", "asked": None}


def test_a_known_director_is_written_to_in_the_nodes_first_language() -> None:
    (one,) = write_to_known(document(opened()), CONTACT_KNOWN, DEFAULT, START)
    assert one.command == WriteToKnownDirector(
        at=START, contact=KNOWN, owner="registration", locale="es", link_expires=START + 14 * DAY, asked_before=None
    )
    assert (one.name, one.cause, one.basis) == ("write_to_known_director.event-9", OPENED_EVENT, ("event-9",))
    assert one.policy_version == "director.default@1"


def test_a_known_director_is_not_written_to_where_there_is_a_form_or_an_answer() -> None:
    assert write_to_known(document(opened()), CONTACT_KNOWN, FORM, START) == ()
    assert write_to_known(document(*ASKED, approved()), CONTACT_KNOWN, DEFAULT, START) == ()
    assert write_to_known(document(opened(), rejected()), CONTACT_KNOWN, DEFAULT, START) == ()


def test_in_a_country_that_has_left_nobody_is_asked_any_more_but_an_officer() -> None:
    left = replace(DEFAULT, withdrawn_since=START.date())
    assert write_to_known(document(opened()), CONTACT_KNOWN, left, START) == ()
    assert [name for name, _, _ in due(ASKED, ASKED_AT + 4 * DAY)] == ["remind_director.1"]
    assert due(ASKED, ASKED_AT + 4 * DAY, left) == []
    assert [name for name, _, _ in due(ASKED, ASKED_AT + 14 * DAY, left)] == ["escalate_silent"]
    assert due((opened(),), OPENED_AT + DAY, replace(FORM, withdrawn_since=START.date())) == []


def test_an_open_case_follows_its_school_and_teacher() -> None:
    (moving,) = follow_school(document(opened()), "Galicia", "event-7", START)
    assert (moving.name, moving.command) == ("move_case.event-7", MoveCase(at=START, region="Galicia"))
    assert follow_school(document(opened()), "Madrid", "event-7", START) == ()
    assert follow_school(document(opened(), rejected()), "Galicia", "event-7", START) == ()
    (gone,) = withdraw(document(opened()), "erased", "event-8", START)
    assert (gone.name, gone.command) == ("withdraw_case.event-8", WithdrawCase(at=START, reason="erased"))
    assert withdraw(document(opened(), rejected()), "erased", "event-8", START) == ()


HISTORIES = (
    ASKED,
    (*ASKED, reminded(1)),
    (*ASKED, given_time()),
    (opened(),),
    (*ASKED, approved()),
    (opened(), certificate_requested(START + 5 * DAY)),
    (*ASKED, approved(), validated(), limited(START + 20 * DAY)),
)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("rules", [DEFAULT, FORM, adopted("ES", "validation.seven_days")])
@pytest.mark.parametrize("days", range(0, 40, 1))
def test_whatever_is_due_is_found_by_a_search(history: tuple[Event, ...], rules: Rules, days: int) -> None:
    now = START + timedelta(days=days, hours=1)
    found = document(*history)
    if due_in_case(found, rules, now):
        assert any(_matches(found, search) for search in searches("ES", rules, now.date()))


def _matches(found: dict[str, Any], search: dict[str, Any]) -> bool:
    return all(
        found[field] == wanted
        if not isinstance(wanted, dict)
        else found[field] is not None and found[field] <= wanted["$lte"] and wanted.get("$gte", "") <= found[field]
        for field, wanted in search.items()
    )


@pytest.mark.parametrize(
    ("history", "due_on"),
    [
        ((opened(),), OPENED_AT + 30 * DAY),
        (ASKED, ASKED_AT + 14 * DAY),
        ((*ASKED, given_time(EXPIRES + 14 * DAY)), EXPIRES + 14 * DAY),
        ((*ASKED, escalated(), contacted(KNOWN, 2)), EXPIRES),
        ((*ASKED, approved()), OPENED_AT + 30 * DAY),
        ((*ASKED, escalated()), OPENED_AT + 30 * DAY),
        ((opened(), certificate_requested(START + 5 * DAY)), START + 5 * DAY),
        ((opened(), rejected()), None),
    ],
)
def test_until_when_the_owner_of_a_case_has_time(history: tuple[Event, ...], due_on: datetime | None) -> None:
    assert owner_due(document(*history), allowed(load_nodes(), "ES", TODAY)) == due_on
