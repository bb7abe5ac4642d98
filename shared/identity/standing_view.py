"""The view that services keep of teachers' standing: the blocked and the removed change nothing (FAQ L24-25)."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never, get_args

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    PersonalDataErased,
    ProfileBlocked,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
)
from shared.views.view import View

Document = dict[str, Any]
ERASED = "erased"
ProfileFact: TypeAlias = (
    ProfileOpened | ProfileBlocked | ProfileUnblocked | ProfileInactivated | ProfileReactivated | ProfileRemoved
)
StandingEvent: TypeAlias = ProfileFact | PersonalDataErased


def standing_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per teacher; officers, who may be erased too, have no profile."""
    event: StandingEvent = recorded.event
    if isinstance(event, PersonalDataErased):
        return (event.person,) if recorded.stream.startswith("teacher-") else ()
    return (event.teacher,)


def fold_standing(document: Document | None, recorded: Recorded[Any]) -> Document:
    """`{teacher, standing, blocked, event}`: `standing` is active, inactive, removed or erased; `event` what it rests
    on. Of who was erased nothing else is kept, in whatever order the account's stream and the profile's come."""
    event: StandingEvent = recorded.event
    if isinstance(event, PersonalDataErased):
        return {"teacher": event.person, "standing": ERASED, "blocked": False, "event": recorded.id}
    known = document or {"teacher": event.teacher, "standing": "active", "blocked": False}
    return known if known["standing"] == ERASED else known | _change(event) | {"event": recorded.id}


def _change(event: ProfileFact) -> Document:
    match event:
        case ProfileOpened() | ProfileReactivated():
            return {"standing": "active"}
        case ProfileInactivated():
            return {"standing": "inactive"}
        case ProfileRemoved():
            return {"standing": "removed"}
        case ProfileBlocked() | ProfileUnblocked():
            return {"blocked": isinstance(event, ProfileBlocked)}
        case _:
            assert_never(event)


STANDINGS = View(
    name="standings",
    version=2,
    keys=standing_keys,
    fold=fold_standing,
    events=get_args(StandingEvent),
)
