"""Commits through `handle` against the bare driver making the same reads and the same durable inserts."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from uuid_utils import uuid7

from shared.event_store.commits import Commit
from shared.event_store.store import EventStore
from tests.benchmarks.figures import Figure, Pairs, milliseconds, per_second, quantile
from tests.benchmarks.installation import AGGREGATE, application_commands, context, handler, store

STREAMS = 200
CONCURRENCY = 8
ROUNDS = 5

OneStream = Callable[[int], Awaitable[list[float]]]


async def measure(mongo_url: str) -> list[Figure]:
    """Rounds of both in turn; the ratio is the median of the rounds' ratios."""
    rates, tails = Pairs(), Pairs()
    for _ in range(ROUNDS):
        async with store(mongo_url) as mine, store(mongo_url) as other:
            ours, own = await _timed(_through_handle(mine))
            bare, plain = await _timed(_bare(other, await _commits(mine)))
            rates.add(ours, bare)
            tails.add(quantile(own, 0.99), quantile(plain, 0.99))
    return [
        rates.figure("commits through handle, rate", per_second, 0.80),
        tails.figure("commits through handle, p99", milliseconds, 1.25, at_least=False),
    ]


async def _timed(one: OneStream) -> tuple[float, list[float]]:
    """Commits per second, and the seconds of each."""
    slots = asyncio.Semaphore(CONCURRENCY)

    async def slot(number: int) -> list[float]:
        async with slots:
            return await one(number)

    started = time.perf_counter()
    found = await asyncio.gather(*(slot(number) for number in range(STREAMS)))
    seconds = time.perf_counter() - started
    every = [value for values in found for value in values]
    return len(every) / seconds, every


def _through_handle(of: EventStore) -> OneStream:
    handling = handler(of)

    async def one(_: int) -> list[float]:
        seconds, identifier = [], str(uuid7())
        for command in application_commands(identifier):
            started = time.perf_counter()
            await handling.handle(AGGREGATE, identifier, command, context())
            seconds.append(time.perf_counter() - started)
        return seconds

    return one


def _bare(of: EventStore, streams: list[list[Commit]]) -> OneStream:
    async def one(number: int) -> list[float]:
        seconds = []
        for commit in streams[number]:
            document = commit.to_document()
            started = time.perf_counter()
            await of.commits.find({"stream": commit.stream}).to_list(None)
            await of.commits.insert_one(document)
            seconds.append(time.perf_counter() - started)
        return seconds

    return one


async def _commits(of: EventStore) -> list[list[Commit]]:
    streams = sorted({document["stream"] for document in await of.commits.find({}).to_list(None)})
    return [list(await of.load(stream)) for stream in streams]
