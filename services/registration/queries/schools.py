"""Schools: by what they are called, or one by its stream; proposals, and how directors are reached."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import BaseModel

from services.registration.school import (
    SCHOOL,
    NoSuchSchool,
    School,
    SchoolClosedForRegistration,
    Standing,
    former_identifier,
    school_identifier,
)
from services.registration.views import PROPOSALS, SCHOOLS, region_facet
from shared.contracts.base import RecordRef
from shared.contracts.registration import Level, SchoolRegistered
from shared.event_store.bulk import load_many
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host
from shared.private_records.records import Found, Lookup, Missing
from shared.private_records.replicas import OwnerUnavailable
from shared.search.entries import question
from shared.search.names import Names
from shared.views.following import Followed
from shared.views.reader import ViewReader
from shared.views.view import Fields

MOST = 50
_SHOWN = ("school", "country", "region", "official_id", "name", "city", "postal_code", "levels", "standing")


class QueryTooBroad(RuleViolation):
    """No word of three letters: name the school or its town; or the person, or what they teach, speak, and where."""


class SchoolAnswer(BaseModel):
    """A school, as anyone may see it (FAQ L26)."""

    school: str
    country: str
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str


class SchoolFound(SchoolAnswer):
    """A school as a search shows it; no levels: nobody has said which."""

    levels: list[Level]
    standing: Standing


class SchoolsAnswer(BaseModel):
    """At most fifty schools, those first of which every word begins a word; `more`: say more, there are or may be
    others."""

    items: list[SchoolFound]
    more: bool


class Schools:
    """The register of schools."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.search = SchoolSearch(host.views)

    async def shown(self, school: str) -> tuple[School, str, int]:
        """The school in whatever standing, its last event's id, and its stream's version: always current.

        Raises:
            NoSuchSchool: it is not in the register.
        """
        state, history = await self._host.handler.state(SCHOOL, school)
        if state.registered is None:
            raise NoSuchSchool
        return state, history.recorded[-1].id, history.version

    async def registered(self, school: str) -> tuple[SchoolRegistered, str, int]:
        """As `shown`, for who registers at it: of a merged school the one that it was found to be.

        Raises:
            NoSuchSchool: it is not in the register.
            SchoolClosedForRegistration: it is closed, or merged in a circle, which an officer has to undo.
        """
        seen: set[str] = set()
        while school not in seen:
            state, event, version = await self.shown(school)
            if state.registered is not None and state.standing is Standing.OPEN:
                return state.registered, event, version
            if state.into is None:
                break
            seen.add(school)
            school = state.into
        raise SchoolClosedForRegistration(school=school)


class SchoolSearch:
    """The register, by what a school is called."""

    def __init__(self, views: ViewReader) -> None:
        self._views = views
        self.names = Followed(Names, views.source(SCHOOLS, ("country", "standing", "text", "facets"), put_school))
        """The register in memory: whoever serves searches refreshes it from time to time, and closes it."""

    async def search(
        self,
        query: str,
        country: str | None = None,
        *,
        region: str | None = None,
        level: Level | None = None,
        closed: bool = False,
    ) -> SchoolsAnswer:
        """The schools in whose name or town every word of `query` is part of a word; `region`: of that country.

        Raises:
            QueryTooBroad: no word of it has three letters.
        """
        levels = [] if level is None else [f"level:{level}"]
        regions = [] if region is None or country is None else [region_facet(country, region)]
        asked = question(query, facets=[*regions, *levels])
        if not asked.telling:
            raise QueryTooBroad
        names, standing = await self.names.current(), Standing.CLOSED if closed else Standing.OPEN
        found = names.find(asked, (standing,) if country is None else (standing, country), MOST)
        schools = await self._views.many(SCHOOLS, found.identifiers)
        items = [school_found(schools[one]) for one in found.identifiers if one in schools]
        return SchoolsAnswer(items=items, more=found.more)


class Proposals:
    """Schools that somebody missed."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def waiting(self, country: str, region: str | None) -> list[tuple[dict[str, Any], dict[str, str] | None]]:
        """The proposals of a country, or of one region of it, with what was typed; none where that was erased."""
        place = {"waiting": True, "country": country} | ({} if region is None else {"region": region})
        found = await self._host.views.find(PROPOSALS, place)
        details = await self._host.records.fetch([one["details"] for one in found])
        return [(one, fields_of(details[one["details"]])) for one in found]

    async def accepted_as(self, country: str, official_ids: Sequence[str]) -> dict[str, str]:
        """The schools that were registered on a proposal, by these official identifiers."""
        wanted = [f"{country}:{one}" for one in official_ids]
        found = await self._host.views.find(PROPOSALS, {"official": {"$in": wanted}}, len(wanted))
        return {one["official"].partition(":")[2]: one["school"] for one in found}

    async def identifier(self, country: str, official_id: str) -> str:
        """The school of this official identifier, registered or not: an import and an officer name the same one."""
        return (await self.identifiers(country, [official_id]))[official_id]

    async def identifiers(self, country: str, official_ids: Sequence[str]) -> dict[str, str]:
        """The same for many. A school keeps the identifier that it got on a proposal, or when signs were still lost."""
        derived = {one: school_identifier(country, one) for one in official_ids}
        former = {one: former_identifier(country, one) for one in official_ids}
        streams = [SCHOOL.stream(former[one]) for one in official_ids if former[one] != derived[one]]
        histories = await load_many(self._host.store, streams) if streams else {}
        for one, school in former.items():
            if (history := histories.get(SCHOOL.stream(school))) is not None:
                known = SCHOOL.fold(history.events()).registered
                if known is not None and known.official_id == one:
                    derived[one] = school
        return derived | await self.accepted_as(country, official_ids)


class Directors:
    """How the directors of schools are reached, joined in from the private records."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def reached(self, state: School) -> dict[str, dict[str, str]]:
        """What the contact and the suggestions of a school say, by record; without those that were erased.

        A successor whom a director named is a record of validation's; while that does not answer, it is left out.
        """
        known = [one.record.id for one in (state.contact, *state.suggestions) if one is not None]
        if not known:
            return {}
        found = await self._host.records.fetch(known)
        elsewhere = [record for record, answer in found.items() if isinstance(answer, Missing)]
        if elsewhere:
            with suppress(OwnerUnavailable):
                found |= await self._host.replicas.get("validation", elsewhere)
        fields = {record: fields_of(answer) for record, answer in found.items()}
        return {record: values for record, values in fields.items() if values is not None}

    async def known_as(self, state: School, name: str, email: str) -> RecordRef | None:
        """The record of the school's contact, or of a suggestion, that says just this."""
        reached = await self.reached(state)
        for one in (state.contact, *state.suggestions):
            values = {} if one is None else reached.get(one.record.id, {})
            if one is not None and (values.get("name"), values.get("email")) == (name, email):
                return one.record
        return None


def fields_of(found: Lookup) -> dict[str, str] | None:
    """What a private record says; nothing where it was erased, or is not here."""
    return {name: str(value) for name, value in found.fields.items()} if isinstance(found, Found) else None


def put_school(names: Names, school: Mapping[str, Any]) -> None:
    """Each standing is a scope of its own. Nobody asks for merged schools, each of which is found as the school that it
    is now; but what they teach is still told of their teachers."""
    names.put(str(school["_id"]), (school["standing"], school["country"]), school["text"], school["facets"])


def school_found(school: Fields) -> SchoolFound:
    return SchoolFound(**{name: school[name] for name in _SHOWN})
