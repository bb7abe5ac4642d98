"""What is stuck, since when, whose: read from the stores and from Kafka, with no service running."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.connections import build_of
from deploy.errors import Unable
from shared.contracts.base import Service
from shared.contracts.catalogue import topic_of
from shared.event_store.commits import from_document
from shared.hosting.consuming import group_sources
from shared.hosting.host import Host
from shared.messaging.parked import PARKED
from shared.messaging.topics import admin
from shared.mongo import durable
from shared.views.live import outdated_views

KAFKA_DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Standing:
    """One place where work may wait: `waiting` events or commits, the oldest `seconds` old; `parked` streams; and
    `outdated` views, which an earlier release built."""

    service: Service
    role: str
    waiting: int
    seconds: float
    parked: int
    outdated: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The fields, for a table."""
        return asdict(self) | {"seconds": round(self.seconds, 1)}


async def standing_of(host: Host) -> list[Standing]:
    """The relay and every consumer group of one service.

    Raises:
        Unable: Kafka does not answer.
    """
    found = [await _relay(host)]
    parts = build_of(host.service)(host)
    outdated = tuple(view.name for view in await outdated_views(host.database, parts.views))
    try:
        async with (
            asyncio.timeout(KAFKA_DEADLINE_S),
            _reader(host) as consumer,
            admin(host.settings.stores.kafka) as client,
        ):
            for group, sources in group_sources(host.service, parts).items():
                standing = await _group(host, group, sources, consumer, client)
                found.append(replace(standing, outdated=outdated) if standing.role == "views" else standing)
    except (KafkaError, TimeoutError) as error:
        raise Unable(f"Kafka at {host.settings.stores.kafka} does not answer ({type(error).__name__}).") from None
    return found


async def _relay(host: Host) -> Standing:
    ages, waiting = [0.0], 0
    for shard in range(host.settings.installation.shards):
        documents = await host.store.commits.find({"shard": shard, "unsealed": True}).to_list(None)
        waiting += len(documents)
        ages += [_age(datetime.fromisoformat(from_document(one).facts["time"])) for one in documents]
    return Standing(host.service, "relay", waiting, max(ages), 0)


async def _group(
    host: Host, group: str, sources: frozenset[Service], consumer: AIOKafkaConsumer, client: AIOKafkaAdminClient
) -> Standing:
    shards = range(host.settings.installation.shards)
    places = [TopicPartition(topic_of(source), shard) for source in sorted(sources) for shard in shards]
    ends = await consumer.end_offsets(places)
    committed = await client.list_consumer_group_offsets(group, partitions=places)
    behind = {place: max(0, committed[place].offset if place in committed else 0) for place in places if ends[place]}
    behind = {place: offset for place, offset in behind.items() if offset < ends[place]}
    ages = [await _age_of_next(consumer, place, offset) for place, offset in behind.items()]
    parked = await durable(host.database, PARKED).find({"group": group, "status": "parked"}).to_list(None)
    waiting = sum(ends[place] - offset for place, offset in behind.items())
    return Standing(host.service, group.partition(".")[2], waiting, max(ages, default=0.0), len(parked))


async def _age_of_next(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> float:
    consumer.assign([place])
    consumer.seek(place, offset)
    record = await consumer.getone(place)
    return _age(datetime.fromtimestamp(record.timestamp / 1000, UTC))


@asynccontextmanager
async def _reader(host: Host) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=host.settings.stores.kafka, group_id=None, enable_auto_commit=False)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


def _age(moment: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())
