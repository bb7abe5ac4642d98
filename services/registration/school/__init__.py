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
from services.registration.school.state import Contact, School, SchoolEvent, Standing, evolve
from shared.contracts.base import Command
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
    """`FR-0110710M`: the country and the official identifier, signs other than letters, digits and `._:` as `-`."""
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
    "evolve",
    "school_identifier",
]
