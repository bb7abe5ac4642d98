"""A whole installation in one file: every document of its databases and every record of its topics, as they are.

Its keys are in no file: they derive from a phrase, so that its links and claims are genuine wherever it is loaded.
"""

import json
import lzma
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import bson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymongo import MongoClient

from shared.contracts.base import SERVICES
from shared.contracts.catalogue import topic_of
from shared.hosting.host import CLAIM_KEY

PREFIX = "etwinning_"
_PHRASE = "nobody's keys, for the data of a release under test: "
_READ_MS = 1_000


def write_keys(folder: Path) -> None:
    """Every service's private key and the key of claims, as the installation that was dumped had them."""
    folder.mkdir(parents=True, mode=0o700)
    for service in SERVICES:
        seed = _derived(service)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        key = {"crv": "Ed25519", "d": _encoded(seed), "kty": "OKP", "x": _encoded(public)}
        (folder / f"{service}.jwk").write_text(json.dumps(key))
    (folder / f"{CLAIM_KEY}.secret").write_text(_derived(CLAIM_KEY).hex())


async def save(file: Path, mongo_url: str, kafka: str, shards: int, told: Mapping[str, Any]) -> None:
    """`told`: what whoever loads it has to know."""
    entries = [{"told": dict(told)}, *_documents(mongo_url), *await _records(kafka, shards)]
    with lzma.open(file, "wb", preset=9) as written:
        for entry in entries:
            written.write(bson.encode(entry))


async def load(file: Path, mongo_url: str, prefix: str, kafka: str) -> Mapping[str, Any]:
    """Into databases of that prefix, and topics that are there and empty; answers what was told."""
    with lzma.open(file) as opened:
        entries = list(bson.decode_file_iter(opened))
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for entry in entries:
            if "document" in entry:
                client[prefix + entry["service"]][entry["collection"]].insert_one(entry["document"])
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        for entry in entries:
            if "topic" in entry:
                headers = [tuple(header) for header in entry["headers"]]
                await producer.send_and_wait(**entry | {"headers": headers})
    finally:
        await producer.stop()
    told: Mapping[str, Any] = entries[0]["told"]
    return told


def _documents(mongo_url: str) -> Iterator[dict[str, Any]]:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for service in SERVICES:
            kept = client[PREFIX + service]
            for collection in sorted(kept.list_collection_names()):
                for document in kept[collection].find({}).sort("_id", 1):
                    yield {"service": service, "collection": collection, "document": document}


async def _records(kafka: str, shards: int) -> list[dict[str, Any]]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=None)
    await consumer.start()
    try:
        places = [TopicPartition(topic_of(service), shard) for service in SERVICES for shard in range(shards)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends, found = await consumer.end_offsets(places), []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=_READ_MS)).values():
                found += [
                    {
                        "topic": one.topic,
                        "partition": one.partition,
                        "key": one.key,
                        "value": one.value,
                        "headers": [list(header) for header in one.headers],
                        "timestamp_ms": one.timestamp,
                    }
                    for one in records
                ]
        return found
    finally:
        await consumer.stop()


def _derived(name: str) -> bytes:
    return sha256(f"{_PHRASE}{name}".encode()).digest()


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
