"""Reads a world: databases through the plain driver, Kafka record by record. Writes nothing, joins no group."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from tests.chaos.checker.expectations import SERVICES
from tests.chaos.checker.formats import Document, KafkaRecord, StoredCommit
from tests.chaos.checker.journal import read_journal
from tests.chaos.checker.world import GroupPartition, Store, World

_DEADLINE_S = 120
_POLL_MS = 500
_BATCH = 5000


def read_world(mongo_url: str, kafka: str, journal: Path | None, prefix: str = "etwinning_") -> World:
    """Everything, in the order that `World` asks for. Raises what the clients raise when a server does not answer."""
    offsets, records = asyncio.run(asyncio.wait_for(_read_kafka(kafka), _DEADLINE_S))
    commands = read_journal(journal) if journal else []
    return World(read_stores(mongo_url, prefix), records, offsets, commands)


async def read_progress(mongo_url: str, kafka: str, prefix: str) -> World:
    """Only what I8 needs, and soon: offsets, records, positions and parked streams."""
    offsets, records = await _read_kafka(kafka)
    return World(await asyncio.to_thread(_read_positions, mongo_url, prefix), records, offsets)


def _read_positions(mongo_url: str, prefix: str) -> dict[str, Store]:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, serverSelectionTimeoutMS=5_000)
    try:
        databases = {service: _database(client, prefix + service) for service in SERVICES}
        return {
            service: Store(service, positions=_all(database, "positions"), parked=_all(database, "parked"))
            for service, database in databases.items()
        }
    finally:
        client.close()


def read_stores(mongo_url: str, prefix: str, services: Sequence[str] = SERVICES) -> dict[str, Store]:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, serverSelectionTimeoutMS=10_000)
    try:
        return {service: read_store(client, service, prefix + service) for service in services}
    finally:
        client.close()


def read_store(client: MongoClient[dict[str, Any]], service: str, name: str) -> Store:
    database = _database(client, name)
    commits = [StoredCommit(service, document) for document in _all(database, "commits")]
    home = database["installation"].find_one({"_id": service}) or {}
    return Store(
        service, commits, _all(database, "blocks"), _all(database, "positions"), _all(database, "parked"), home
    )


def read_views(mongo_url: str, prefix: str, services: Sequence[str] = SERVICES) -> dict[str, list[Document]]:
    """The documents of the live version of every view: `meta` names it, `view_<name>_v<version>` holds it."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, serverSelectionTimeoutMS=10_000)
    try:
        found = {}
        for service in services:
            database = _database(client, prefix + service)
            for live in database["meta"].find({"version": {"$gt": 0}}):
                collection = f"view_{live['_id']}_v{live['version']}"
                found[f"{service}/{live['_id']}"] = _all(database, collection)
        return found
    finally:
        client.close()


def _database(client: MongoClient[dict[str, Any]], name: str) -> Database[dict[str, Any]]:
    return client.get_database(name, read_concern=ReadConcern("majority"))


def _all(database: Database[dict[str, Any]], collection: str) -> list[Document]:
    options: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
    return list(database.get_collection(collection, codec_options=options).find({}))


async def _read_kafka(
    bootstrap: str,
) -> tuple[Mapping[GroupPartition, int], Mapping[str, Sequence[KafkaRecord]]]:
    offsets = await read_offsets(bootstrap)
    return offsets, await read_records(bootstrap)


async def read_offsets(bootstrap: str) -> dict[GroupPartition, int]:
    """What every consumer group has committed."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        found: dict[GroupPartition, int] = {}
        for group, *_ in await admin.list_consumer_groups():
            for partition, committed in (await admin.list_consumer_group_offsets(group)).items():
                if committed.offset >= 0:
                    found[GroupPartition(group, partition.topic, partition.partition)] = committed.offset
        return found
    finally:
        await admin.close()


async def read_records(bootstrap: str, topics: Sequence[str] = ()) -> dict[str, list[KafkaRecord]]:
    """Every record of the topics (default: those of the services) up to the end offsets of this moment."""
    wanted = topics or [f"{service}.events" for service in SERVICES]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", group_id=None
    )
    partitions = await _partitions(bootstrap, wanted)
    try:
        await consumer.start()
        found = await _to_the_end(consumer, partitions) if partitions else {}
    finally:
        await consumer.stop()
    return {topic: found.get(topic, []) for topic in wanted}


async def _partitions(bootstrap: str, topics: Sequence[str]) -> list[TopicPartition]:
    """The partitions of those topics that exist."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        there = set(await admin.list_topics())
        described = await admin.describe_topics([topic for topic in topics if topic in there])
    finally:
        await admin.close()
    return [TopicPartition(one["topic"], each["partition"]) for one in described for each in one["partitions"]]


async def _to_the_end(consumer: Any, partitions: Sequence[TopicPartition]) -> dict[str, list[KafkaRecord]]:
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    await consumer.seek_to_beginning(*partitions)
    found: dict[str, list[KafkaRecord]] = {}
    while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
        for batch in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=_BATCH)).values():
            for record in batch:
                if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                    found.setdefault(record.topic, []).append(_record(record))
    return found


def _record(record: Any) -> KafkaRecord:
    headers = {name: _text(value) for name, value in record.headers}
    return KafkaRecord(record.topic, record.partition, record.offset, record.key or b"", record.value or b"", headers)


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
