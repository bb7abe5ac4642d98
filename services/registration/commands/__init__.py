"""What registration is asked to do. Everything named in LOOKED_UP was found out before the decision."""

from services.registration.commands.accounts import (
    CompleteRegistration,
    ConfirmEmail,
    ErasePersonalData,
    StartRegistration,
)
from services.registration.commands.base import Authority, Claim, NotAdmitted
from services.registration.commands.offices import AcceptOffice, OfferOffice, RevokeOffice
from services.registration.commands.schools import RegisterSchool

__all__ = [
    "AcceptOffice",
    "Authority",
    "Claim",
    "CompleteRegistration",
    "ConfirmEmail",
    "ErasePersonalData",
    "NotAdmitted",
    "OfferOffice",
    "RegisterSchool",
    "RevokeOffice",
    "StartRegistration",
]
