"""People, as they chose to be seen (FAQ L26): by name, country, what they speak and teach, and whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.registration.queries.schools import QueryTooBroad, SchoolSearch
from services.registration.views import ANYONE, MEMBERS, PEOPLE
from shared.contracts.registration import Level
from shared.hosting.host import Host
from shared.private_records.records import PrivateRecords
from shared.search.entries import Wanted, question
from shared.search.joined import JoinedSearch
from shared.search.names import Fits
from shared.search.private_texts import PrivateTexts
from shared.views.reader import ViewReader

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
class WantedPeople(Wanted):
    """Of several schools' countries and levels any may fit. What a school teaches, a person's own document does not
    tell, and so no facet."""

    level: Level | None = None


def people_names(host: Host) -> PrivateTexts:
    """What people are found by, made from the private records of their names."""
    return PrivateTexts(host.database, PEOPLE_NAMES, host.clock)


def people_index(host: Host) -> JoinedSearch:
    """The view of people and their names, searched as one."""
    return joined_people(host.views, people_names(host), host.records)


def joined_people(views: ViewReader, names: PrivateTexts, records: PrivateRecords) -> JoinedSearch:
    """As `people_index`, of its parts; of each person the schools are known."""
    return JoinedSearch(PEOPLE, views, names, records, _full_name, _schools, ("schools",))


class PeopleSearch:
    """Who can be found, by whom. `schools`: the register, which knows what a school teaches."""

    def __init__(self, index: JoinedSearch, schools: SchoolSearch) -> None:
        self.index, self._schools = index, schools

    async def search(self, wanted: WantedPeople, *, signed_in: bool) -> PeopleAnswer:
        """Whom members see, or, of somebody who is not signed in, whom everyone sees.

        Raises:
            QueryTooBroad: no word of three letters, and no filter but age and level.
        """
        if "@" in wanted.query:  # an address is no name: whether it is known is nobody's to learn
            return PeopleAnswer(items=[], more=False)
        asked = question(wanted.query, wanted.facets())
        if not asked.telling and not wanted.telling():
            raise QueryTooBroad
        within = (MEMBERS,) if signed_in else (MEMBERS, ANYONE)
        fits = None if wanted.level is None else await self._teaching(wanted.level)
        found = await self.index.find(asked, within, MOST, fits)
        names = await self.index.called(found.entries)
        items = [_shown(entry, names[entry["_id"]]) for entry in found.entries if entry["_id"] in names]
        return PeopleAnswer(items=items, more=found.more)

    async def _teaching(self, level: Level) -> Fits:
        """Who is at a school of that level: what a school teaches is another stream's to say."""
        people, schools = await self.index.kept.current(), await self._schools.names.current()
        return lambda person: any(schools.has(school, f"level:{level}") for school in people.beside(person))


def _full_name(fields: Mapping[str, str]) -> str:
    return f"{fields['given_name']} {fields['family_name']}"


def _schools(document: Mapping[str, Any]) -> Sequence[str]:
    return [school for school, _ in document["schools"]]


def _shown(entry: Mapping[str, Any], name: str) -> PersonFound:
    school, country = entry["schools"][0]
    told = {one: entry[one] for one in ("languages", "subjects", "age_from", "age_to")}
    return PersonFound(person=entry["_id"], name=name, country=country, school=school, **told)
