"""Every record in Kafka against the store: its bytes, its place, its order. Repeats are allowed, nothing else is."""

from hashlib import sha256

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.event_store.verification_index import Seen, VerificationIndex
from shared.event_store.verify_store import Progress, Report

_POLL_MS = 1_000


class KafkaCheck:
    """Kafka's side of a verification of one topic."""

    def __init__(self, topic: str, report: Report, index: VerificationIndex, progress: Progress) -> None:
        self._topic, self._report, self._index, self._progress = topic, report, index, progress
        self._reached: dict[tuple[str, int], int] = {}

    async def check_records(self, bootstrap: str, shards: int) -> None:
        """Reads all partitions from their beginning to their present end."""
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
        await consumer.start()
        try:
            for shard in range(shards):
                await self._check_partition(consumer, TopicPartition(self._topic, shard))
        finally:
            await consumer.stop()

    def settle(self) -> None:
        """After the blocks that came meanwhile were read: records that no block explains, events that are missing."""
        for seen in self._index.aside():
            if not self._compare(seen):
                self._report.add("foreign_record", seen.place, f"no block knows position {seen.position}")
        for event in self._index.missing():
            place = f"{event.epoch}/{event.shard}/{event.position}"
            self._report.add("missing_record", place, f"an event of {event.key} is not in Kafka")

    async def _check_partition(self, consumer: AIOKafkaConsumer, place: TopicPartition) -> None:
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=_POLL_MS)).get(place, []):
                if record.offset < end:
                    self._check(record)
            self._progress("records", self._report.records)

    def _check(self, record: ConsumerRecord) -> None:
        self._report.records += 1
        seen = _seen(record)
        if seen is None:
            self._report.add("foreign_record", _place(record), "has not the headers of the relay")
            return
        reached = self._reached.get((seen.epoch, seen.shard), 0)
        if seen.position > reached + 1:
            self._report.add("gap", seen.place, f"position {seen.position} comes after {reached}")
        self._reached[seen.epoch, seen.shard] = max(reached, seen.position)
        if not self._compare(seen):
            self._index.set_aside(seen)

    def _compare(self, seen: Seen) -> bool:
        """Whether a block explains the position; a record that differs from it is a finding."""
        expected = self._index.expected(seen.epoch, seen.shard, seen.position)
        if expected is None:
            return False
        same_bytes = expected.digest in (b"", seen.digest)
        if same_bytes and (expected.hash, expected.stream) == (seen.hash, seen.stream):
            self._index.tick_off(seen.epoch, seen.shard, seen.position)
        else:
            detail = f"position {seen.position} is not what the store holds of {expected.key}"
            self._report.add("changed_record", seen.place, detail)
        return True


def _seen(record: ConsumerRecord) -> Seen | None:
    headers = dict(record.headers)
    try:
        origin, epoch, position, commit_hash = (
            headers[name].decode() for name in ("origin", "epoch", "position", "commit_hash")
        )
        return Seen(
            f"{origin}/{epoch}",
            record.partition,
            int(position),
            sha256(record.value or b"").digest(),
            commit_hash,
            (record.key or b"").decode(),
            _place(record),
        )
    except (KeyError, ValueError, AttributeError):
        return None


def _place(record: ConsumerRecord) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
