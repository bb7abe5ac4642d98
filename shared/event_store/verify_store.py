"""What can be proved about one service's store: the chains of its streams and blocks, and that they fit together."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.base import Service
from shared.event_store.commits import (
    GENESIS,
    Commit,
    CorruptCommit,
    chain,
    commit_key,
    from_document,
    shard_of,
    verify,
)
from shared.event_store.store import COMMITS
from shared.event_store.verification_index import Expected, VerificationIndex
from shared.messaging.blocks import (
    BLOCKS,
    Block,
    CorruptBlock,
    Sealed,
    Tip,
    block_from_document,
    verify_block,
)
from shared.mongo import Database, Document, durable

MOST_FINDINGS = 1_000
_BATCH = 100

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be. `kind` is stable, `place` names the commit, block or record."""

    kind: str
    place: str
    detail: str


@dataclass
class Report:
    """What was looked at and what was found; `findings` holds the first thousand, `found` counts all."""

    service: Service
    commits: int = 0
    blocks: int = 0
    records: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, kind: str, place: str, detail: str) -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, place, detail))


@dataclass(frozen=True)
class Line:
    """The blocks of one shard in one incarnation of a database."""

    origin: str
    epoch: str
    shard: int

    @property
    def name(self) -> str:
        return f"{self.origin}/{self.epoch}"


