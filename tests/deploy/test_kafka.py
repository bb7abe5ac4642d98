"""The local broker: nothing is created by accident, nothing expires, it comes back after kill -9."""

import asyncio
import shutil
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.local import jars, kafka
from deploy.local.stack import LocalStack


async def _settings(address: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")])
    finally:
        await admin.close()
    return {row[0]: row[1] for answer in answers for resource in answer.resources for row in resource[4]}


async def test_the_live_broker_keeps_records_and_positions(stack: LocalStack) -> None:
    live = await _settings(stack.kafka)
    assert live["auto.create.topics.enable"] == "false"
    assert live["log.retention.ms"] == "-1"
    assert int(live["offsets.retention.minutes"]) > 365 * 24 * 60


async def test_records_survive_kill_9_of_the_broker(own_stack: LocalStack) -> None:
    await asyncio.to_thread(own_stack.prepare)
    await asyncio.to_thread(own_stack.start_kafka)
    await _create_and_send(own_stack.kafka, b"kept")
    await asyncio.to_thread(own_stack.kill9, "kafka")
    await asyncio.to_thread(own_stack.start_kafka)
    assert await _first(own_stack.kafka) == b"kept"


async def _create_and_send(address: str, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait("kept", value)


async def _first(address: str) -> bytes:
    consumer = AIOKafkaConsumer("kept", bootstrap_servers=address, auto_offset_reset="earliest")
    async with asyncio.timeout(60), consumer:
        record = await consumer.getone()
    value: bytes = record.value
    return value


def test_missing_changed_and_added_jars_are_found(stack: LocalStack, tmp_path: Path) -> None:
    changed, missing = sorted(jars.expected())[:2]
    copy = Path(shutil.copytree(jars.cache_folder() / jars.KAFKA, tmp_path / "jars"))
    (copy / changed).write_bytes(b"not the jar")
    (copy / missing).unlink()
    (copy / "added.jar").write_bytes(b"")
    assert sorted(jars.faults(copy)) == sorted([changed, missing, "added.jar"])


def test_the_cache_holds_exactly_the_locked_jars(stack: LocalStack) -> None:
    assert jars.faults(jars.cache_folder() / jars.KAFKA) == []


def test_no_cluster_is_named_like_an_option() -> None:
    assert not [made for made in (kafka.cluster_id() for _ in range(2_000)) if made.startswith("-") or len(made) != 22]
