"""A teacher: an address, confirmed by a link, then a school (FAQ L16-19). One live account per address."""

from collections.abc import Mapping

from services.registration.rules import (
    AddressChangedMeanwhile,
    Change,
    DirectorIsApplicant,
    EmailChangeClosed,
    EmailChangeExpired,
    Recovery,
    RecoveryLinkClosed,
    RecoveryLinkExpired,
)
from services.registration.teacher import addresses, erasing, holding, recovering, registering
from services.registration.teacher.holding import HOLDERS, HoldReleased, HoldsOneself, NoSuchHold, NotYoursToHold
from services.registration.teacher.registering import (
    AlreadyRegistered,
    CountryNotAdmitted,
    EmailLinkClosed,
    EmailLinkExpired,
    EmailNotConfirmed,
    SchoolInAnotherCountry,
    TeacherErased,
    admit,
)
from services.registration.teacher.state import (
    Attempt,
    NoSuchTeacher,
    Status,
    Teacher,
    TeacherEvent,
    evolve,
)
from shared.contracts.base import Command
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    **registering.REFUSALS,
    **recovering.REFUSALS,
    **addresses.REFUSALS,
    **holding.REFUSALS,
    **erasing.REFUSALS,
}
"""What each command may be refused for, as its route documents it."""

TEACHER: Aggregate[Teacher] = Aggregate(
    "teacher",
    Teacher(),
    evolve,
    {
        **registering.DECISIONS,
        **recovering.DECISIONS,
        **addresses.DECISIONS,
        **holding.DECISIONS,
        **erasing.DECISIONS,
    },
)

__all__ = [
    "HOLDERS",
    "REFUSALS",
    "TEACHER",
    "AddressChangedMeanwhile",
    "AlreadyRegistered",
    "Attempt",
    "Change",
    "CountryNotAdmitted",
    "DirectorIsApplicant",
    "EmailChangeClosed",
    "EmailChangeExpired",
    "EmailLinkClosed",
    "EmailLinkExpired",
    "EmailNotConfirmed",
    "HoldReleased",
    "HoldsOneself",
    "NoSuchHold",
    "NoSuchTeacher",
    "NotYoursToHold",
    "Recovery",
    "RecoveryLinkClosed",
    "RecoveryLinkExpired",
    "SchoolInAnotherCountry",
    "Status",
    "Teacher",
    "TeacherErased",
    "TeacherEvent",
    "admit",
    "evolve",
]