class StoreCheck:
    """The store's side of a verification."""

    def __init__(
        self, source: Database, report: Report, index: VerificationIndex, shards: int, progress: Progress
    ) -> None:
        self._commits = durable(source, COMMITS)
        self._blocks = durable(source, BLOCKS)
        self._report, self._index, self._shards, self._progress = report, index, shards, progress
        self._tips: dict[Line, Tip] = {}

    async def check_blocks(self, *, required: bool) -> None:
        """Every block that was not looked at yet: its chain, its positions, and the commits that it names.

        `required`: Kafka is read after this, so what is published now must be found there.
        """
        for line in await self._lines():
            await self._check_line(line, required=required)

    async def check_commits(self) -> None:
        """Every commit: its bytes, its place in its stream, and that it is in one block or waits for one."""
        async for documents in _batched(self._commits.find({}, batch_size=_BATCH)):
            commits = [from_document(document) for document in documents]
            await self._check_chains(commits)
            flagged = {document["_id"] for document in documents if document.get("unsealed")}
            self._check_sealed([document["_id"] for document in documents], flagged)
            self._report.commits += len(documents)
            self._progress("commits", self._report.commits)

    def settle(self) -> None:
        """Commits that are still in no block, after the blocks that came meanwhile were read."""
        for key in self._index.still_loose():
            self._report.add("unpublished_commit", key, "is in no block and not waiting for one")

    async def _lines(self) -> list[Line]:
        found: set[Line] = set()
        async for documents in _batched(self._blocks.find({}, {"origin": 1, "epoch": 1, "shard": 1})):
            found |= {Line(document["origin"], document["epoch"], document["shard"]) for document in documents}
        return sorted(found, key=lambda line: (line.name, line.shard))

    async def _check_line(self, line: Line, *, required: bool) -> None:
        while True:
            tip = self._tips.get(line, Tip())
            place: Document = {"origin": line.origin, "epoch": line.epoch, "shard": line.shard}
            query = place | {"n": {"$gt": tip.n, "$lte": tip.n + 10}}
            documents = await self._blocks.find(query).to_list(None)
            if not documents and not await self._skip_hole(line, place, tip):
                return
            for document in sorted(documents, key=lambda each: int(each["n"])):
                block = block_from_document(document)
                if (document["_id"], document["count"]) != (block.id, block.count):
                    self._report.add("corrupt_block", block.id, "its name or its count is not what was hashed")
                await self._check_block(line, block, required=required)

    async def _skip_hole(self, line: Line, place: Document, tip: Tip) -> bool:
        """Goes on behind missing blocks, so that one hole does not hide what lies after it."""
        later = await self._blocks.find(place | {"n": {"$gt": tip.n}}, {"n": 1}).to_list(None)
        if not later:
            return False
        first = min(int(document["n"]) for document in later)
        self._report.add("missing_block", f"{line.name}/{line.shard}/{tip.n + 1}", f"blocks up to {first - 1} are gone")
        document = (await self._blocks.find(place | {"n": first}).to_list(1))[0]
        self._tips[line] = Tip(first - 1, document["first"], document["prev_hash"])
        return True

    async def _check_block(self, line: Line, block: Block, *, required: bool) -> None:
        tip = self._tips.get(line, Tip())
        try:
            verify_block(block, tip)
        except CorruptBlock as error:
            self._report.add("corrupt_block", error.block, error.fault)
        self._tips[line] = Tip(block.n, block.first + block.count, block.hash)
        commits = await self._named(block)
        position = block.first
        expected: list[Expected] = []
        for sealed in block.commits:
            commit = commits.get(sealed.key)
            self._check_sealed_commit(line, block, sealed, commit)
            expected += _expected(block, sealed, commit, position, required=required)
            position += sealed.events
        self._index.expect(expected)
        self._report.blocks += 1
        self._progress("blocks", self._report.blocks)

    async def _named(self, block: Block) -> dict[str, Commit]:
        keys = [sealed.key for sealed in block.commits]
        found: dict[str, Commit] = {}
        for start in range(0, len(keys), _BATCH):
            cursor = self._commits.find({"_id": {"$in": keys[start : start + _BATCH]}})
            found |= {document["_id"]: from_document(document) for document in await cursor.to_list(None)}
        return found

    def _check_sealed_commit(self, line: Line, block: Block, sealed: Sealed, commit: Commit | None) -> None:
        other = self._index.seal(sealed.key, block.id, published=block.published)
        if other is not None:
            self._report.add("sealed_twice", sealed.key, f"is in {other} and in {block.id}")
        if commit is None:
            self._report.add("missing_commit", sealed.key, f"was sealed in {block.id} and is gone")
            return
        if commit.hash.hex() != sealed.hash or len(commit.events) != sealed.events:
            self._report.add("changed_commit", sealed.key, f"is not the commit that {block.id} sealed")
        if shard_of(commit.stream, self._shards) != line.shard:
            self._report.add("foreign_commit", sealed.key, f"{block.id} holds a commit of shard {commit.shard}")

    async def _check_chains(self, commits: Sequence[Commit]) -> None:
        keys = [commit_key(commit.stream, commit.version - 1) for commit in commits if commit.version > 1]
        documents = await self._commits.find({"_id": {"$in": keys}}, {"hash": 1}).to_list(None) if keys else []
        hashes = {document["_id"]: bytes(document["hash"]) for document in documents}
        for commit in commits:
            before = GENESIS if commit.version == 1 else hashes.get(commit_key(commit.stream, commit.version - 1))
            if before is None:
                self._report.add("gap", commit.key, f"version {commit.version - 1} is missing")
            self._check_commit(commit, commit.prev_hash if before is None else before)

    def _check_commit(self, commit: Commit, before: bytes) -> None:
        try:
            verify(commit, before)
        except CorruptCommit as error:
            self._report.add("corrupt_commit", commit.key, error.fault)
        except ValueError:
            self._report.add("corrupt_commit", commit.key, "its head cannot be read")
        if commit.shard != shard_of(commit.stream, self._shards):
            self._report.add("corrupt_commit", commit.key, f"is stored for shard {commit.shard}")

    def _check_sealed(self, keys: list[str], flagged: set[str]) -> None:
        sealed = self._index.sealed(keys)
        for key in flagged:
            if sealed.get(key):
                self._report.add("still_flagged", key, "was published and would be sealed again")
        self._index.loosen(key for key in keys if key not in sealed and key not in flagged)


def _expected(block: Block, sealed: Sealed, commit: Commit | None, first: int, *, required: bool) -> list[Expected]:
    """What Kafka should hold of one commit. Only a head that hashes to what was sealed is believed."""
    digests = [b""] * sealed.events
    if commit is not None and chain(commit.prev_hash, commit.head).hex() == sealed.hash:
        digests = [bytes.fromhex(each) for each in commit.facts["events"]]
    line = f"{block.origin}/{block.epoch}"
    return [
        Expected(line, block.shard, first + i, digest, sealed.key, sealed.hash, published=required and block.published)
        for i, digest in enumerate(digests)
    ]


async def _batched(cursor: Any) -> AsyncIterator[list[Document]]:
    while documents := await cursor.to_list(_BATCH):
        yield documents
