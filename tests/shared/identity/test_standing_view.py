"""What services know of a teacher's standing, in whatever order the profile's and the account's streams come."""

import orjson
from hypothesis import given as every

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    PersonalDataErased,
    ProfileBlocked,
    ProfileOpened,
    ProfileUnblocked,
)
from shared.identity.standing_view import STANDINGS
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.recorded import story

OPENED = ProfileOpened(teacher="t-1", country="ES", region=None, school="s-1", role="teacher")
BLOCKED = ProfileBlocked(teacher="t-1", country="ES", reason="misuse", statement=None)
UNBLOCKED = ProfileUnblocked(teacher="t-1", country="ES", reason="settled")
GONE = PersonalDataErased(person="t-1", reason="requested")


def streams() -> list[list[Recorded[Event]]]:
    return [
        story("profile-t-1", OPENED, BLOCKED, UNBLOCKED),
        story("teacher-t-1", GONE),
        story("officer-o-1", GONE.model_copy(update={"person": "o-1"})),
    ]


@every(interleaved(streams()))
def test_the_order_of_streams_does_not_matter(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents((STANDINGS,), arrived, streams())


def test_of_who_was_erased_only_that_is_known_and_officers_have_no_standing() -> None:
    found = folded(STANDINGS, in_turn(streams()))
    assert found.keys() == {"t-1"}
    document = orjson.loads(found["t-1"])
    assert (document["standing"], document["blocked"]) == ("erased", False)
