"""One message, as sentences: does each command act, refuse, stay quiet?"""

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.notifications.commands import QueueMessage, RecordBounce, RecordSending, Suppress
from services.notifications.message import MESSAGE, NoSuchMessage, Status
from shared.contracts.base import Command, Event, derived_id
from shared.contracts.notifications import (
    Link,
    NotificationBounced,
    NotificationQueued,
    NotificationSent,
    NotificationSuppressed,
    ToPerson,
)
from shared.event_store.violations import RuleViolation
from tests.given import given
from tests.services.notifications.happened import EXPIRES, NOW

ID = derived_id("message")
TO = ToPerson(person=derived_id("teacher"))
LINK = Link(purpose="confirm_email", stream="teacher-1", attempt="attempt-1", expires=EXPIRES)
QUEUE = QueueMessage(
    at=NOW, message=ID, template="confirm_email", recipient=TO, locale="es", link=LINK, params={"case": "case-1"}
)
SEND, BOUNCE = RecordSending(at=NOW, copies=2), RecordBounce(at=NOW, reason="mailbox_unavailable")
SUPPRESS = Suppress(at=NOW, reason="erased")

QUEUED = NotificationQueued(
    message=ID, template="confirm_email", recipient=TO, locale="es", link=LINK, params={"case": "case-1"}
)
SENT = NotificationSent(message=ID, template="confirm_email", copies=2)
BOUNCED = NotificationBounced(message=ID, template="confirm_email", reason="mailbox_unavailable", link=LINK)
SUPPRESSED = NotificationSuppressed(message=ID, template="confirm_email", reason="erased")
ENDS = ((SEND, SENT), (BOUNCE, BOUNCED), (SUPPRESS, SUPPRESSED))


def test_a_message_is_queued_once_with_all_that_it_needs() -> None:
    given(MESSAGE).when(QUEUE).then(QUEUED).when(QUEUE).then_nothing()


@pytest.mark.parametrize(("command", "event"), ENDS)
def test_what_became_of_it_is_said_once(command: Command, event: Event) -> None:
    given(MESSAGE, QUEUED).when(command).then(event).when(command).then_nothing()


@pytest.mark.parametrize("ended", [event for _, event in ENDS])
@pytest.mark.parametrize("command", [QUEUE, *(command for command, _ in ENDS)])
def test_a_message_that_has_ended_is_not_sent_again(command: Command, ended: Event) -> None:
    given(MESSAGE, QUEUED, ended).when(command).then_nothing()


@pytest.mark.parametrize("command", [command for command, _ in ENDS])
def test_nothing_becomes_of_a_message_that_was_never_queued(command: Command) -> None:
    given(MESSAGE).when(command).then_refused(NoSuchMessage)


def test_its_status_tells_whether_it_still_waits() -> None:
    assert given(MESSAGE).state.status is Status.NONE
    assert given(MESSAGE, QUEUED).state.status is Status.QUEUED
    ends = [given(MESSAGE, QUEUED, event).state for _, event in ENDS]
    assert [state.status for state in ends] == [Status.SENT, Status.BOUNCED, Status.SUPPRESSED]
    assert all(state.queued == QUEUED for state in ends)


@every(st.lists(st.sampled_from([QUEUE, SEND, BOUNCE, SUPPRESS]), max_size=12))
def test_however_many_senders_race_one_end_is_recorded(asked: list[Command]) -> None:
    history: tuple[Event, ...] = ()
    for command in asked:
        try:
            history += given(MESSAGE, *history).when(command).events()
        except RuleViolation:
            assert history == ()
    assert len(history) <= 2
    assert list(map(type, history[:1])) == [NotificationQueued][: len(history)]
