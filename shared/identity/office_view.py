"""The view that every service keeps of the offices: an act needs its office in the token and live here (design §10)."""

from collections.abc import Sequence
from typing import Any, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import OfficeAccepted, OfficeOffered, OfficeRevoked
from shared.views.view import View

Document = dict[str, Any]
OfficeEvent = OfficeOffered | OfficeAccepted | OfficeRevoked


def office_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per office, by its id."""
    return (recorded.event.office,)


def fold_office(document: Document | None, recorded: Recorded[Any]) -> Document:
    """`{office, kind, country, region, person, live, since, until, event}`: `live` from acceptance to revocation.

    `event` is the id of the event that it rests on: the basis of whatever is done in this office.
    """
    event: OfficeEvent = recorded.event
    moment = recorded.time.isoformat()
    empty = {"kind": None, "country": None, "region": None, "live": False, "since": None, "until": None}
    known = (document or empty) | {"office": event.office, "person": event.officer, "event": recorded.id}
    match event:
        case OfficeOffered():
            return known | {"kind": event.kind, "country": event.country, "region": event.region}
        case OfficeAccepted():
            place = {"kind": event.kind, "country": event.country, "region": event.region}
            return known | place | {"live": True, "since": moment}
        case OfficeRevoked():
            return known | {"live": False, "until": moment}
        case _:
            assert_never(event)


OFFICES = View(
    name="offices",
    version=1,
    keys=office_keys,
    fold=fold_office,
    events=(OfficeOffered, OfficeAccepted, OfficeRevoked),
    indexes=(("kind", "country", "live"),),
)
