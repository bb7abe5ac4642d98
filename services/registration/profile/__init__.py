"""A teacher's profile: schools, standing, how to be found. It begins when the registration ends (FAQ L3, L24-26)."""

from collections.abc import Mapping

from services.registration.profile import absence, blocking, schools
from services.registration.profile.absence import NotAnnounced, NotDueYet
from services.registration.profile.blocking import BLOCKERS, BlocksOneself, NotYoursToBlock
from services.registration.profile.schools import (
    AgesOutsideProgramme,
    BlockedProfile,
    MainSchoolStays,
    NotYourSchool,
    SchoolCountryNotAdmitted,
    SchoolIsYours,
    TooManySchools,
    TooManySchoolsToday,
)
from services.registration.profile.state import (
    AtSchool,
    Brought,
    NoSuchProfile,
    Profile,
    ProfileEvent,
    ProfileNotYetKnown,
    Standing,
    evolve,
)
from services.registration.rules import DirectorIsApplicant
from shared.contracts.base import Command
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    **schools.REFUSALS,
    **blocking.REFUSALS,
    **absence.REFUSALS,
}
"""What each command may be refused for, as its route documents it."""

PROFILE: Aggregate[Profile] = Aggregate(
    "profile", Profile(), evolve, {**schools.DECISIONS, **blocking.DECISIONS, **absence.DECISIONS}
)

__all__ = [
    "BLOCKERS",
    "PROFILE",
    "REFUSALS",
    "AgesOutsideProgramme",
    "AtSchool",
    "BlockedProfile",
    "BlocksOneself",
    "Brought",
    "DirectorIsApplicant",
    "MainSchoolStays",
    "NoSuchProfile",
    "NotAnnounced",
    "NotDueYet",
    "NotYourSchool",
    "NotYoursToBlock",
    "Profile",
    "ProfileEvent",
    "ProfileNotYetKnown",
    "SchoolCountryNotAdmitted",
    "SchoolIsYours",
    "Standing",
    "TooManySchools",
    "TooManySchoolsToday",
    "evolve",
]
