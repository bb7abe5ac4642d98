"""Search among 300,000 schools: twenty questions a second, beside a bare read of fifty schools by their keys.

The entries are filled directly, as the view folds them; importing as many schools is a figure of its own.
"""

import asyncio
import csv
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from uuid_utils import uuid7

from services.registration.queries import SchoolSearch
from services.registration.views import SCHOOLS as VIEW
from services.registration.views import fold_school
from shared.contracts.registration import SchoolRegistered
from shared.mongo import Collection, Database, Document, connect, database
from shared.search.folding import words
from shared.views.live import LiveVersions, prepare_views, view_collection
from shared.views.reader import ViewReader
from shared.views.view import Fields
from tests.benchmarks.figures import Figure, milliseconds, quantile
from tests.services.recorded import recorded

REGISTER = Path(__file__).parents[2] / "deploy" / "data" / "schools.csv"
SIZE = 300_000
BATCH = 500
SHOWN = 25_000
PROGRESS = Console(highlight=False)
A_SECOND = 20
QUESTIONS = 600
AIM_S = 0.050
COUNTRIES = (
    "FR DE IT ES TR PL UA RO GR PT CZ SE HU BE NL RS BG AT HR FI DK SK IE NO LT AL LV SI EE MD CY LU MT IS".split()
)
"""The larger a country, the earlier it stands."""
GREEK = (
    "Δημοτικό Σχολείο Αθήνα",
    "Γυμνάσιο Θεσσαλονίκη",
    "Λύκειο Πάτρα",
    "Δημοτικό Σχολείο Ηράκλειο",
    "Γυμνάσιο Λάρισα",
)
POLISH = ("Szkoła Podstawowa Łódź", "Liceum Ogólnokształcące Kraków", "Zespół Szkół Gdańsk", "Technikum Wrocław")
MADE_OF = {"GR": GREEK, "CY": GREEK, "PL": POLISH}


class Made:
    """Names for schools of every country: of real schools' names and towns, crossed; Greek and Polish ones beside."""

    def __init__(self) -> None:
        self._random = random.Random(20)
        with REGISTER.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._names = sorted({row["name"] for row in rows})
        self._towns = sorted({row["city"] for row in rows})

    def schools(self, size: int) -> Iterator[SchoolRegistered]:
        """The same ones in every run; of the first country about a tenth."""
        for number in range(size):
            country = COUNTRIES[min(len(COUNTRIES) - 1, int(self._random.expovariate(0.1)))]
            kind = f"{self._random.choice(MADE_OF[country])} {number % 200}" if country in MADE_OF else ""
            name = f"{kind} {self._random.choice(self._names)}" if number % 3 or not kind else kind
            yield SchoolRegistered(
                school=f"{country}-{number}", country=country, region=None, official_id=str(number), name=name,
                city=self._random.choice(self._towns), postal_code="00000",
            )  # fmt: skip

    def questions(self, count: int) -> list[tuple[str, str | None]]:
        """What people type, and the country or none: a beginning, a middle or all of a word, two words; any script."""
        asked = [self._question(number) for number in range(10 * count)]
        return [(query, country) for query, country in asked if any(len(word) >= 3 for word in words(query))][:count]

    def _question(self, number: int) -> tuple[str, str | None]:
        country = COUNTRIES[min(len(COUNTRIES) - 1, int(self._random.expovariate(0.1)))]
        text = self._random.choice(MADE_OF.get(country, self._names))
        word = max(self._random.sample(text.split(), min(2, len(text.split()))), key=len)
        town = self._random.choice(self._towns)
        length = self._random.randint(3, 6)
        start = self._random.randint(0, max(0, len(word) - length))
        kinds = (word[:length], word[start : start + length], town[:length], town, f"{word} {town[:3]}", word)
        return kinds[number % len(kinds)], None if number % 4 == 0 else country


async def measure(mongo_url: str, size: int = SIZE) -> list[Figure]:
    """A missed aim is a figure: p95 of the search in milliseconds stands beside the aim in its name."""
    names = Made()
    async with _left_behind(mongo_url) as source:
        await prepare_views(source, "registration.views", [VIEW])
        live = (await LiveVersions(source).read([VIEW.name]))[VIEW.name]
        collection = view_collection(source, VIEW, live)
        PROGRESS.print(f"Filling {size:,} schools …")
        filled = await _fill(collection, names, size)
        search = SchoolSearch(ViewReader(source))
        before = _resident()
        read = await _timed(search.names.current)
        PROGRESS.print(f"read into memory in {read:.1f} s")
        asked = names.questions(QUESTIONS)
        found = [[one.school for one in (await search.search(*each)).items] for each in asked]
        memory = _resident() - before
        bare = await _paced([partial(_bare, collection, one) for one in found])
        ours = await _paced([partial(search.search, *one) for one in asked])
        await search.names.close()
        return [
            _figure(f"search among {size:,} schools at {A_SECOND}/s, {name}", ours, bare, share)
            for name, share in (("p50", 0.5), (f"p95 (wanted: {milliseconds(AIM_S)})", 0.95))
        ] + [
            Figure(f"filling {size:,} schools, each", milliseconds(filled), "–", 1.0, None),
            Figure(f"reading {size:,} schools into memory", f"{read:.1f} s", "–", 1.0, None),
            Figure(
                f"memory that {size:,} schools take in the API's process", f"{memory / 2**20:.0f} MiB", "–", 1.0, None
            ),
        ]


@asynccontextmanager
async def _left_behind(mongo_url: str) -> AsyncIterator[Database]:
    """An empty database that goes with its server: to drop so many documents takes longer than all the rest."""
    client = connect(mongo_url, timeout_ms=60_000)
    try:
        yield database(client, f"bench_search_{uuid7().hex[-8:]}")
    finally:
        client.close()


def _resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _figure(what: str, ours: Sequence[float], bare: Sequence[float], share: float) -> Figure:
    mine, other = quantile(ours, share), quantile(bare, share)
    return Figure(what, milliseconds(mine), milliseconds(other), mine / other, None)


async def _fill(collection: Collection, names: Made, size: int) -> float:
    """Seconds an entry."""
    started, batch, filled = time.perf_counter(), list[Document](), 0
    for school in names.schools(size):
        batch.append(_entry(school))
        if len(batch) == BATCH:
            await collection.insert_many(batch, ordered=False)
            batch = []
            filled += BATCH
            if filled % SHOWN == 0:
                PROGRESS.print(f"{filled:,} schools after {time.perf_counter() - started:.0f} s")
    if batch:
        await collection.insert_many(batch, ordered=False)
    return (time.perf_counter() - started) / size


def _entry(school: SchoolRegistered) -> Document:
    stream = f"school-{school.school}"
    fields: Fields = fold_school(None, recorded(school, stream))
    return fields | {"_id": school.school, "_rev": 1, "_seen": [[stream, 1, 0]]}


async def _bare(collection: Collection, schools: Sequence[str]) -> object:
    """One read, by their keys, of the schools that the search answers the same question with."""
    return await collection.find({"_id": {"$in": list(schools)}}).to_list(None)


async def _paced(acts: Sequence[Callable[[], Awaitable[object]]]) -> list[float]:
    """Seconds of each, begun every twentieth of a second whatever became of the one before."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    tasks = []
    for number, act in enumerate(acts):
        await asyncio.sleep(max(0.0, begin + number / A_SECOND - loop.time()))
        tasks.append(asyncio.create_task(_timed(act)))
    return list(await asyncio.gather(*tasks))


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started
