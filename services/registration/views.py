"""Lists that people read of registration's facts. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    SchoolProposalAccepted,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
)
from shared.views.view import Fields, View

SHORTEST, LONGEST = 3, 8
"""A word is found by its first three to eight letters: an equality on an index, whatever the size of the register."""
EVERYWHERE = frozenset("and college das dei del den der des die ecole escola escuela gymnasium institut institute "
                       "instituto les liceo los lycee prive privee school schule the von".split())  # fmt: skip
"""Words that half the register has: they narrow a search, but none begins with them."""


def words(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared: no accents, no case, letters and digits only."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return tuple(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


def search_key(country: str, word: str) -> str:
    """What a search for this word, or for what it begins with, looks up."""
    return f"{country}:{word[:LONGEST]}"


def _keys(event: SchoolRegistered) -> list[str]:
    telling = {word for word in words(f"{event.name} {event.city}") if word not in EVERYWHERE}
    begun = {word[:length] for word in telling for length in range(SHORTEST, min(len(word), LONGEST) + 1)}
    return sorted(search_key(event.country, begin) for begin in begun)


def school_keys(recorded: Recorded[Any]) -> Sequence[str]:
    return (recorded.event.school,)


def fold_school(_: Fields | None, recorded: Recorded[Any]) -> Fields:
    """`{school, country, region, official_id, name, city, postal_code, keys}`: a school's own data is public."""
    event: SchoolRegistered = recorded.event
    return event.model_dump(mode="json") | {"keys": _keys(event)}


SCHOOLS = View(
    name="schools",
    version=1,
    keys=school_keys,
    fold=fold_school,
    events=(SchoolRegistered,),
    indexes=(("keys",),),
)


ProposalEvent = SchoolProposed | SchoolProposalAccepted | SchoolProposalRefused


def fold_proposal(document: Fields | None, recorded: Recorded[Any]) -> Fields:
    """`{school, country, region, proposed, details, waiting, official}`: `details` is the private record's id.

    `official` is `FR:0110710M` once an officer accepted: how an import finds the school under its own identifier.
    """
    event: ProposalEvent = recorded.event
    known = document or {}
    match event:
        case SchoolProposed():
            place = {"school": event.school, "country": event.country, "region": event.region}
            proposed = {"proposed": recorded.time.isoformat(), "details": event.details.id}
            return place | proposed | {"waiting": True, "official": None}
        case SchoolProposalAccepted():
            return known | {"waiting": False, "official": f"{event.country}:{event.official_id}"}
        case SchoolProposalRefused():
            return known | {"waiting": False}
        case _:
            assert_never(event)


PROPOSALS = View(
    name="proposals",
    version=1,
    keys=school_keys,
    fold=fold_proposal,
    events=(SchoolProposed, SchoolProposalAccepted, SchoolProposalRefused),
    indexes=(("waiting", "country", "region"), ("official",)),
)
