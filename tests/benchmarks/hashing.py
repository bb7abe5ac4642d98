"""A cheap call while others sign in: Argon2 has threads of its own, and the loop goes on."""

import asyncio
import time

from tests.benchmarks.answering import registration
from tests.benchmarks.figures import Figure, milliseconds, quantile
from tests.services.registration.people import People

SIGN_INS = 20
CALLS = 50
SECONDS = 10.0
ROUNDS = 3
ADDRESS = "teacher@school.example"
AIM = 5.0
"""Hashing 20 times a second takes a third of one core of two, and the call has to share the processor, no more."""


async def measure(mongo_url: str) -> list[Figure]:
    """The p99 of `GET /registration/schools/{id}`, 50 a second, under 20 sign-ins a second and without, in turn."""
    under, without = list[float](), list[float]()
    async with registration(mongo_url) as people:
        await people.registered(ADDRESS)
        for _ in range(ROUNDS):
            without += await _called(people)
            under += await _called_while_signing_in(people)
    what = "p99 of showing a school, under 20 sign-ins a second (without)"
    ours, bare = quantile(under, 0.99), quantile(without, 0.99)
    return [Figure(what, milliseconds(ours), milliseconds(bare), ours / bare, AIM, at_least=False)]


async def _called(people: People) -> list[float]:
    took: list[float] = []

    async def call() -> None:
        began = time.perf_counter()
        (await people.http.get("/registration/schools/ES-1")).raise_for_status()
        took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as calls:
        for _ in range(int(SECONDS * CALLS)):
            calls.create_task(call())
            await asyncio.sleep(1 / CALLS)
    return took


async def _called_while_signing_in(people: People) -> list[float]:
    over = asyncio.Event()

    async def sign_in() -> None:
        (await people.sign_in(ADDRESS)).raise_for_status()

    async def everybody() -> None:
        async with asyncio.TaskGroup() as coming:
            while not over.is_set():
                coming.create_task(sign_in())
                await asyncio.sleep(1 / SIGN_INS)

    others = asyncio.create_task(everybody())
    try:
        return await _called(people)
    finally:
        over.set()
        await others
