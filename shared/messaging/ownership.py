"""Which process does which shard: heartbeat documents and a balanced hash. Saves work, guards nothing (design §6).

Two processes that both think a shard is theirs do no harm: the relay is fenced by its blocks, everything else by the
version of the stream. So a stale answer is no fault, and no clock but the server's is compared with anything.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from shared.mongo import Collection as MongoCollection
from shared.mongo import Database, Document, durable

HEARTBEATS = "heartbeats"
ALIVE = timedelta(seconds=5)
BEAT_S = 1.0
FORGOTTEN = timedelta(minutes=1)


def shares(shards: int, processes: Collection[str]) -> dict[int, str]:
    """Shard -> its process: each has as many as any other, or one less, so that nobody idles (ADR 0014).

    Shards choose one after the other, each the process with the fewest so far; among those, the highest hash.
    """
    owned = dict.fromkeys(processes, 0)
    chosen: dict[int, str] = {}
    for shard in range(shards):
        chosen[shard] = max(owned, key=lambda process: (-owned[process], _rank(process, shard)))
        owned[chosen[shard]] += 1
    return chosen


def _rank(process: str, shard: int) -> tuple[bytes, str]:
    return sha256(f"{process}/{shard}".encode()).digest(), process


class Ownership:
    """One process's part of the shards of one role (`relay`, `sender`, `deadlines`)."""

    def __init__(self, source: Database, role: str, process_id: str, shards: int) -> None:
        self.role, self.process_id, self.shards = role, process_id, shards
        self._id = f"{role}/{process_id}"
        self._heartbeats: MongoCollection = durable(source, HEARTBEATS)
        self._mine: set[int] = set()
        self._asked_at: float | None = None
        self._lock = asyncio.Lock()

    async def mine(self) -> set[int]:
        """The shards of this process now; beats and asks again at most once a second.

        Raises:
            PyMongoError: the database does not answer; whose the shards are is then unknown.
        """
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if self._asked_at is None or now - self._asked_at >= BEAT_S:
                self._mine = await self._ask()
                self._asked_at = now
            return set(self._mine)

    async def resign(self) -> None:
        """Leaves at once, so that the others need not wait until this process is missed."""
        await self._heartbeats.delete_one({"_id": self._id})
        self._mine, self._asked_at = set(), None

    async def _ask(self) -> set[int]:
        now = await self._beat()
        documents = await self._heartbeats.find({"role": self.role}).to_list(None)
        alive = {document["process"] for document in documents if document["at"] > now - ALIVE} | {self.process_id}
        forgotten = [document["_id"] for document in documents if document["at"] < now - FORGOTTEN]
        if forgotten:
            await self._heartbeats.delete_many({"_id": {"$in": forgotten}})
        return {shard for shard, process in shares(self.shards, alive).items() if process == self.process_id}

    async def _beat(self) -> datetime:
        """Writes the server's time and returns it: the one clock by which all processes are judged."""
        fields = {"role": self.role, "process": self.process_id, "at": "$$NOW"}
        document: Document = await self._heartbeats.find_one_and_update(
            {"_id": self._id}, [{"$set": fields}], upsert=True, return_document=True
        )
        at: datetime = document["at"]
        return at
