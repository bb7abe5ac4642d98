"""One relay in a process of its own, which may be made to die: `python -m … <mongo> <database> <kafka> <topic>`."""

import asyncio
import sys

from shared.event_store.installation import open_installation
from shared.event_store.store import EventStore
from shared.mongo import connect, database
from tests.shared.event_store.counting import CODEC
from tests.shared.messaging.relays import drained, relay_of


async def main(mongo_url: str, name: str, kafka: str, topic: str) -> None:
    """Drains every shard once, then ends."""
    client = connect(mongo_url)
    source = database(client, name)
    store = EventStore(source, await open_installation(source, "registration"), CODEC)
    relay = relay_of(store, kafka, topic)
    await drained(relay, store.installation.shards)
    await relay.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
