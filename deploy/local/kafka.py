"""Kafka on one machine: one KRaft node, broker and controller in one small JVM."""

import asyncio
import base64
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError

from deploy.errors import Unable
from deploy.local import ports
from deploy.local.jars import java
from deploy.local.process import Program
from deploy.local.settings import HOST, LocalSettings

# 210 MB resident and ready in 3.7 s, against 440 MB with -Xmx512m and the default collector.
_JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData")
_LOGGING = ("-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
_YEARS_IN_MINUTES = 10 * 365 * 24 * 60


# Topics come from code only; nothing expires, positions included; one node replicates to nobody. After a kill -9
# the broker's old registration is gone after 3 s instead of 9 (a restart takes 13 s instead of 29).
_FIXED = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "log.retention.ms": "-1",
    "offsets.retention.minutes": str(_YEARS_IN_MINUTES),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": "16777216",
}


def properties(settings: LocalSettings, folder: Path) -> str:
    """The broker's configuration file, with its data in `folder`."""
    controller = f"{HOST}:{settings.port('controller')}"
    listeners = f"PLAINTEXT://{settings.kafka},CONTROLLER://{controller}"
    values = _FIXED | {
        "controller.quorum.bootstrap.servers": controller,
        "listeners": listeners,
        "advertised.listeners": listeners,
        "log.dirs": str(folder / "data"),
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def program(settings: LocalSettings, jars: Path) -> Program:
    """The broker as a child process."""
    folder = settings.home / "kafka"
    configuration = folder / "server.properties"

    def prepare_folder() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        configuration.write_text(properties(settings, folder))
        _format_once(settings, folder, jars)

    command = (java(), *_JVM, *_LOGGING, "-cp", f"{jars}/*", "kafka.Kafka", str(configuration))
    return Program("kafka", command, lambda: answers(settings.kafka), before=prepare_folder)


def cluster_id() -> str:
    """A new identifier as Kafka makes them; one in 64 would begin with a hyphen and be taken for an option."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


def _format_once(settings: LocalSettings, folder: Path, jars: Path) -> None:
    """Formats the broker's folder in a staging place and renames it: a killed format leaves nothing half done."""
    if (folder / "data").exists():
        return
    staging = folder / f"format-{uuid.uuid4().hex}"
    staging.mkdir()
    configuration = staging / "server.properties"
    configuration.write_text(properties(settings, staging))
    arguments = ["format", "--standalone", "--cluster-id", cluster_id(), "--config", str(configuration)]
    done = subprocess.run(
        [java(), *_JVM, "-cp", f"{jars}/*", "kafka.tools.StorageTool", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if done.returncode:
        reason = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["it gave no reason"]
        raise Unable(f"Kafka could not prepare its folder {folder}: {reason[0]}")
    (staging / "data").rename(folder / "data")


def answers(address: str) -> bool:
    """Whether the broker names itself in its metadata: only then does it accept topics, records and groups."""
    if not ports.answers(int(address.rpartition(":")[2])):
        return False
    with ThreadPoolExecutor(1) as aside:  # the caller may itself run in an event loop
        return aside.submit(asyncio.run, _has_broker(address)).result(10)


async def _has_broker(address: str) -> bool:
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=3000)
    try:
        await asyncio.wait_for(client.bootstrap(), 4)
        return bool(client.cluster.brokers())
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()
