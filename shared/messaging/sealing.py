"""What the relay asks of the store: the tip of a shard, its unsealed commits, blocks and their marks (design §6)."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice

from shared.event_store.commits import Commit, from_document
from shared.event_store.store import EventStore
from shared.messaging.blocks import (
    BLOCKS,
    Block,
    Offsets,
    Tip,
    block_from_document,
    block_id,
    lowest_predecessors,
    publishable,
    tip_from_document,
)
from shared.mongo import ClientSession, Document, DuplicateKeyError, durable

# A block's document stays below 1 MB, and what a relay holds of one below 16 MB and one commit.
MOST_COMMITS = 2_000
MOST_BYTES = 16 * 1024 * 1024
# More than that at once is slow on the local server (500 unsets take a second), a long list helps no server.
BATCH = 100


class SealedCommitChanged(Exception):
    """A block names a commit that is not there, or is another: the shard stops until somebody has looked."""

    def __init__(self, block: str, key: str) -> None:
        super().__init__(f"{block}: commit {key} is missing or not the one that was sealed")
        self.block, self.key = block, key


class Sealing:
    """The blocks of one store's shards. Remembers for each shard the last number seen, only to read little."""

    def __init__(self, store: EventStore) -> None:
        self.installation = store.installation
        self._client = store.database.client
        self._commits = store.commits
        self._blocks = durable(store.database, BLOCKS)
        self._known: dict[int, int] = {}

    @asynccontextmanager
    async def session(self) -> AsyncIterator[ClientSession]:
        """Causally consistent: a scan never looks at an older snapshot than the read of the last block before it."""
        async with await self._client.start_session(causal_consistency=True) as session:
            yield session

    async def tip(self, shard: int, session: ClientSession) -> Tip:
        """The last block of the shard (from the last known number on: sorting all of them grows)."""
        if shard not in self._known:
            self._known[shard] = await self._gallop(shard, session)
        query = self._place(shard) | {"n": {"$gte": self._known[shard]}}
        documents = await self._blocks.find(query, {"commits": 0}, session=session).to_list(None)
        if not documents:
            if self._known.pop(shard):
                raise SealedCommitChanged(self._id(shard, query["n"]["$gte"]), "(the block itself)")
            return Tip()
        last = max(documents, key=lambda document: int(document["n"]))
        self._known[shard] = last["n"]
        return tip_from_document(last)

    async def block(self, shard: int, n: int, session: ClientSession) -> Block:
        """One block by its number, which exists."""
        document = await self._blocks.find_one({"_id": self._id(shard, n)}, session=session)
        if document is None:
            raise SealedCommitChanged(self._id(shard, n), "(the block itself)")
        return block_from_document(document)

    async def commits_of(self, block: Block, session: ClientSession) -> tuple[Commit, ...]:
        """The commits of a block in its order; raises `SealedCommitChanged`."""
        found: dict[str, Commit] = {}
        for keys in _batches(sealed.key for sealed in block.commits):
            cursor = self._commits.find({"_id": {"$in": keys}}, session=session)
            found |= {document["_id"]: from_document(document) for document in await cursor.to_list(None)}
        for sealed in block.commits:
            commit = found.get(sealed.key)
            if commit is None or commit.hash.hex() != sealed.hash or len(commit.events) != sealed.events:
                raise SealedCommitChanged(block.id, sealed.key)
        return tuple(found[sealed.key] for sealed in block.commits)

    async def unsealed(self, shard: int, session: ClientSession) -> tuple[Commit, ...]:
        """What the next block may hold: unsealed commits, none before its predecessor, as many as a block takes."""
        factor = 1
        while True:
            commits, truncated = await self._scan(shard, factor, session)
            waiting = await self._unsealed_of(lowest_predecessors(commits), session)
            chosen = publishable(commits, waiting)
            if chosen or not truncated:
                return chosen
            factor *= 2  # everything in sight waits for what is out of sight

    async def insert(self, block: Block, session: ClientSession) -> bool:
        """Whether this block is now the next one; not: a rival was faster, and nothing of it may be published."""
        try:
            await self._blocks.insert_one(block.to_document(), session=session)
        except DuplicateKeyError:
            return False
        self._known[block.shard] = block.n
        return True

    async def unflag(self, block: Block, session: ClientSession) -> None:
        """Takes `unsealed` from exactly the block's commits, by `_id`."""
        for keys in _batches(sealed.key for sealed in block.commits):
            await self._commits.update_many({"_id": {"$in": keys}}, {"$unset": {"unsealed": ""}}, session=session)

    async def mark(self, block: Block, offsets: Offsets, session: ClientSession) -> None:
        """Marks the block published; the first relay to say so names the offsets."""
        change = {"published": True, "offsets": {"first": offsets.first, "last": offsets.last}}
        await self._blocks.update_one({"_id": block.id, "published": False}, {"$set": change}, session=session)

    async def move(self, block: Block, offsets: Offsets, session: ClientSession) -> None:
        """Records where a block stands that was published again, because the broker had lost it."""
        change = {"offsets": {"first": offsets.first, "last": offsets.last}}
        await self._blocks.update_one({"_id": block.id}, {"$set": change}, session=session)

    async def beyond(self, shard: int, last: int, end: int, session: ClientSession) -> list[int]:
        """The numbers, ascending and up to `last`, of the blocks that a broker which ends at `end` has lost."""
        lost: list[int] = []
        for n in range(last, 0, -1):
            document = await self._blocks.find_one({"_id": self._id(shard, n)}, {"commits": 0}, session=session)
            offsets = tip_from_document(document).offsets if document else None
            if offsets is None or offsets.last < end:
                break
            lost.append(n)
        return lost[::-1]

    async def _gallop(self, shard: int, session: ClientSession) -> int:
        """The last number, found by point reads: numbers have no gap, so double, then halve."""
        low, high = 0, 1
        while await self._exists(shard, high, session):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if await self._exists(shard, middle, session) else (low, middle)
        return low

    async def _exists(self, shard: int, n: int, session: ClientSession) -> bool:
        return await self._blocks.find_one({"_id": self._id(shard, n)}, {"_id": 1}, session=session) is not None

    async def _scan(self, shard: int, factor: int, session: ClientSession) -> tuple[list[Commit], bool]:
        cursor = self._commits.find({"shard": shard, "unsealed": True}, session=session, batch_size=500)
        commits: list[Commit] = []
        size = 0
        try:
            while documents := await cursor.to_list(500):
                commits += (from_document(document) for document in documents)
                size += sum(_size(document) for document in documents)
                if len(commits) >= factor * MOST_COMMITS or size >= factor * MOST_BYTES:
                    return commits, True
        finally:
            await cursor.close()
        return commits, False

    async def _unsealed_of(self, keys: set[str], session: ClientSession) -> set[str]:
        """Those of `keys` that are not known to be sealed; one that is missing is not."""
        sealed: set[str] = set()
        for some in _batches(keys):
            cursor = self._commits.find({"_id": {"$in": some}}, {"unsealed": 1}, session=session)
            sealed |= {document["_id"] for document in await cursor.to_list(None) if "unsealed" not in document}
        return keys - sealed

    def _id(self, shard: int, n: int) -> str:
        return block_id(self.installation.origin, self.installation.epoch, shard, n)

    def _place(self, shard: int) -> Document:
        return {"origin": self.installation.origin, "epoch": self.installation.epoch, "shard": shard}


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(keys)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _size(document: Document) -> int:
    events: Sequence[bytes] = document["events"]
    return len(document["head"]) + sum(map(len, events))
