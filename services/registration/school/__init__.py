"""A school: official, before university, of one node (FAQ L14, L16). Its own data is public, its director's is not."""

import re
from collections.abc import Mapping

from services.registration.school import contacting, importing, proposing, registering
from services.registration.school.importing import CLOSED_IN_REGISTER
from services.registration.school.offices import MAY
from services.registration.school.rules import (
    MOST_PROPOSALS,
    MOST_SUGGESTIONS,
    MergedAcrossCountries,
    NoSuchProposal,
    NoSuchSchool,
    NoSuchSuggestion,
    NotMergedIntoItself,
    ProposalDecided,
    ProposalOpen,
    SchoolClosedForRegistration,
    SchoolMergedIntoAnother,
    SchoolNotAdmitted,
    SchoolNotRegistered,
    SchoolOutsideYourOffice,
    SchoolRegisteredOtherwise,
    SchoolThereAlready,
    SurvivorNotOpen,
    TooManyProposals,
    TooManySuggestions,
)
from services.registration.school.state import Contact, School, SchoolEvent, Standing, director_of, evolve
from shared.contracts.base import Command, derived_id
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    **registering.REFUSALS,
    **proposing.REFUSALS,
    **contacting.REFUSALS,
}
"""What each command may be refused for, as its route documents it."""

SCHOOL: Aggregate[School] = Aggregate(
    "school",
    School(),
    evolve,
    {**registering.DECISIONS, **importing.DECISIONS, **proposing.DECISIONS, **contacting.DECISIONS},
)


def school_identifier(country: str, official_id: str) -> str:
    """`FR-0110710M`: country and official identifier, where that has nothing but letters, digits, `._:` and single `-`.

    Where a sign or the end would be lost, `--` follows, which stands in no other, and what is derived from both as
    they are: no two schools share one.
    """
    known = former_identifier(country, official_id)
    if known == f"{country}-{official_id}":
        return known
    return f"{known[:61]}--{derived_id('school', country, official_id)}"


def former_identifier(country: str, official_id: str) -> str:
    """What it was until 2026-11-28: other signs as `-`, so that `12/3` and `12-3` shared one. Who has it keeps it."""
    return f"{country}-{re.sub(r'[^A-Za-z0-9._:]+', '-', official_id)}"[:100]


__all__ = [
    "CLOSED_IN_REGISTER",
    "MAY",
    "MOST_PROPOSALS",
    "MOST_SUGGESTIONS",
    "REFUSALS",
    "SCHOOL",
    "Contact",
    "MergedAcrossCountries",
    "NoSuchProposal",
    "NoSuchSchool",
    "NoSuchSuggestion",
    "NotMergedIntoItself",
    "ProposalDecided",
    "ProposalOpen",
    "School",
    "SchoolClosedForRegistration",
    "SchoolEvent",
    "SchoolMergedIntoAnother",
    "SchoolNotAdmitted",
    "SchoolNotRegistered",
    "SchoolOutsideYourOffice",
    "SchoolRegisteredOtherwise",
    "SchoolThereAlready",
    "Standing",
    "SurvivorNotOpen",
    "TooManyProposals",
    "TooManySuggestions",
    "director_of",
    "evolve",
    "former_identifier",
    "school_identifier",
]
