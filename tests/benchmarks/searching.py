"""Search among 300,000 schools: twenty questions a second, beside a bare read of fifty schools by their keys.

The entries are filled directly, as the view folds them; importing as many schools is a figure of its own.
"""

import csv
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from services.registration.queries import SchoolSearch
from services.registration.views import SCHOOLS as VIEW
from services.registration.views import fold_school
from shared.contracts.registration import SchoolRegistered
from shared.mongo import Document
from shared.search.folding import words
from shared.views.live import LiveVersions, prepare_views, view_collection
from shared.views.reader import ViewReader
from shared.views.view import Fields
from tests.benchmarks.figures import Figure
from tests.benchmarks.paced import PROGRESS, by_keys, fill, left_behind, of_memory, of_search, paced, resident, timed
from tests.services.recorded import recorded

REGISTER = Path(__file__).parents[2] / "deploy" / "data" / "schools.csv"
SIZE = 300_000
QUESTIONS = 600
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
    """p50 and p95 of the search, and what it takes to be ready for it."""
    names = Made()
    async with left_behind(mongo_url) as source:
        await prepare_views(source, "registration.views", [VIEW])
        live = (await LiveVersions(source).read([VIEW.name]))[VIEW.name]
        collection = view_collection(source, VIEW, live)
        PROGRESS.print(f"Filling {size:,} schools …")
        filled = await fill(([(collection, _entry(school))] for school in names.schools(size)), "schools")
        search = SchoolSearch(ViewReader(source))
        before = resident()
        read = await timed(search.names.current)
        PROGRESS.print(f"read into memory in {read:.1f} s")
        asked = names.questions(QUESTIONS)
        found = [[one.school for one in (await search.search(*each)).items] for each in asked]
        memory = resident() - before
        bare = await paced([partial(by_keys, collection, one) for one in found])
        ours = await paced([partial(search.search, *one) for one in asked])
        await search.names.close()
        what = f"{size:,} schools"
        return of_search(what, ours, bare) + of_memory(what, filled, read, memory)


def _entry(school: SchoolRegistered) -> Document:
    stream = f"school-{school.school}"
    fields: Fields = fold_school(None, recorded(school, stream))
    return fields | {"_id": school.school, "_rev": 1, "_seen": [[stream, 1, 0]]}
