"""The mark of erasure: whoever writes something about a person looks for it after the write, and takes it back."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from shared.mongo import Database, durable

ERASED = "erased"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Marks:
    """Which subjects (pseudonymous ids) are erased. A mark is never removed."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _utc_now) -> None:
        self._marks = durable(database, ERASED)
        self._clock = clock

    async def set(self, subject: str) -> None:
        """Sets the mark, durably; again changes nothing."""
        await self._marks.update_one({"_id": subject}, {"$setOnInsert": {"at": self._clock()}}, upsert=True)

    async def has(self, subject: str) -> bool:
        return await self._marks.find_one({"_id": subject}) is not None

    async def at(self, subject: str) -> datetime | None:
        """When the mark was set (UTC)."""
        found = await self._marks.find_one({"_id": subject})
        return None if found is None else found["at"]

    async def among(self, subjects: Iterable[str]) -> frozenset[str]:
        """Those of `subjects` that are marked."""
        found = await self._marks.find({"_id": {"$in": sorted(set(subjects))}}).to_list(None)
        return frozenset(str(mark["_id"]) for mark in found)
