"""I8: a committed offset never passes an event that its group has neither handled nor parked."""

from collections.abc import Iterator, Sequence

from tests.chaos.checker.formats import Document, KafkaRecord
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import GroupPartition, World

Line = tuple[str, str, str, int, str]  # group, origin, topic, shard, epoch


def check_offsets(world: World) -> Iterator[Violation]:
    """Holds at any moment, if the offsets were read before the positions."""
    positions = [document for store in world.stores.values() for document in store.positions]
    reached = {_line(document): int(document["position"]) for document in positions}
    parked = {
        (document["group"], one["topic"], one["partition"], one["offset"])
        for store in world.stores.values()
        for document in store.parked
        for one in document["deliveries"]
    }
    by_partition: dict[tuple[str, int], list[KafkaRecord]] = {}
    for records in world.records.values():
        for record in records:
            by_partition.setdefault((record.topic, record.partition), []).append(record)
    for where, committed in world.offsets.items():
        records = [r for r in by_partition.get(where[1:], ()) if r.offset < committed]
        place = f"{where.group} on {where.topic}/{where.partition}"
        for passed in _passed(where, records, reached, parked):
            yield Violation("I8", place, f"committed {committed}, but {passed} was neither handled nor parked")


def _line(document: Document) -> Line:
    return document["group"], document["origin"], document["topic"], document["shard"], document["epoch"]


def _passed(
    where: GroupPartition,
    records: Sequence[KafkaRecord],
    reached: dict[Line, int],
    parked: set[tuple[str, str, int, int]],
) -> Iterator[str]:
    """Records below the offset that lie above the position reached; one sentence for each line of positions."""
    highest: dict[Line, int] = {}
    for record in records:
        if not record.position:
            if (where.group, record.topic, record.partition, record.offset) not in parked:
                yield f"the record {record.place} without a position"
            continue
        line = (where.group, record.line[0], where.topic, where.partition, record.line[1])
        highest[line] = max(highest.get(line, 0), record.position)
    for line, position in highest.items():
        if position > reached.get(line, 0):
            yield f"position {position} (reached: {reached.get(line, 0)})"
