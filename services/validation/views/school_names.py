"""What schools are called: their own data, which is public."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import SchoolCorrected, SchoolRegistered
from shared.views.view import View

Document = dict[str, Any]
NamingEvent: TypeAlias = SchoolRegistered | SchoolCorrected


def keys_of_school_name(recorded: Recorded[NamingEvent]) -> Sequence[str]:
    """One document a school."""
    return (recorded.event.school,)


def fold_school_name(document: Document | None, recorded: Recorded[NamingEvent]) -> Document:
    """`{school, official_id, name, city}`."""
    event = recorded.event
    called = {"school": event.school, "name": event.name, "city": event.city}
    match event:
        case SchoolRegistered():
            return called | {"official_id": event.official_id}
        case SchoolCorrected():
            return (document or {"official_id": None}) | called
        case _:
            assert_never(event)


SCHOOL_NAMES = View(
    name="school_names",
    version=1,
    keys=keys_of_school_name,
    fold=fold_school_name,
    events=(SchoolRegistered, SchoolCorrected),
)
