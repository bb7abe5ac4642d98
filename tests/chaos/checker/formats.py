"""The formats of commits, blocks and records, read anew from what is written down about them."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

COMMIT_TAG = b"etwinning.commit.v1\n"
BLOCK_TAG = b"etwinning.block.v1\n"
NO_HASH = bytes(32)

Document = Mapping[str, Any]


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def commit_hash(previous: bytes, head: bytes) -> bytes:
    return sha256(COMMIT_TAG, previous, head)


def block_hash(block: Document) -> str:
    """Over the hash before it and everything of a block that never changes; hex."""
    body = {name: block[name] for name in ("origin", "epoch", "shard", "n", "first", "commits")}
    return sha256(BLOCK_TAG, bytes.fromhex(block["prev_hash"]), orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hex()


def shard_of(stream: str, shards: int) -> int:
    return zlib.crc32(stream.encode("utf-8")) % shards


def read_json(raw: bytes) -> dict[str, Any]:
    """The object that the bytes say; empty when they say none: whoever looks for a field finds it missing."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class StoredEvent:
    """One event of a commit, by its exact bytes."""

    service: str
    stream: str
    version: int
    index: int
    raw: bytes

    @cached_property
    def body(self) -> dict[str, Any]:
        return read_json(self.raw)

    @cached_property
    def id(self) -> str:
        return str(self.body.get("id", ""))

    @cached_property
    def name(self) -> str:
        """`ProjectStarted` of `eu.etwinning.projects.ProjectStarted.v1`."""
        parts = str(self.body.get("type", "")).split(".")
        return parts[3] if len(parts) == 5 else ""

    @cached_property
    def data(self) -> dict[str, Any]:
        found = self.body.get("data")
        return found if isinstance(found, dict) else {}

    def said(self, *path: str) -> str:
        """A text in the data; empty where it is missing, damaged events included."""
        value: Any = self.data
        for name in path:
            value = value.get(name, "") if isinstance(value, dict) else ""
        return str(value)

    def items(self, name: str) -> list[Any]:
        """A list in the data; empty where it is missing."""
        found = self.data.get(name)
        return found if isinstance(found, list) else []

    @property
    def place(self) -> str:
        return f"{self.service}/{self.stream}@{self.version}#{self.index}"


@dataclass(frozen=True)
class StoredCommit:
    """One commit document as it was found; nothing in it is trusted."""

    service: str
    document: Document

    @cached_property
    def stream(self) -> str:
        return str(self.document.get("stream", ""))

    @cached_property
    def version(self) -> int:
        found = self.document.get("version")
        return found if isinstance(found, int) else -1

    @cached_property
    def key(self) -> str:
        return str(self.document["_id"])

    @cached_property
    def head(self) -> bytes:
        return bytes(self.document.get("head", b""))

    @cached_property
    def facts(self) -> dict[str, Any]:
        return read_json(self.head)

    @cached_property
    def hash(self) -> bytes:
        return bytes(self.document.get("hash", b""))

    @cached_property
    def previous(self) -> bytes:
        return bytes(self.document.get("prev_hash", b""))

    @cached_property
    def events(self) -> tuple[StoredEvent, ...]:
        raws = self.document.get("events", ())
        return tuple(
            StoredEvent(self.service, self.stream, self.version, index, bytes(raw)) for index, raw in enumerate(raws)
        )

    @property
    def place(self) -> str:
        return f"{self.service}/{self.stream}@{self.version}"


@dataclass(frozen=True)
class KafkaRecord:
    """One record as the broker gave it; headers that are not text read as missing."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Mapping[str, str]

    @cached_property
    def position(self) -> int:
        """From the headers; 0 when they do not say it."""
        said = self.headers.get("position", "")
        return int(said) if said.isascii() and said.isdecimal() else 0

    @property
    def line(self) -> tuple[str, str]:
        """The line of positions it belongs to: origin and epoch."""
        return self.headers.get("origin", ""), self.headers.get("epoch", "")

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}#{self.offset}"
