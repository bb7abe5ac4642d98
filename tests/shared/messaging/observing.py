"""What is seen from outside of consumers: offsets, effects, and the wait for them."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.mongo import Database


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 what it waits for happens in Kafka or another process
            await asyncio.sleep(0.05)


async def committed(kafka: str, topic: str, group: str, shard: int = 0) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        return await consumer.committed(TopicPartition(topic, shard)) or 0
    finally:
        await consumer.stop()


async def until_committed(kafka: str, topic: str, group: str, offset: int, shard: int = 0) -> None:
    """Waits until the group has committed exactly this offset."""

    async def there() -> bool:
        return await committed(kafka, topic, group, shard) == offset

    await until(there)


async def reset(kafka: str, topic: str, group: str, offset: int = 0) -> None:
    """What an operator does with Kafka's own tool while the group is down."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.commit({TopicPartition(topic, 0): offset})
    finally:
        await consumer.stop()


async def mirrored(source: Database) -> dict[str, int]:
    """How many commits each stream of reactions has."""
    found = await source["commits"].find({}, {"stream": 1}).to_list(None)
    streams = [document["stream"] for document in found]
    return {stream: streams.count(stream) for stream in streams}


async def holds(found: bool) -> bool:
    return found
