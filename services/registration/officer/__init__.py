"""A person who holds offices, or is offered some. An officer is no teacher: accepting an offer makes the account."""

from collections.abc import Mapping

from services.registration.officer import addresses, appointing, erasing, recovering
from services.registration.officer.appointing import (
    APPOINTS,
    AppointsOneself,
    NoSuchOffice,
    NotYoursToAppoint,
    OfferClosed,
    OfferExpired,
    OfficerErased,
)
from services.registration.officer.state import NoSuchOfficer, Office, Officer, OfficerEvent, Standing, evolve
from services.registration.rules import (
    AddressChangedMeanwhile,
    EmailChangeClosed,
    EmailChangeExpired,
    Recovery,
    RecoveryLinkClosed,
    RecoveryLinkExpired,
)
from shared.contracts.base import Command
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    **appointing.REFUSALS,
    **recovering.REFUSALS,
    **addresses.REFUSALS,
    **erasing.REFUSALS,
}
"""What each command may be refused for, as its route documents it."""

OFFICER: Aggregate[Officer] = Aggregate(
    "officer",
    Officer(),
    evolve,
    {
        **appointing.DECISIONS,
        **recovering.DECISIONS,
        **addresses.DECISIONS,
        **erasing.DECISIONS,
    },
)

__all__ = [
    "APPOINTS",
    "OFFICER",
    "REFUSALS",
    "AddressChangedMeanwhile",
    "AppointsOneself",
    "EmailChangeClosed",
    "EmailChangeExpired",
    "NoSuchOffice",
    "NoSuchOfficer",
    "NotYoursToAppoint",
    "OfferClosed",
    "OfferExpired",
    "Office",
    "Officer",
    "OfficerErased",
    "OfficerEvent",
    "Recovery",
    "RecoveryLinkClosed",
    "RecoveryLinkExpired",
    "Standing",
    "evolve",
]
