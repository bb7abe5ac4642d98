"""Writes what a sound installation would have written, with an encoder of its own: what the checker is tested on."""

import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.checker.expectations import EXPECTATIONS, SERVICES
from tests.chaos.checker.formats import KafkaRecord

SHARDS = 4
ORIGIN, EPOCH = "forged", "e1"
AT = "2026-11-24T12:00:00Z"
Doc = dict[str, Any]
Fact = tuple[str, dict[str, Any]]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hashed(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


@dataclass
class Forge:
    """Commits in the order in which they were made; `seal` then makes blocks and records of them."""

    commits: dict[str, list[Doc]] = field(default_factory=lambda: {service: [] for service in SERVICES})
    blocks: dict[str, list[Doc]] = field(default_factory=lambda: {service: [] for service in SERVICES})
    records: dict[str, list[KafkaRecord]] = field(default_factory=dict)
    positions: dict[str, list[Doc]] = field(default_factory=lambda: {service: [] for service in SERVICES})

    def command(self, service: str, stream: str, key: str, *facts: Fact, basis: Sequence[str] = ()) -> list[str]:
        """A person's command; returns the ids of its events."""
        return self._commit(service, stream, {"command_id": key}, facts, basis)

    def reaction(self, service: str, stream: str, cause: str, policy: str, *facts: Fact) -> list[str]:
        """What a policy did on an event."""
        return self._commit(service, stream, {"cause": cause, "policy": policy}, facts, ())

    def _commit(
        self, service: str, stream: str, trigger: Doc, facts: Sequence[Fact], basis: Sequence[str]
    ) -> list[str]:
        before = [commit for commit in self.commits[service] if commit["stream"] == stream]
        version, previous = len(before) + 1, before[-1]["hash"] if before else bytes(32)
        ids = [str(uuid.uuid4()) for _ in facts]
        raws = [
            canonical(_envelope(service, stream, version, index, ids[index], fact, trigger.get("cause")))
            for index, fact in enumerate(facts)
        ]
        head = canonical(
            {
                **trigger,
                "origin": ORIGIN,
                "epoch": EPOCH,
                "stream": stream,
                "version": version,
                "commit_id": uuid.uuid4().hex,
                "time": AT,
                "command": {"type": "Asked", "data": {}},
                "basis": sorted(basis),
                "events": [hashed(raw).hex() for raw in raws],
            }
        )
        self.commits[service].append(_document(stream, version, head, raws, previous))
        return ids

    def tell(self) -> None:
        """Every mail and other effect of the table that nobody wrote yet, as a recorded decline."""
        for service in SERVICES:
            for commit in list(self.commits[service]):
                for raw in commit["events"]:
                    self._tell(json.loads(raw))

    def _tell(self, event: Doc) -> None:
        name, cause = event["type"].split(".")[3], event["id"]
        for one in EXPECTATIONS.get(name, ()):
            heads = [json.loads(commit["head"]) for commit in self.commits[one.service]]
            missing = (len(event["data"][one.per]) if one.per else 1) - sum(
                (head.get("cause"), head.get("policy")) == (cause, one.policy) for head in heads
            )
            for _ in range(missing):
                stream = f"message-{uuid.uuid4()}"
                declined = ("ReactionDeclined", {"policy": one.policy, "cause": cause, "reason": "nothing_to_do"})
                self.reaction(one.service, stream, cause, one.policy, declined)

    def seal(self, size: int = 3) -> None:
        """Blocks of up to `size` commits, their records in Kafka, and a group that has handled all of them."""
        for service in SERVICES:
            self.records[f"{service}.events"] = []
            for shard in range(SHARDS):
                mine = [commit for commit in self.commits[service] if commit["shard"] == shard]
                chunks = [mine[start : start + size] for start in range(0, len(mine), size)]
                end = self._seal_shard(service, shard, chunks)
                place = {"origin": ORIGIN, "epoch": EPOCH, "topic": f"{service}.events", "shard": shard}
                group = "etwinning.notifications.reactions"
                key = "|".join((group, *map(str, place.values())))
                self.positions["notifications"].append({"_id": key, "group": group, **place, "position": end})

    def _seal_shard(self, service: str, shard: int, chunks: Sequence[Sequence[Doc]]) -> int:
        first, previous = 1, "00" * 32
        for n, chunk in enumerate(chunks, start=1):
            listed = [{"key": each["_id"], "hash": each["hash"].hex(), "events": len(each["events"])} for each in chunk]
            place = {"origin": ORIGIN, "epoch": EPOCH, "shard": shard, "n": n, "first": first}
            block_hash = hashed(
                b"etwinning.block.v1\n", bytes.fromhex(previous), canonical({**place, "commits": listed})
            )
            offsets = self._publish(service, shard, first, chunk)
            count = sum(each["events"] for each in listed)
            block = {"_id": f"{ORIGIN}/{EPOCH}/{shard}/{n}", **place, "count": count, "commits": listed}
            ends = {"prev_hash": previous, "hash": block_hash.hex(), "published": True, "offsets": offsets}
            self.blocks[service].append(block | ends)
            first, previous = first + count, block_hash.hex()
        return first - 1

    def _publish(self, service: str, shard: int, first: int, chunk: Sequence[Doc]) -> Doc:
        topic = self.records[f"{service}.events"]
        begin = sum(1 for record in topic if record.partition == shard)
        pairs = [(commit, raw) for commit in chunk for raw in commit["events"]]
        for number, (commit, raw) in enumerate(pairs):
            headers = headers_of(first + number, commit["hash"])
            key = commit["stream"].encode()
            topic.append(KafkaRecord(f"{service}.events", shard, begin + number, key, raw, headers))
        return {"first": begin, "last": begin + len(pairs) - 1}


def headers_of(position: int, commit_hash: bytes) -> Mapping[str, str]:
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "origin": ORIGIN,
        "epoch": EPOCH,
        "position": str(position),
        "commit_hash": commit_hash.hex(),
    }


def _envelope(service: str, stream: str, version: int, index: int, event_id: str, fact: Fact, cause: str | None) -> Doc:
    name, data = fact
    kind = f"eu.etwinning.{service}.{name}.v1"
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/es/{service}",
        "type": kind,
        "subject": stream,
        "time": AT,
        "datacontenttype": "application/json",
        "dataschema": f"urn:etwinning:schema:{kind}",
        "streamversion": version,
        "eventindex": index,
        "partitionkey": stream,
        "correlationid": "c",
        "actor": "somebody",
        "capacity": "teacher",
        "node": "es",
        "data": data,
    }
    return envelope | ({"causationid": cause} if cause else {})


def _document(stream: str, version: int, head: bytes, raws: Sequence[bytes], previous: bytes) -> Doc:
    return {
        "_id": f"{stream}@{version}",
        "stream": stream,
        "version": version,
        "shard": zlib.crc32(stream.encode()) % SHARDS,
        "head": head,
        "events": list(raws),
        "prev_hash": previous,
        "hash": hashed(b"etwinning.commit.v1\n", previous, head),
    }
