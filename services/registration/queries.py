"""What pages and the API ask of registration: schools by what they are called, one school by its stream."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from services.registration.school import SCHOOL, NoSuchSchool
from services.registration.views import EVERYWHERE, SCHOOLS, SHORTEST, search_key, words
from shared.contracts.registration import SchoolRegistered
from shared.event_store.violations import RuleViolation
from shared.hosting.host import Host

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

    async def registered(self, school: str) -> tuple[SchoolRegistered, str, int]:
        """The school, the id of the event that says so, and its stream's version: from the stream, always current.

        Raises:
            NoSuchSchool: it is not in the register.
        """
        state, history = await self._host.handler.state(SCHOOL, school)
        if state.registered is None:
            raise NoSuchSchool
        return state.registered, history.recorded[-1].id, history.version

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


def school_answer(found: dict[str, Any]) -> SchoolAnswer:
    return SchoolAnswer(**{name: found[name] for name in SchoolAnswer.model_fields})


def _matches(found: dict[str, Any], asked: Sequence[str]) -> bool:
    there = words(f"{found['name']} {found['city']}")
    return all(any(word.startswith(begin) for word in there) for begin in asked)
