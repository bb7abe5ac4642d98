"""Topics as code: made before anybody subscribes, never by accident of subscribing (design §6)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

KNOWN_WITHIN_S = 15.0
CONFIG = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


class UnfitTopic(Exception):
    """A topic, or the broker, is not what the protocol needs; the text says what to do."""


@dataclass(frozen=True, slots=True)
class TopicDescription:
    """One topic as it is: `config` holds the settings that CONFIG prescribes."""

    name: str
    partitions: int
    config: dict[str, str]


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client; `bootstrap` is `host:port[,host:port]`."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def ensure_topics(bootstrap: str, names: Sequence[str], shards: int, *, replication: int = 1) -> None:
    """Creates the topics `names` (`topic_of(service)`) where they are missing, and checks every one.

    Raises:
        UnfitTopic: one has another number of partitions or would lose records, or the broker creates topics by itself.
    """
    async with admin(bootstrap) as client:
        await refuse_auto_creation(client)
        there = set(await client.list_topics())
        missing = [NewTopic(name, shards, replication, topic_configs=CONFIG) for name in names if name not in there]
        if missing:
            _raise_for(await client.create_topics(missing))
            await _until_known(client, [topic.name for topic in missing])
        for topic in await describe_topics(client, names):
            refuse_unfit(topic, shards)


async def describe_topics(client: AIOKafkaAdminClient, names: Sequence[str]) -> list[TopicDescription]:
    """The named topics; raises `UnfitTopic` for one that does not exist."""
    found = []
    for metadata in await client.describe_topics(list(names)):
        if metadata["error_code"]:
            raise UnfitTopic(f"topic {metadata['topic']} does not exist: run `etwinning topics create`")
        config = await _config(client, ConfigResourceType.TOPIC, metadata["topic"])
        settings = {key: config[key] for key in CONFIG}
        found.append(TopicDescription(metadata["topic"], len(metadata["partitions"]), settings))
    return found


def refuse_unfit(topic: TopicDescription, shards: int) -> None:
    """Raises `UnfitTopic`: a partition is a shard for life, and a record that is deleted is a fact that is lost."""
    if topic.partitions != shards:
        raise UnfitTopic(
            f"topic {topic.name} has {topic.partitions} partitions, this installation has {shards} shards for life: "
            f"partitions are never added or removed; use another Kafka, or set the number of shards to match"
        )
    for key, wanted in CONFIG.items():
        if topic.config[key] != wanted:
            raise UnfitTopic(
                f"topic {topic.name} has {key}={topic.config[key]}, it must be {wanted} to keep every fact"
            )


async def refuse_auto_creation(client: AIOKafkaAdminClient) -> None:
    """Raises `UnfitTopic` when a broker would create a topic because somebody asked for it."""
    for broker in (await client.describe_cluster())["brokers"]:
        config = await _config(client, ConfigResourceType.BROKER, str(broker["node_id"]))
        if config.get("auto.create.topics.enable") != "false":
            raise UnfitTopic(
                f"broker {broker['node_id']} creates topics by itself, with the wrong number of partitions: "
                "set auto.create.topics.enable=false"
            )


async def _until_known(client: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """Brokers learn of a new topic a moment after its creation was acknowledged; whoever subscribes before fails."""
    async with asyncio.timeout(KNOWN_WITHIN_S):
        while await _unknown(client, names):  # noqa: ASYNC110 the broker tells nobody
            await asyncio.sleep(0.05)


async def _unknown(client: AIOKafkaAdminClient, names: Sequence[str]) -> bool:
    return any(metadata["error_code"] for metadata in await client.describe_topics(list(names)))


async def _config(client: AIOKafkaAdminClient, kind: ConfigResourceType, name: str) -> dict[str, str]:
    settings: dict[str, str] = {}
    for response in await client.describe_configs([ConfigResource(kind, name)]):
        for resource in response.resources:
            settings |= {entry[0]: entry[1] for entry in resource[4]}
    return settings


def _raise_for(response: Any) -> None:
    for error in response.topic_errors:
        # A rival process may have been faster: the check that follows looks at what it made.
        if error[1] and error[1] != TopicAlreadyExistsError.errno:
            kind: type[KafkaError] = for_code(error[1])
            raise UnfitTopic(f"topic {error[0]} cannot be created: {kind.__name__} {error[2] or ''}".rstrip())
