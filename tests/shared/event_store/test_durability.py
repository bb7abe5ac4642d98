"""Settings that lose data, asserted against the live client and the live server."""

from typing import Any

from pymongo import monitoring

from deploy.local.stack import LocalStack
from shared.event_store.store import EventStore
from shared.messaging.blocks import BLOCKS
from shared.messaging.producer import producer_factory
from shared.messaging.topics import ensure_topics
from shared.mongo import connect, database, durable
from tests.shared.event_store.counting import COUNTER, NOW, Count, asked_by_person, counting, prepared_store
from tests.shared.messaging.relays import drained, new_topic, relay_of


class Spoken(monitoring.CommandListener):
    """What the driver really sends."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.commands.append((event.command_name, dict(event.command)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


async def test_every_write_waits_for_a_majority_and_the_journal_and_every_read_for_a_majority(
    stack: LocalStack, store: EventStore
) -> None:
    spoken = Spoken()
    client = connect(stack.mongo_url, event_listeners=[spoken])
    own = await prepared_store(database(client, store.database.name))
    topic = new_topic()
    await ensure_topics(stack.kafka, [topic], own.installation.shards)
    await counting(own).handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person())
    relay = relay_of(own, stack.kafka, topic)
    await drained(relay, own.installation.shards)
    await relay.close()
    writes = [command for name, command in spoken.commands if name in {"insert", "update", "delete", "findAndModify"}]
    reads = [command for name, command in spoken.commands if name == "find"]
    assert {write.get("insert") or write.get("update") for write in writes} >= {"commits", BLOCKS}
    for write in writes:
        assert write["writeConcern"]["w"] == "majority"
        assert write["writeConcern"]["j"] is True
        assert "txnNumber" not in write, "a retryable write"
    assert reads
    assert all(read["readConcern"]["level"] == "majority" for read in reads)
    client.close()


async def test_the_server_knows_the_concerns_and_is_a_primary(stack: LocalStack, store: EventStore) -> None:
    hello = await store.database.command("hello")
    assert hello["isWritablePrimary"]
    assert hello["setName"]
    collection = durable(store.database, "commits")
    assert collection.write_concern.document == {"w": "majority", "j": True, "wtimeout": 10_000}
    assert collection.read_concern.level == "majority"
    assert collection.read_preference.name == "Primary"


async def test_the_producer_waits_for_every_replica_and_is_idempotent(stack: LocalStack) -> None:
    producer = producer_factory(stack.kafka)()
    await producer.start()
    assert producer._sender._acks == -1
    assert producer._txn_manager is not None
    await producer.stop()
