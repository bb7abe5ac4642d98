"""What a verification remembers, on disk: millions of commits and events would not fit into memory.

A temporary SQLite file: which commit is sealed where, and what Kafka should hold at each position.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE sealed (key TEXT PRIMARY KEY, block TEXT, published INT) WITHOUT ROWID;
CREATE TABLE expected (
    epoch TEXT, shard INT, position INT, digest BLOB, key TEXT, hash TEXT, published INT, seen INT DEFAULT 0,
    PRIMARY KEY (epoch, shard, position)
) WITHOUT ROWID;
CREATE TABLE unmatched (epoch TEXT, shard INT, position INT, digest BLOB, hash TEXT, stream TEXT, place TEXT);
CREATE TABLE loose (key TEXT);
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """One event as Kafka should hold it; `epoch` is `<origin>/<epoch>`, `digest` SHA-256 of the exact bytes."""

    epoch: str
    shard: int
    position: int
    digest: bytes
    key: str
    hash: str
    published: bool

    @property
    def stream(self) -> str:
        return self.key.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as Kafka does hold it."""

    epoch: str
    shard: int
    position: int
    digest: bytes
    hash: str
    stream: str
    place: str


class VerificationIndex:
    """Use as a context manager; the file is gone with its folder."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "verification.sqlite", isolation_level=None)
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Releases the file."""
        self._db.close()

    def seal(self, key: str, block: str, *, published: bool) -> str | None:
        """Remembers in which block a commit is; returns the block in which it already was."""
        row = self._db.execute("SELECT block FROM sealed WHERE key = ?", (key,)).fetchone()
        if row:
            return str(row[0])
        self._db.execute("INSERT INTO sealed VALUES (?, ?, ?)", (key, block, published))
        return None

    def sealed(self, keys: list[str]) -> dict[str, bool]:
        """Those of `keys` that are in a block, and whether it was published."""
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, published FROM sealed WHERE key IN ({marks})"  # noqa: S608 only question marks
        return {key: bool(published) for key, published in self._db.execute(query, keys)}

    def loosen(self, keys: Iterable[str]) -> None:
        """Remembers commits that were neither flagged nor in a block when they were looked at."""
        self._db.executemany("INSERT INTO loose VALUES (?)", ((key,) for key in keys))

    def still_loose(self) -> Iterator[str]:
        """Those of them that are in no block now either."""
        query = "SELECT key FROM loose WHERE key NOT IN (SELECT key FROM sealed)"
        return (str(row[0]) for row in self._db.execute(query))

    def expect(self, events: Iterable[Expected]) -> None:
        rows = ((e.epoch, e.shard, e.position, e.digest, e.key, e.hash, e.published) for e in events)
        self._db.executemany("INSERT OR IGNORE INTO expected VALUES (?, ?, ?, ?, ?, ?, ?, 0)", rows)

    def expected(self, epoch: str, shard: int, position: int) -> Expected | None:
        """What should be there, or nothing if no block says."""
        query = "SELECT digest, key, hash, published FROM expected WHERE epoch = ? AND shard = ? AND position = ?"
        row = self._db.execute(query, (epoch, shard, position)).fetchone()
        return Expected(epoch, shard, position, row[0], row[1], row[2], bool(row[3])) if row else None

    def tick_off(self, epoch: str, shard: int, position: int) -> None:
        query = "UPDATE expected SET seen = 1 WHERE epoch = ? AND shard = ? AND position = ?"
        self._db.execute(query, (epoch, shard, position))

    def set_aside(self, record: Seen) -> None:
        """Remembers a record that no block explains yet: the relay may be faster than the verification."""
        row = (record.epoch, record.shard, record.position, record.digest, record.hash, record.stream, record.place)
        self._db.execute("INSERT INTO unmatched VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def aside(self) -> Iterator[Seen]:
        query = "SELECT epoch, shard, position, digest, hash, stream, place FROM unmatched"
        return (Seen(*row) for row in self._db.execute(query).fetchall())

    def missing(self) -> Iterator[Expected]:
        """Events of published blocks that Kafka does not hold."""
        query = "SELECT epoch, shard, position, digest, key, hash FROM expected WHERE published AND NOT seen"
        for epoch, shard, position, digest, key, commit_hash in self._db.execute(query):
            yield Expected(epoch, shard, position, digest, key, commit_hash, published=True)
