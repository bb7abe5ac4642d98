"""People, as they chose to be seen (FAQ L26): by name, country, what they speak and teach, and whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel

from services.registration.queries.schools import QueryTooBroad
from services.registration.views import ANYONE, MEMBERS, PEOPLE, SCHOOLS
from shared.contracts.registration import Level
from shared.hosting.host import Host
from shared.search.entries import Entry, question
from shared.search.joined import JoinedSearch
from shared.search.private_texts import PrivateTexts

PEOPLE_NAMES = "people_names"
MOST = 50


class PersonFound(BaseModel):
    """A teacher under a pseudonym: at the main `school`, in its `country`, with pupils between these ages (FAQ L14)."""

    person: str
    name: str
    country: str
    school: str
    languages: list[str]
    subjects: list[str]
    age_from: int
    age_to: int


class PeopleAnswer(BaseModel):
    """At most fifty people, those first of whom every word begins a name; `more`: say more, there are or may be
    others."""

    items: list[PersonFound]
    more: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: parts of a name, and filters; of several schools' countries and levels any may fit."""

    query: str = ""
    country: str | None = None
    subject: str | None = None
    language: str | None = None
    age: int | None = None
    level: Level | None = None

    def facets(self) -> list[str]:
        """Those that keys tell."""
        told = {"country": self.country, "subject": self.subject, "language": self.language}
        return [f"{name}:{value}" for name, value in told.items() if value is not None]


def people_names(host: Host) -> PrivateTexts:
    """What people are found by, made from the private records of their names."""
    return PrivateTexts(host.database, PEOPLE_NAMES, host.clock)


def people_index(host: Host) -> JoinedSearch:
    """The view of people and their names, searched as one."""
    return JoinedSearch(PEOPLE, host.views, people_names(host), host.records, _full_name)


class PeopleSearch:
    """Who can be found, by whom."""

    def __init__(self, host: Host) -> None:
        self._views, self._index = host.views, people_index(host)

    async def search(self, wanted: Wanted, *, signed_in: bool) -> PeopleAnswer:
        """Whom members see, or, of somebody who is not signed in, whom everyone sees.

        Raises:
            QueryTooBroad: no word of three letters, and no filter but age and level.
        """
        if "@" in wanted.query:  # an address is no name: whether it is known is nobody's to learn
            return PeopleAnswer(items=[], more=False)
        asked = question(wanted.query, MEMBERS if signed_in else ANYONE, wanted.facets())
        if not asked.telling and not asked.facets:
            raise QueryTooBroad

        found = await self._index.find(asked, MOST, partial(self._fitting, wanted))
        names = await self._index.called(found.entries)
        items = [_shown(entry, names[entry["_id"]]) for entry in found.entries if entry["_id"] in names]
        return PeopleAnswer(items=items, more=found.more)

    async def _fitting(self, wanted: Wanted, entries: Sequence[Entry]) -> Sequence[Entry]:
        """What no key tells: most have pupils of most ages, and what a school teaches is another stream's to say."""
        if wanted.age is not None:
            entries = [entry for entry in entries if entry["age_from"] <= wanted.age <= entry["age_to"]]
        if wanted.level is None:
            return entries
        schools = sorted({school for entry in entries for school, _ in entry["schools"]})
        known = await self._views.many(SCHOOLS, schools)
        teaching = {school for school, one in known.items() if wanted.level in one["levels"]}
        return [entry for entry in entries if any(school in teaching for school, _ in entry["schools"])]


def _full_name(fields: Mapping[str, str]) -> str:
    return f"{fields['given_name']} {fields['family_name']}"


def _shown(entry: Entry, name: str) -> PersonFound:
    school, country = entry["schools"][0]
    told = {one: entry[one] for one in ("languages", "subjects", "age_from", "age_to")}
    return PersonFound(person=entry["_id"], name=name, country=country, school=school, **told)
