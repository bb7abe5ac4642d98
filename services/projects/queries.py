"""What the routes of projects ask: one project from its stream, one's own from the view, titles from their records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from services.projects.views import FOUND, PROJECTS, RUNNING, TEACHERS, current_validation
from shared.contracts.projects import Member
from shared.contracts.teaching import Ages
from shared.event_store.handling import Handler
from shared.event_store.violations import NotYetKnown, RuleViolation
from shared.hosting.host import Host
from shared.private_records.records import Found, PrivateRecords
from shared.search.entries import Wanted, question
from shared.search.joined import JoinedSearch
from shared.search.private_texts import PrivateTexts
from shared.views.current import current
from shared.views.reader import MAX_LIMIT, ViewReader

Document = dict[str, Any]


_HELD = (
    "project", "status", "founders", "members", "languages", "subjects", "ages", "proposed_at", "started_at", "reason",
    "rejected_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Validated:
    """A teacher where a validation places them now, and the event that says so."""

    member: Member
    event: str


class ProjectQueries:
    """Reads projects and validated teachers. Titles are joined in when they are shown, and may be gone."""

    def __init__(self, handler: Handler, views: ViewReader, records: PrivateRecords) -> None:
        self._handler = handler
        self._views = views
        self._records = records

    async def validated(self, teacher: str) -> Validated:
        """Raises `NotYetKnown`: not validated where the teacher works now, or not heard of yet; nobody can tell which
        (FAQ L18-20)."""
        document = await self._views.get(TEACHERS, teacher)
        current = None if document is None else current_validation(document)
        if current is None:
            raise NotYetKnown(teacher=teacher)
        member = Member(teacher=teacher, school=current["school"], country=current["country"])
        return Validated(member, current["event"])

    async def project(self, project: str) -> tuple[Document, int] | None:
        """The project as its stream tells it now, and the stream's version; nothing where there is none."""
        return await current(self._handler, PROJECTS, f"project-{project}")

    async def of_teacher(self, teacher: str, after: str | None, limit: int) -> Sequence[Document]:
        """The oldest `limit` projects that the teacher was asked into, later than the sort key `after`.

        One person's projects are tens, and the database reads every match anyway: all of them, then the page.
        """
        later = {} if after is None else {"sort": {"$gt": after}}
        found = await self._views.find(PROJECTS, {"participants": teacher} | later, MAX_LIMIT)
        return sorted(found, key=lambda document: str(document["sort"]))[:limit]

    async def held(self, teacher: str) -> list[Document]:
        """Every project that the teacher was asked into, the oldest first. Of the others only that they are there."""
        found = await self._views.slice(PROJECTS, {"participants": teacher}, (*_HELD, "sort"))
        return [_held(one, teacher) for one in sorted(found, key=lambda document: str(document["sort"]))]

    async def listed(self, project: str, version: int) -> bool:
        """Whether the list shows this version of the project; waits for it, two seconds at the longest."""
        return await self._views.reached(PROJECTS, project, f"project-{project}", version)

    async def titles(self, documents: Iterable[Document]) -> Mapping[str, str | None]:
        """Title by record id; nothing where it was erased."""
        found = await self._records.fetch([str(document["title"]) for document in documents])
        return {record: one.fields["title"] if isinstance(one, Found) else None for record, one in found.items()}

    async def erased(self, documents: Iterable[Document]) -> frozenset[str]:
        """Of all who were asked into these projects, those who were erased since."""
        return await self._records.erased(teacher for document in documents for teacher in document["participants"])


def _held(document: Document, teacher: str) -> Document:
    own = {name: [one for one in document[name] if one["teacher"] == teacher] for name in ("founders", "members")}
    return {name: document[name] for name in _HELD} | own


PROJECT_TITLES = "project_titles"
_FOUND = ("status", "countries", "languages", "subjects", "ages", "started_at")
MOST = 50


class QueryTooBroad(RuleViolation):
    """No word of three letters, no country, subject or language: say what the project is called, or is about."""


class WantedProjects(Wanted):
    """Of several members' countries any may fit."""


class ProjectFound(BaseModel):
    """A running project, as anyone may see it. `countries`: of all who take part, the founders' first; languages,
    subjects and the pupils' ages as far as its founder said."""

    project: str
    title: str
    status: Literal["running"]
    countries: list[str]
    languages: list[str]
    subjects: list[str]
    ages: Ages | None
    started_at: datetime


class ProjectsFound(BaseModel):
    """At most fifty projects, those first of which every word begins a word; `more`: say more, there are or may be
    others."""

    items: list[ProjectFound]
    more: bool


def project_titles(host: Host) -> PrivateTexts:
    """What projects are found by, made from the private records of their titles; the founder is their subject."""
    return PrivateTexts(host.database, PROJECT_TITLES, host.clock)


def project_index(host: Host) -> JoinedSearch:
    """The view of what is found and the titles, searched as one."""
    return joined_projects(host.views, project_titles(host), host.records)


def joined_projects(views: ViewReader, titles: PrivateTexts, records: PrivateRecords) -> JoinedSearch:
    """As `project_index`, of its parts."""
    return JoinedSearch(FOUND, views, titles, records, lambda fields: fields["title"])


class ProjectSearch:
    """Running projects by their titles and by what they are about. `index`: keeps the titles findable."""

    def __init__(self, index: JoinedSearch) -> None:
        self.index = index

    async def search(self, wanted: WantedProjects) -> ProjectsFound:
        """Raises `QueryTooBroad`."""
        asked = question(wanted.query, wanted.facets())
        if not asked.telling and not wanted.telling():
            raise QueryTooBroad
        found = await self.index.find(asked, (RUNNING,), MOST)
        titles = await self.index.called(found.entries)
        items = [
            ProjectFound(project=one["_id"], title=titles[one["_id"]], **{name: one[name] for name in _FOUND})
            for one in found.entries
            if one["_id"] in titles
        ]
        return ProjectsFound(items=items, more=found.more)
