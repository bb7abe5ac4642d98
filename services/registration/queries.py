"""What pages and the API ask of registration: schools by what they are called, one school by its stream."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from services.registration.school import (
    SCHOOL,
    NoSuchSchool,
    School,
    SchoolClosedForRegistration,
    Standing,
    school_identifier,
)
from services.registration.views import EVERYWHERE, PROPOSALS, SCHOOLS, SHORTEST, search_key, words
from shared.contracts.registration import SchoolRegistered
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host
from shared.private_records.records import Found, Lookup

MOST = 50
_READ = 1000


class QueryTooBroad(RuleViolation):
    """Only words that half the schools have, or none of three letters: name the school or its town."""


class SchoolAnswer(BaseModel):
    """A school, as anyone may see it (FAQ L26)."""

    school: str
    country: str
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str


class SchoolsAnswer(BaseModel):
    """At most fifty schools; `more`: there are others, say more."""

    items: list[SchoolAnswer]
    more: bool


class Schools:
    """The register of schools."""

    def __init__(self, host: Host) -> None:
        self._host = host

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

    async def search(self, country: str, query: str) -> SchoolsAnswer:
        """The schools of a country in whose name or town every word of `query` begins a word.

        Raises:
            QueryTooBroad: no word of it would narrow the search.
        """
        asked = words(query)
        telling = [word for word in asked if len(word) >= SHORTEST and word not in EVERYWHERE]
        if not telling:
            raise QueryTooBroad
        by = search_key(country, max(telling, key=len))
        found = await self._host.views.find(SCHOOLS, {"keys": by}, _READ)
        items = [one for one in found if _matches(one, asked)]
        return SchoolsAnswer(items=[school_answer(one) for one in items[:MOST]], more=len(items) > MOST)


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
        accepted = await self.accepted_as(country, [official_id])
        return accepted.get(official_id, school_identifier(country, official_id))


def fields_of(found: Lookup) -> dict[str, str] | None:
    """What a private record says; nothing where it was erased, or is not here."""
    return {name: str(value) for name, value in found.fields.items()} if isinstance(found, Found) else None


def school_answer(found: dict[str, Any]) -> SchoolAnswer:
    return SchoolAnswer(**{name: found[name] for name in SchoolAnswer.model_fields})


def _matches(found: dict[str, Any], asked: Sequence[str]) -> bool:
    there = words(f"{found['name']} {found['city']}")
    return all(any(word.startswith(begin) for word in there) for begin in asked)
