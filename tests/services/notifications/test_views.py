"""What the sender works from, without I/O, whatever order streams arrive in."""

from hypothesis import given as every

from services.notifications.views import MESSAGES, RECIPIENTS, VIEWS, fold_message, fold_recipient
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import (
    NotificationBounced,
    NotificationQueued,
    NotificationSent,
    NotificationSuppressed,
    ToPerson,
)
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.notifications.happened import CHANGED, MAIL, OFFERED, OFFICER, REGISTERED, STARTED, TEACHER
from tests.services.recorded import story

NAMES = ("first", "second", "third", "fourth")
NEW_MAIL = RecordRef(id=derived_id("new mail"), commitment="d" * 64)


def queued(name: str) -> NotificationQueued:
    return NotificationQueued(
        message=derived_id(name), template="seal_issued", recipient=ToPerson(person=TEACHER), locale="en"
    )


def message_stream(name: str, *ends: Event) -> list[Recorded[Event]]:
    return story(f"message-{derived_id(name)}", queued(name), *ends)


def streams() -> list[list[Recorded[Event]]]:
    end = {"template": "seal_issued"}
    return [
        message_stream("first", NotificationSent(message=derived_id("first"), copies=1, **end)),
        message_stream(
            "second", NotificationBounced(message=derived_id("second"), reason="no_mailbox", **end, link=None)
        ),
        message_stream("third", NotificationSuppressed(message=derived_id("third"), reason="erased", **end)),
        message_stream("fourth"),
        story(f"teacher-{TEACHER}", STARTED, REGISTERED.model_copy(update={"email": NEW_MAIL})),
        story(f"officer-{OFFICER}", OFFERED, OFFERED.model_copy(update={"email": NEW_MAIL, "attempt": "attempt-9"})),
    ]


IN_TURN = in_turn(streams())


def statuses() -> dict[str, str]:
    found = {}
    for name, stream in zip(NAMES, streams(), strict=False):
        document = None
        for one in stream:
            document = fold_message(document, one)
        assert document is not None
        found[name] = document["status"]
    return found


def test_a_message_waits_until_something_became_of_it() -> None:
    assert statuses() == {"first": "sent", "second": "bounced", "third": "suppressed", "fourth": "queued"}


def test_a_waiting_message_tells_the_sender_what_to_read() -> None:
    (waiting,) = message_stream("fourth")
    document = fold_message(None, waiting)
    assert (document["message"], document["stream"]) == (derived_id("fourth"), waiting.stream)
    assert (document["event"], document["since"]) == (waiting.id, waiting.time.isoformat())


def test_a_person_is_written_to_at_the_latest_address_by_reference() -> None:
    started, registered = story(f"teacher-{TEACHER}", STARTED, REGISTERED.model_copy(update={"email": NEW_MAIL}))
    first = fold_recipient(None, started)
    assert first == {"email": MAIL.model_dump(), "locale": "es"}
    assert fold_recipient(first, registered)["email"] == NEW_MAIL.model_dump()


def test_a_changed_address_is_written_to_in_the_language_of_before() -> None:
    changed = CHANGED.model_copy(update={"email": NEW_MAIL})
    started, _, later = story(f"teacher-{TEACHER}", STARTED, REGISTERED, changed)
    assert fold_recipient(fold_recipient(None, started), later) == {"email": NEW_MAIL.model_dump(), "locale": "es"}


def test_teachers_and_officers_are_found_by_their_pseudonym() -> None:
    assert set(folded(RECIPIENTS, IN_TURN)) == {TEACHER, OFFICER}
    assert set(folded(MESSAGES, IN_TURN)) == {derived_id(name) for name in NAMES}


@every(interleaved(streams()))
def test_documents_are_the_same_whatever_order_streams_arrive_in(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())
