"""Whether a stopwatch tells a known address from an unknown one: registration's answers, one kind after the other."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from services.registration.app import build
from shared.hosting.http import application
from shared.identity.rate_limits import RateLimits
from tests.benchmarks.figures import Figure, median, milliseconds, quantile
from tests.services.registration.people import PASSWORD, People
from tests.services.running import ORIGIN, running

REQUESTS = 2_000
KNOWN = 40
AT_ONCE = 10
AIM = 1.1
"""0.5 is a coin: a tenth more than known addresses differ among themselves is within what a run scatters."""

Sample = tuple[bool, float]
Given = Callable[[str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A route that takes an address from anybody. `fresh`: a stranger is known once they have asked."""

    method: str
    path: str
    given: Given
    status: int
    fresh: bool = False

    async def of(self, http: httpx.AsyncClient, address: str) -> httpx.Response:
        given = self.given(address)
        return await (http.get(self.path, params=given) if self.method == "GET" else http.post(self.path, json=given))


def _registration(email: str) -> dict[str, str]:
    named = {"given_name": "Ana", "family_name": "Gil", "country": "ES", "locale": "es"}
    return named | {"email": email, "password": PASSWORD}


def _alone(email: str) -> dict[str, str]:
    return {"email": email}


ROUTES = {
    "register": Asked("POST", "/registration/registrations", _registration, 202, fresh=True),
    "resend": Asked("POST", "/registration/registrations/resend", _alone, 202),
    "recovery": Asked("POST", "/registration/recovery", _alone, 202),
    "sign-in": Asked("POST", "/registration/sessions", lambda email: _alone(email) | {"password": "not mine"}, 401),
    "search": Asked("GET", "/registration/people", lambda email: {"query": email}, 200),
}


async def measure(mongo_url: str) -> list[Figure]:
    """2,000 requests a route, known and unknown addresses in turn; then as many to known ones, told apart by a coin."""
    figures: list[Figure] = []
    async with registration(mongo_url) as people:
        known = await _known(people)
        for name, asked in ROUTES.items():
            strangers = [f"stranger-{n}@school.example" for n in range(REQUESTS if asked.fresh else KNOWN)]
            ours = await _sampled(people, asked, known, strangers)
            bare = await _sampled(people, asked, known[::2], known[1::2])
            figures += _figures(name, ours, bare)
    return figures


@asynccontextmanager
async def registration(mongo_url: str) -> AsyncIterator[People]:
    """The service on a database of its own, without limits on how often one may ask."""
    with tempfile.TemporaryDirectory() as folder:
        async with running("registration", build, mongo_url, Path(folder)) as service:
            host = replace(service.host, limiter=RateLimits(enabled=False))
            parts = build(host)
            transport = httpx.ASGITransport(application(host, parts))
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                yield People(replace(service, host=host, parts=parts, client=client))


async def _known(people: People) -> list[str]:
    addresses = [f"teacher-{n}@school.example" for n in range(KNOWN)]
    for address in addresses:
        await people.registered(address)
    return addresses


async def _sampled(people: People, asked: Asked, one: Sequence[str], other: Sequence[str]) -> list[Sample]:
    """The seconds of each answer, and whether it was about `one`: ten at once, in an order that favours neither."""
    order = [(n % 2 == 0, (one, other)[n % 2][n // 2 % len((one, other)[n % 2])]) for n in range(REQUESTS)]
    random.Random(1).shuffle(order)
    turns, samples = iter(order), list[Sample]()

    async def ask() -> None:
        for first, address in turns:
            began = time.perf_counter()
            answer = await asked.of(people.http, address)
            samples.append((first, time.perf_counter() - began))
            if answer.status_code != asked.status:
                raise RuntimeError(f"{asked.path} answered {answer.status_code}")

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    return samples


def _figures(name: str, ours: list[Sample], bare: list[Sample]) -> list[Figure]:
    (known, unknown), (some, others) = _apart(ours), _apart(bare)
    told, scatter = telling(known, unknown), telling(some, others)
    middle, most = (median(known), median(unknown)), (quantile(known, 0.9), quantile(unknown, 0.9))
    return [
        _beside(f"{name}: known beside unknown, median", *middle),
        _beside(f"{name}: known beside unknown, p90", *most),
        Figure(
            f"{name}: how often time tells known from unknown (known from known)",
            f"{told:.3f}",
            f"{scatter:.3f}",
            told / scatter,
            AIM,
            at_least=False,
        ),
    ]


def _beside(what: str, known: float, unknown: float) -> Figure:
    return Figure(what, milliseconds(known), milliseconds(unknown), known / unknown, None)


def _apart(samples: list[Sample]) -> tuple[list[float], list[float]]:
    return [took for first, took in samples if first], [took for first, took in samples if not first]


def telling(one: Sequence[float], other: Sequence[float]) -> float:
    """How often the slower of two answers, one of each kind, is of the kind that is slower: 0.5 a coin, 1.0 always.

    The area under the curve, from the rank sum (Mann-Whitney); equal times share their rank.
    """
    ranked = sorted([(took, True) for took in one] + [(took, False) for took in other])
    ranks, start = 0.0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        ranks += sum(mine for _, mine in ranked[start:end]) * (start + end + 1) / 2
        start = end
    area = (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))
    return max(area, 1 - area)
