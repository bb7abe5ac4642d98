"""The view that services keep of teachers' standing: the blocked and the removed change nothing (FAQ L24-25)."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    ProfileBlocked,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
)
from shared.views.view import View

Document = dict[str, Any]
StandingEvent: TypeAlias = (
    ProfileOpened | ProfileBlocked | ProfileUnblocked | ProfileInactivated | ProfileReactivated | ProfileRemoved
)


def standing_keys(recorded: Recorded[StandingEvent]) -> Sequence[str]:
    """One document per teacher."""
    return (recorded.event.teacher,)


def fold_standing(document: Document | None, recorded: Recorded[Any]) -> Document:
    """`{teacher, standing, blocked, event}`: `standing` is active, inactive or removed; `event` what it rests on."""
    event: StandingEvent = recorded.event
    known = document or {"teacher": event.teacher, "standing": "active", "blocked": False}
    return known | _change(event) | {"event": recorded.id}


def _change(event: StandingEvent) -> Document:
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
    version=1,
    keys=standing_keys,
    fold=fold_standing,
    events=(
        ProfileOpened,
        ProfileBlocked,
        ProfileUnblocked,
        ProfileInactivated,
        ProfileReactivated,
        ProfileRemoved,
    ),
)
