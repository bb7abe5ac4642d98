"""I2, I4, I5: what is in Kafka is in the store and the other way round, and first occurrences are in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tests.chaos.checker.chains import block_place
from tests.chaos.checker.formats import Document, KafkaRecord, StoredEvent, shard_of
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import Store, World

Line = tuple[str, str]
Seat = tuple[str, str, int, int]  # origin, epoch, shard, position


@dataclass
class _Partition:
    """What was seen of one partition so far."""

    highest: dict[Line, int] = field(default_factory=dict)
    seated: dict[tuple[Line, int], tuple[bytes, str]] = field(default_factory=dict)
    streams: dict[str, tuple[int, int]] = field(default_factory=dict)


def check_records(world: World) -> Iterator[Violation]:
    """I2 and I5 of every record, in the order of the offsets."""
    for service, store in world.stores.items():
        records = world.records.get(f"{service}.events", ())
        for _, partition in groupby(sorted(records, key=lambda r: (r.partition, r.offset)), key=lambda r: r.partition):
            seen = _Partition()
            for record in partition:
                yield from _source(world, store, record)
                yield from _order(seen, record)


def _source(world: World, store: Store, record: KafkaRecord) -> Iterator[Violation]:
    event = world.by_id.get(StoredEvent(store.service, "", 0, 0, record.value).id)
    if event is None or event.service != store.service:
        yield Violation("I2", record.place, "is an event that its store does not hold")
        return
    if event.raw != record.value:
        yield Violation("I2", record.place, f"has other bytes than {event.place}")
    commit = store.by_key.get(f"{event.stream}@{event.version}")
    if commit is None or record.headers.get("commit_hash") != commit.hash.hex():
        yield Violation("I2", record.place, f"names another commit hash than {event.place}")
    if record.key != event.stream.encode():
        yield Violation("I2", record.place, f"has a key that is not the stream of {event.place}")
    if record.partition != shard_of(event.stream, store.shards):
        yield Violation("I4", record.place, f"is {event.place} on a partition that is not its own")
    if not record.headers.get("content-type", "").startswith("application/cloudevents+json"):
        yield Violation("I2", record.place, "has not the content type of an event")


def _order(seen: _Partition, record: KafkaRecord) -> Iterator[Violation]:
    if not record.position:
        yield Violation("I5", record.place, "has no position")
        return
    what = (record.value, record.headers.get("commit_hash", ""))
    if (before := seen.seated.setdefault((record.line, record.position), what)) != what:
        yield Violation("I5", record.place, f"position {record.position} was another event before: {before[1]}")
    highest = seen.highest.get(record.line, 0)
    if record.position <= highest:
        return
    if record.position != highest + 1:
        yield Violation("I5", record.place, f"position {record.position} came first after {highest} (gap or order)")
    seen.highest[record.line] = record.position
    yield from _stream_order(seen, record)


def _stream_order(seen: _Partition, record: KafkaRecord) -> Iterator[Violation]:
    event = StoredEvent("", "", 0, 0, record.value)
    stream = str(event.body.get("subject"))
    version, index = event.body.get("streamversion"), event.body.get("eventindex")
    if not isinstance(version, int) or not isinstance(index, int):
        return  # reported by _source: no event of the store
    last = seen.streams.get(stream, (0, -1))
    follows = (version, index) == (last[0], last[1] + 1) or (version == last[0] + 1 and index == 0)
    if not follows:
        yield Violation("I5", record.place, f"{stream}@{version}#{index} came first after @{last[0]}#{last[1]}")
    seen.streams[stream] = (version, index)


def check_citations(world: World) -> Iterator[Violation]:
    """I2 of causes and bases: each is an event of some store. Event ids are given once."""
    first: dict[str, StoredEvent] = {}
    for event in world.events:
        if first.setdefault(event.id, event) is not event:
            yield Violation("I2", event.place, f"has the id of {first[event.id].place}")
    for commit in world.commits:
        basis = commit.facts.get("basis", ())
        cited = ([commit.facts["cause"]] if commit.facts.get("cause") else []) + list(basis)
        for one in cited:
            if one not in world.by_id:
                yield Violation("I2", commit.place, f"rests on the event {one}, which no store holds")


def check_publication(world: World) -> Iterator[Violation]:
    """I4, once the system is quiet: each commit in one published block, each event on its partition at its position."""
    for store in world.stores.values():
        records = world.records.get(f"{store.service}.events", ())
        yield from _sealed_once(store)
        yield from _published(store, records)


def _sealed_once(store: Store) -> Iterator[Violation]:
    homes: dict[str, list[str]] = {}
    for block in store.blocks:
        if not block["published"]:
            yield Violation("I4", block_place(store, block), "is not published")
        for sealed in block["commits"]:
            homes.setdefault(sealed["key"], []).append(block["_id"])
    for commit in store.commits:
        found = homes.get(commit.key, [])
        if commit.document.get("unsealed"):
            yield Violation("I4", commit.place, "is not sealed")
        if not found:
            yield Violation("I4", commit.place, "is in no block")
        elif len(found) > 1:
            yield Violation("I5", commit.place, f"was sealed twice: {', '.join(found)}")


def _published(store: Store, records: Sequence[KafkaRecord]) -> Iterator[Violation]:
    seats: dict[Seat, list[KafkaRecord]] = {}
    for record in records:
        seats.setdefault((*record.line, record.partition, record.position), []).append(record)
    for block in store.blocks:
        yield from _block(store, block, seats)


def _block(store: Store, block: Document, seats: Mapping[Seat, Sequence[KafkaRecord]]) -> Iterator[Violation]:
    position = block["first"]
    events = [event for sealed in block["commits"] for event in _events_of(store, sealed["key"])]
    for event in events:
        found = seats.get((block["origin"], block["epoch"], block["shard"], position), ())
        if not any(record.value == event.raw for record in found):
            yield Violation("I4", event.place, f"is not in Kafka at position {position} of shard {block['shard']}")
        position += 1
    if events and block["published"]:
        yield from _offsets(store, block, seats)


def _events_of(store: Store, key: str) -> Sequence[StoredEvent]:
    commit = store.by_key.get(key)
    return commit.events if commit else ()


def _offsets(store: Store, block: Document, seats: Mapping[Seat, Sequence[KafkaRecord]]) -> Iterator[Violation]:
    """The offsets that the block remembers are those of its first and last event."""
    ends = {"first": block["first"], "last": block["first"] + block["count"] - 1}
    for end, position in ends.items():
        found = seats.get((block["origin"], block["epoch"], block["shard"], position), ())
        offset = (block.get("offsets") or {}).get(end)
        if offset not in {record.offset for record in found}:
            yield Violation("I4", block_place(store, block), f"remembers offset {offset} for its {end} event")
