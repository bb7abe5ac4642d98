"""What the routes of projects ask: one project from its stream, one's own from the view, titles from their records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.projects.views import PROJECTS, TEACHERS, current_validation
from shared.contracts.projects import Member
from shared.event_store.handling import Handler
from shared.event_store.violations import NotYetKnown
from shared.private_records.records import Found, PrivateRecords
from shared.views.current import current
from shared.views.reader import MAX_LIMIT, ViewReader

Document = dict[str, Any]


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

    async def listed(self, project: str, version: int) -> bool:
        """Whether the list shows this version of the project; waits for it, two seconds at the longest."""
        return await self._views.reached(PROJECTS, project, f"project-{project}", version)

    async def titles(self, documents: Iterable[Document]) -> Mapping[str, str | None]:
        """Title by record id; nothing where it was erased."""
        found = await self._records.fetch([str(document["title"]) for document in documents])
        return {record: one.fields["title"] if isinstance(one, Found) else None for record, one in found.items()}
