"""What the figures of the searches have in common: a database of their own, a steady pace, p50 and p95."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from uuid_utils import uuid7

from shared.mongo import Collection, Database, Document, connect, database
from tests.benchmarks.figures import Figure, milliseconds, quantile

BATCH = 500
SHOWN = 25_000
A_SECOND = 20
AIM_S = 0.050
PROGRESS = Console(highlight=False)

Act = Callable[[], Awaitable[object]]


@asynccontextmanager
async def left_behind(mongo_url: str) -> AsyncIterator[Database]:
    """An empty database that goes with its server: to drop so many documents takes longer than all the rest."""
    client = connect(mongo_url, timeout_ms=60_000)
    try:
        yield database(client, f"bench_search_{uuid7().hex[-8:]}")
    finally:
        client.close()


async def fill(entries: Iterable[Sequence[tuple[Collection, Document]]], what: str) -> float:
    """Seconds an entry, of what each of them is in several collections."""
    started, batches, filled = time.perf_counter(), dict[str, tuple[Collection, list[Document]]](), 0
    for filled, entry in enumerate(entries, start=1):
        for collection, document in entry:
            batches.setdefault(collection.name, (collection, []))[1].append(document)
        if filled % BATCH == 0:
            await _write(batches)
        if filled % SHOWN == 0:
            PROGRESS.print(f"{filled:,} {what} after {time.perf_counter() - started:.0f} s")
    await _write(batches)
    return (time.perf_counter() - started) / filled


async def _write(batches: dict[str, tuple[Collection, list[Document]]]) -> None:
    for collection, documents in batches.values():
        if documents:
            await collection.insert_many(documents, ordered=False)
    batches.clear()


async def by_keys(collection: Collection, keys: Sequence[str]) -> object:
    """The bare read: by their keys, whatever the search answers the same question with."""
    return await collection.find({"_id": {"$in": list(keys)}}).to_list(None)


async def paced(acts: Sequence[Act]) -> list[float]:
    """Seconds of each, begun every twentieth of a second whatever became of the one before."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    tasks = []
    for number, act in enumerate(acts):
        await asyncio.sleep(max(0.0, begin + number / A_SECOND - loop.time()))
        tasks.append(asyncio.create_task(timed(act)))
    return list(await asyncio.gather(*tasks))


async def timed(act: Act) -> float:
    """Seconds that it took."""
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def of_search(what: str, ours: Sequence[float], bare: Sequence[float]) -> list[Figure]:
    """A missed aim is a figure: p95 of the search in milliseconds stands beside the aim in its name."""
    return [
        _figure(f"search among {what} at {A_SECOND}/s, {name}", ours, bare, share)
        for name, share in (("p50", 0.5), (f"p95 (wanted: {milliseconds(AIM_S)})", 0.95))
    ]


def of_memory(what: str, filled_s: float, read_s: float, taken: int) -> list[Figure]:
    """What it takes to be ready for searches; filling beside, which is the driver's and the database's alone."""
    return [
        Figure(f"filling {what}, each", milliseconds(filled_s), "–", 1.0, None),
        Figure(f"reading {what} into memory", f"{read_s:.1f} s", "–", 1.0, None),
        Figure(f"memory that {what} take in the API's process", f"{taken / 2**20:.0f} MiB", "–", 1.0, None),
    ]


def _figure(what: str, ours: Sequence[float], bare: Sequence[float], share: float) -> Figure:
    mine, other = quantile(ours, share), quantile(bare, share)
    return Figure(what, milliseconds(mine), milliseconds(other), mine / other, None)
