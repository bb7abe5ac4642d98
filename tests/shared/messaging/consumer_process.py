"""Reactions in a process which may be made to die: `python -m … <mongo> <database> <kafka> <topic> <group>`."""

import asyncio
import sys

from shared.mongo import connect, database
from tests.shared.messaging.consuming import consuming, processor_of, reactions_of


async def main(mongo_url: str, name: str, kafka: str, topic: str, group: str) -> None:
    """Consumes until killed."""
    source = database(connect(mongo_url), name)
    async with consuming(kafka, topic, processor_of(source, await reactions_of(source)), group):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
