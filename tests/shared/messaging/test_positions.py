"""Positions: what was reached stays reached, and history that changed is noticed."""

import pytest

from shared.messaging.delivery import Delivery, Place, headers_of, read
from shared.messaging.positions import REMEMBERED, HistoryChanged, Positions, Reached, Standing
from shared.mongo import Database

PLACE = Place("eu", "e1", "projects.events", 0)


def at(position: int, commit_hash: str = "aa") -> Delivery:
    return read(PLACE.topic, 0, position, b"s", b"{}", headers_of(PLACE, position, commit_hash))


def reached(last: int) -> Reached:
    found = Reached()
    for position in range(1, last + 1):
        found = found.then(at(position))
    return found


def test_the_next_position_is_next_a_lower_one_repeated_a_higher_one_ahead() -> None:
    standings = [reached(3).stands(at(position)) for position in (2, 3, 4, 5)]
    assert standings == [Standing.REPEATED, Standing.REPEATED, Standing.NEXT, Standing.AHEAD]


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_known_position_with_another_hash_is_changed_history(position: int) -> None:
    with pytest.raises(HistoryChanged):
        reached(3).stands(at(position, "bb"))


def test_hashes_are_remembered_up_to_a_bound() -> None:
    found = reached(REMEMBERED + 10)
    assert len(found.hashes) == REMEMBERED
    assert found.stands(at(10, "bb")) is Standing.REPEATED
    with pytest.raises(HistoryChanged):
        found.stands(at(11, "bb"))


async def test_a_position_never_goes_back(own_database: Database) -> None:
    ours, theirs = Positions(own_database, "g"), Positions(own_database, "g")
    await ours.store({PLACE: reached(5)})
    await theirs.store({PLACE: reached(3)})
    assert (await theirs.reached(PLACE)).position == 5
    assert await ours.reached(PLACE) == await Positions(own_database, "g").reached(PLACE) == reached(5)


async def test_a_new_epoch_and_another_group_begin_at_nothing(own_database: Database) -> None:
    await Positions(own_database, "g").store({PLACE: reached(5)})
    assert await Positions(own_database, "g").reached(PLACE._replace(epoch="e2")) == Reached()
    assert await Positions(own_database, "h").reached(PLACE) == Reached()
