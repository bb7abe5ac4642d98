"""Search among 100,000 people and 50,000 projects: twenty questions a second, beside a bare read of the answers.

What is searched is filled directly, as the views fold it, with the names and titles and their private records.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

from services.projects.queries import PROJECT_TITLES, ProjectSearch, ProjectsFound, WantedProjects, joined_projects
from services.projects.views import FOUND
from services.registration.queries import (
    PEOPLE_NAMES,
    PeopleAnswer,
    PeopleSearch,
    SchoolSearch,
    WantedPeople,
    joined_people,
)
from services.registration.views import PEOPLE
from shared.mongo import Collection, Database, durable
from shared.private_records.records import RECORD_INDEXES, RECORDS, PrivateRecords
from shared.search.folding import words
from shared.search.joined import JoinedSearch
from shared.search.private_texts import TEXT_INDEXES, PrivateTexts
from shared.views.live import LiveVersions, prepare_views, view_collection
from shared.views.reader import ViewReader
from shared.views.view import View
from tests.benchmarks.figures import Figure
from tests.benchmarks.made_of_people import GIVEN, TITLES, Halves, Made
from tests.benchmarks.paced import PROGRESS, by_keys, fill, left_behind, of_memory, of_search, paced, resident, timed

PEOPLE_SIZE, PROJECTS_SIZE = 100_000, 50_000
QUESTIONS = 400
Search = Callable[[dict[str, Any]], Awaitable[Any]]


async def measure_people(mongo_url: str, size: int = PEOPLE_SIZE) -> list[Figure]:
    """As somebody signed in asks, who sees whom members see."""
    async with left_behind(mongo_url) as source:
        views = ViewReader(source)
        texts, records = PrivateTexts(source, PEOPLE_NAMES), PrivateRecords(source, _never)
        people = PeopleSearch(joined_people(views, texts, records), SchoolSearch(views))
        filled = await _fill(source, PEOPLE, PEOPLE_NAMES, Made().people(size), f"{size:,} people")

        async def ask(asked: dict[str, Any]) -> PeopleAnswer:
            return await people.search(WantedPeople(**asked), signed_in=True)

        asked = _askable(Made().questions(2 * QUESTIONS, GIVEN))
        return await _measure(f"{size:,} people", filled, people.index, ask, asked, await _collection(source, PEOPLE))


async def measure_projects(mongo_url: str, size: int = PROJECTS_SIZE) -> list[Figure]:
    """As anybody asks."""
    async with left_behind(mongo_url) as source:
        views = ViewReader(source)
        texts, records = PrivateTexts(source, PROJECT_TITLES), PrivateRecords(source, _never)
        projects = ProjectSearch(joined_projects(views, texts, records))
        filled = await _fill(source, FOUND, PROJECT_TITLES, Made().projects(size), f"{size:,} projects")

        async def ask(asked: dict[str, Any]) -> ProjectsFound:
            return await projects.search(WantedProjects(**asked))

        asked = _askable(Made().questions(2 * QUESTIONS, TITLES))
        what = f"{size:,} projects"
        return await _measure(what, filled, projects.index, ask, asked, await _collection(source, FOUND))


async def _measure(
    what: str, filled: float, index: JoinedSearch, ask: Search, asked: Sequence[dict[str, Any]], view: Collection
) -> list[Figure]:
    before = resident()
    read = await timed(index.kept.current)
    found = [[str(next(iter(one))[1]) for one in (await ask(each)).items] for each in asked]
    PROGRESS.print(f"read into memory in {read:.1f} s; {sum(map(len, found)):,} found by {len(asked)} questions")
    taken = resident() - before
    bare = await paced([partial(by_keys, view, one) for one in found])
    ours = await paced([partial(ask, each) for each in asked])
    await index.kept.close()
    return of_search(what, ours, bare) + of_memory(what, filled, read, taken)


async def _fill(source: Database, view: View, texts: str, made: Iterable[Halves], what: str) -> float:
    PROGRESS.print(f"Filling {what} …")
    await prepare_views(source, f"{view.name}.views", [view])
    collections = (await _collection(source, view), durable(source, texts), durable(source, RECORDS))
    await collections[1].create_indexes(list(TEXT_INDEXES))
    await collections[2].create_indexes(list(RECORD_INDEXES))
    return await fill((list(zip(collections, halves, strict=True)) for halves in made), what.partition(" ")[2])


async def _collection(source: Database, view: View) -> Collection:
    return view_collection(source, view, (await LiveVersions(source).read([view.name]))[view.name])


def _askable(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that tell enough."""
    telling = [one for one in questions if len(one) > 1 or any(len(word) >= 3 for word in words(one["query"]))]
    return telling[:QUESTIONS]


async def _never(*_: object, **__: object) -> Any:
    raise AssertionError("nothing is written here by a command")
