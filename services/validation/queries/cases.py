"""One case from its stream, lists from the view, a name from its record."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.validation.queries.words import Words
from services.validation.views import APPLICANTS, CASES, CASES_OF_SCHOOLS, newest_first
from shared.contracts.base import derived_id
from shared.event_store.handling import Handler
from shared.private_records.records import Erased, Found
from shared.views.current import current
from shared.views.reader import MAX_LIMIT, ViewReader

Document = dict[str, Any]
_HELD = (
    "case", "school", "country", "region", "locale", "status", "opened_at", "owner", "owner_since", "asked_at",
    "answer", "answered_at", "evidence", "director_reason", "certificate_due", "escalated", "recommendation",
    "report_reason", "reason", "contested", "reopened", "decision", "decided_at", "valid_until", "transferred_from",
)  # fmt: skip
_DAY_S = 86_400
_DIGITS = 12
_ALL_S = 10**_DIGITS - 1


class CaseQueries:
    """Reads cases. Names are joined in when they are shown, and may be gone."""

    def __init__(self, handler: Handler, views: ViewReader, words: Words) -> None:
        self._handler = handler
        self._views = views
        self._words = words

    async def case(self, case: str) -> tuple[Document, int] | None:
        """The case as its stream tells it now, and the stream's version; nothing where there is none."""
        return await current(self._handler, CASES, f"case-{case}")

    async def cases(self, where: Document, start: str, limit: int) -> Sequence[Document]:
        """The newest `limit` cases of `where` (country, region, status or `open`) behind the sort key `start`.

        The database reads every match of a query, so each asks for a window of time only: a day, and twice as much
        whenever that held too few, half as much when it held too many.
        """
        found: list[Document] = []
        seconds, width = _seconds(start), _DAY_S
        while len(found) < limit and seconds < _ALL_S:
            end = min(seconds + width, _ALL_S)
            window = {"sort": {"$gt": start, "$lt": f"{end:0{_DIGITS}d}"}}
            part = await self._views.find(CASES, where | window, MAX_LIMIT)
            if len(part) == MAX_LIMIT and width > 1:
                width //= 2
                continue
            found += sorted(part, key=lambda document: str(document["sort"]))
            start, seconds, width = f"{end:0{_DIGITS}d}", end, width * 2
        return found[:limit]

    async def of_teacher(self, teacher: str, after: str | None, limit: int) -> Sequence[Document]:
        """The teacher's newest `limit` cases behind the sort key `after`: one person's are few, all are read."""
        later = {} if after is None else {"sort": {"$gt": after}}
        found = await self._views.find(CASES, {"teacher": teacher} | later, MAX_LIMIT)
        return sorted(found, key=lambda document: str(document["sort"]))[:limit]

    async def held(self, teacher: str) -> Sequence[Document]:
        """Every case of the teacher, the oldest first: what was said and decided, not the keys it is found by."""
        found = await self._views.slice(CASES, {"teacher": teacher}, _HELD)
        return sorted(({name: one[name] for name in _HELD} for one in found), key=lambda one: str(one["opened_at"]))

    async def listed(self, case: str, version: int) -> bool:
        """Whether the list shows this version of the case; waits for it, two seconds at the longest."""
        return await self._views.reached(CASES, case, f"case-{case}", version)

    async def name_of(self, teacher: str) -> str | None:
        """The teacher's name; nothing where it is erased, not known yet, or its owner cannot be asked now."""
        applicant = await self._views.get(APPLICANTS, teacher)
        if applicant is None or applicant["name"] is None:
            return None
        found = await self._words.of("registration", str(applicant["name"]))
        return f"{found.fields['given_name']} {found.fields['family_name']}" if isinstance(found, Found) else None

    async def director_of(self, school: str) -> str:
        """The subject of what is known about whoever directs the school; another one after one was forgotten."""
        known = await self._views.get(CASES_OF_SCHOOLS, school)
        return (known and known["director"]) or derived_id("director", school)

    async def is_forgotten(self, case: Document) -> bool:
        """Whether the contact of a case, a document of the view `cases`, is of a director who was forgotten; asked only
        where somebody was."""
        known = await self._views.get(CASES_OF_SCHOOLS, case["school"])
        if case["contact"] is None or known is None or known["director"] is None:
            return False
        return isinstance(await self._words.of(case["contact_owner"], case["contact"]), Erased)


def start_of_list(now: datetime) -> str:
    """A sort key before every case; a day ahead, for clocks differ."""
    return newest_first(now + timedelta(days=1))


def _seconds(key: str) -> int:
    """The time in a sort key; after everything for what is none."""
    digits, _, _ = key.partition("~")
    return int(digits) if len(digits) == _DIGITS and digits.isascii() and digits.isdigit() else _ALL_S
