"""Changes of address that are open, or were over lately: what the sweep of their deadlines reads. Pure."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import EmailChanged, EmailChangeRequested, EmailChangeWithdrawn, PersonalDataErased
from shared.views.view import Fields, View

ChangeEvent: TypeAlias = EmailChangeRequested | EmailChanged | EmailChangeWithdrawn | PersonalDataErased


def change_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document a person."""
    event: ChangeEvent = recorded.event
    return (event.person,)


def fold_change(document: Fields | None, recorded: Recorded[Any]) -> Fields:
    """`{ends, over, over_event}`: the day (UTC) on which the links of an open change of address end; the day on which
    the latest change was over, and the event that says so: an address was let go with it.
    """
    event: ChangeEvent = recorded.event
    known = document or {"ends": None, "over": None, "over_event": None}
    match event:
        case EmailChangeRequested():
            return known | {"ends": event.link_expires.date().isoformat()}
        case EmailChanged() | EmailChangeWithdrawn():
            return {"ends": None, "over": recorded.time.date().isoformat(), "over_event": recorded.id}
        case PersonalDataErased():
            return {"ends": None, "over": None, "over_event": None}
        case _:
            assert_never(event)


ADDRESS_CHANGES = View(
    name="address_changes",
    version=1,
    keys=change_keys,
    fold=fold_change,
    events=(EmailChangeRequested, EmailChanged, EmailChangeWithdrawn, PersonalDataErased),
    indexes=(("ends",), ("over",)),
)
