"""How far a consumer group has come, in its own database: Kafka's offset only says where to start reading (design §7).

One document for each (group, origin, epoch, topic, shard): the position reached, and the hashes of the commits at the
last positions. What lies at or below the position is dropped; a known position under another hash stops the shard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from shared.messaging.delivery import Delivery, Place
from shared.mongo import Database, DuplicateKeyError, IndexModel, durable

POSITIONS = "positions"
POSITION_INDEXES = (IndexModel([("group", 1)], name="group"),)
REMEMBERED = 64


class HistoryChanged(Exception):
    """A position that was handled came again with another commit: somebody restored something. The shard stops."""

    def __init__(self, place: Place, position: int) -> None:
        super().__init__(f"{'/'.join(map(str, place))} at {position}")
        self.place, self.position = place, position


class Standing(Enum):
    """How a delivery stands to what was reached."""

    NEXT = auto()
    REPEATED = auto()
    AHEAD = auto()


@dataclass(frozen=True, slots=True)
class Reached:
    """The last position handled, and the commit hashes of up to REMEMBERED last positions, the oldest first."""

    position: int = 0
    hashes: tuple[str, ...] = ()

    def stands(self, delivered: Delivery) -> Standing:
        """Raises `HistoryChanged` when the position is remembered with another hash."""
        if delivered.position > self.position:
            return Standing.NEXT if delivered.position == self.position + 1 else Standing.AHEAD
        back = self.position - delivered.position
        if back < len(self.hashes) and self.hashes[-1 - back] != delivered.commit_hash and delivered.place:
            raise HistoryChanged(delivered.place, delivered.position)
        return Standing.REPEATED

    def then(self, delivered: Delivery) -> "Reached":
        """What is reached once the next delivery is handled."""
        return Reached(delivered.position, (*self.hashes, delivered.commit_hash)[-REMEMBERED:])


class Positions:
    """The positions of one group; remembers what it has read until told to forget."""

    def __init__(self, source: Database, group: str) -> None:
        self._collection = durable(source, POSITIONS)
        self._group = group
        self._known: dict[Place, Reached] = {}

    def forget(self) -> None:
        """Other members may have moved on: read again."""
        self._known.clear()

    def knows(self, place: Place) -> bool:
        """Whether `reached` answers from memory."""
        return place in self._known

    async def reached(self, place: Place) -> Reached:
        """Position 0 where nothing was reached yet."""
        known = self._known.get(place)
        if known is None:
            found = await self._collection.find_one({"_id": self._id(place)})
            known = Reached(found["position"], tuple(found["hashes"])) if found else Reached()
            self._known[place] = known
        return known

    async def store(self, places: Mapping[Place, Reached]) -> None:
        """Moves on to `places`, each only if the stored position is lower; where it is not, it is read again."""
        for place, reached in places.items():
            self._known.pop(place, None)
            if await self._advance(place, reached):
                self._known[place] = reached

    async def _advance(self, place: Place, reached: Reached) -> bool:
        written = {"position": reached.position, "hashes": list(reached.hashes)}
        one = {"_id": self._id(place)}
        result = await self._collection.update_one(one | {"position": {"$lt": reached.position}}, {"$set": written})
        if result.matched_count:
            return True
        names = {"group": self._group, **place._asdict()}
        try:
            await self._collection.insert_one(one | names | written)
        except DuplicateKeyError:
            return False
        return True

    def _id(self, place: Place) -> str:
        return "|".join((self._group, place.origin, place.epoch, place.topic, str(place.shard)))


async def has_come_anywhere(source: Database, group: str) -> bool:
    """Whether a group has ever handled anything."""
    return await durable(source, POSITIONS).find_one({"group": group}, {"_id": 1}) is not None
