"""The one way into Kafka: exact bytes in order, one batch in flight per shard, everything under a deadline."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerClosed
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.messaging.blocks import Offsets
from shared.messaging.failpoints import FAILPOINTS, Failpoints

log = structlog.get_logger()

# Above any event (256 KiB) and below the broker's default limit of 1 MB for a batch.
BATCH_BYTES = 512 * 1024
START_DEADLINE_S = 15.0
SEND_DEADLINE_S = 15.0
STOP_DEADLINE_S = 3.0

ProducerFactory = Callable[[], AIOKafkaProducer]


class SendFailed(Exception):
    """A send failed or nobody knows: nothing later went out on that producer, and the store says where to go on."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one event is in Kafka."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def producer_factory(bootstrap: str, *, client_id: str = "etwinning-relay") -> ProducerFactory:
    """Makes idempotent producers that wait for every replica; call it inside the running loop."""

    def make() -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=10_000,
        )

    return make


async def end_offset(bootstrap: str, topic: str, partition: int) -> int:
    """The offset that the next record of this partition will get."""
    place = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, request_timeout_ms=10_000)
    async with asyncio.timeout(START_DEADLINE_S):
        try:
            await consumer.start()
            return int((await consumer.end_offsets([place]))[place])
        finally:
            await consumer.stop()


class Publisher:
    """Sends through one producer at a time; the first failure of any shard ends that producer for all of them."""

    def __init__(
        self, factory: ProducerFactory, *, deadline_s: float = SEND_DEADLINE_S, failpoints: Failpoints = FAILPOINTS
    ) -> None:
        self.generation = 0
        self._factory = factory
        self._deadline_s = deadline_s
        self._failpoints = failpoints
        self._producer: AIOKafkaProducer | None = None
        self._building = asyncio.Lock()

    async def publish(self, topic: str, partition: int, records: Sequence[Record]) -> Offsets:
        """Sends `records` in order, each batch only after the one before it was acknowledged.

        Raises:
            SendFailed: of a tail of `records` it is unknown whether it arrived; the producer is gone.
        """
        producer = await self._current()
        first, last, started = -1, -1, False
        try:
            for batch, size in self._batches(producer, records):
                if started:
                    self._failpoints.reach("between_sends")
                base = await self._send(producer, batch, topic, partition)
                first, last, started = (first if started else base), base + size - 1, True
        except BaseException as error:
            await self._discard(producer)
            if not isinstance(error, Exception):
                raise
            log.warning("send_failed", topic=topic, shard=partition, error=type(error).__name__)
            raise SendFailed(type(error).__name__) from error
        return Offsets(first, last)

    async def close(self) -> None:
        """Ends the producer within the deadline."""
        if self._producer is not None:
            await self._discard(self._producer)

    async def _current(self) -> AIOKafkaProducer:
        async with self._building:
            if self._producer is None:
                producer = self._factory()
                try:
                    async with asyncio.timeout(START_DEADLINE_S):
                        await producer.start()
                except BaseException as error:
                    await _stop(producer)
                    if not isinstance(error, Exception):
                        raise
                    raise SendFailed(type(error).__name__) from error
                self._producer = producer
            return self._producer

    async def _send(self, producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int) -> int:
        ended = self._producer is not producer
        if ended:
            raise SendFailed("another shard's send failed on this producer")
        async with asyncio.timeout(self._deadline_s):
            acknowledged = await (await producer.send_batch(batch, topic, partition=partition))
        if acknowledged is None or acknowledged.offset < 0:
            raise SendFailed("acknowledged without an offset")  # a duplicate that the broker no longer remembers
        return int(acknowledged.offset)

    def _batches(self, producer: AIOKafkaProducer, records: Sequence[Record]) -> Iterator[tuple[BatchBuilder, int]]:
        # A block of one batch has nothing between its sends: a process that is to die there sends one by one.
        most = 1 if self._failpoints.armed("between_sends") else len(records)
        batch, size = producer.create_batch(), 0
        for record in records:
            if size and (size == most or not _append(batch, record)):
                batch.close()
                yield batch, size
                batch, size = producer.create_batch(), 0
            if not size:
                _append(batch, record)
            size += 1
        if size:
            batch.close()
            yield batch, size

    async def _discard(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
            self.generation += 1
            await _stop(producer)


def _append(batch: BatchBuilder, record: Record) -> bool:
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
    return added is not None


async def _stop(producer: AIOKafkaProducer) -> None:
    """Ends a producer for certain: an idempotent batch never expires, so a flush may wait for ever."""
    with suppress(Exception):
        async with asyncio.timeout(STOP_DEADLINE_S):
            await producer.stop()
            return
    sender = producer._sender.sender_task if producer._sender else None  # noqa: SLF001 its stop() leaves it running
    if sender is not None:
        sender.cancel()
        await asyncio.wait({sender}, timeout=STOP_DEADLINE_S)
    producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001 its stop() leaves a task that waits for them
    with suppress(Exception):
        async with asyncio.timeout(STOP_DEADLINE_S):
            await producer.client.close()
