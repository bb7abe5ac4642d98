"""Events of registration: accounts, profiles, schools, offices."""

from shared.contracts import base as protocol
from shared.contracts.base import Event
from shared.contracts.registration import accounts, offices, profiles, schools
from shared.contracts.registration.accounts import (
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    EmailConfirmed,
    ErasureRequested,
    LegalHoldPlaced,
    LegalHoldReleased,
    PasswordRecoveryRequested,
    PasswordReset,
    PersonalDataErased,
    RegistrationExpired,
    RegistrationRepeated,
    RegistrationStarted,
    TeacherRegistered,
)
from shared.contracts.registration.base import RegistrationEvent, TeacherRole
from shared.contracts.registration.offices import OfficeAccepted, OfficeKind, OfficeOffered, OfficeRevoked
from shared.contracts.registration.profiles import (
    InactivationAnnounced,
    MainSchoolChosen,
    ProfileBlocked,
    ProfileDescribed,
    ProfileInactivated,
    ProfileOpened,
    ProfileReactivated,
    ProfileRemoved,
    ProfileUnblocked,
    RemovalAnnounced,
    RemovalCancelled,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
    Visibility,
)
from shared.contracts.registration.schools import (
    DirectorContactDismissed,
    DirectorContactSuggested,
    DirectorContactUpdated,
    DirectorForgotten,
    GivenBy,
    Level,
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolProposalAccepted,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
    SchoolReopened,
)


class ReactionDeclined(RegistrationEvent, protocol.ReactionDeclined):
    pass


class IntentAbandoned(RegistrationEvent, protocol.IntentAbandoned):
    pass


class ParkedStreamDiscarded(RegistrationEvent, protocol.ParkedStreamDiscarded):
    """An operator of registration gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    *accounts.EVENTS,
    *profiles.EVENTS,
    *schools.EVENTS,
    *offices.EVENTS,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)

__all__ = [
    "EVENTS",
    "DirectorContactDismissed",
    "DirectorContactSuggested",
    "DirectorContactUpdated",
    "DirectorForgotten",
    "EmailChangeAgreed",
    "EmailChangeRequested",
    "EmailChangeWithdrawn",
    "EmailChanged",
    "EmailConfirmed",
    "ErasureRequested",
    "GivenBy",
    "InactivationAnnounced",
    "IntentAbandoned",
    "LegalHoldPlaced",
    "LegalHoldReleased",
    "Level",
    "MainSchoolChosen",
    "OfficeAccepted",
    "OfficeKind",
    "OfficeOffered",
    "OfficeRevoked",
    "ParkedStreamDiscarded",
    "PasswordRecoveryRequested",
    "PasswordReset",
    "PersonalDataErased",
    "ProfileBlocked",
    "ProfileDescribed",
    "ProfileInactivated",
    "ProfileOpened",
    "ProfileReactivated",
    "ProfileRemoved",
    "ProfileUnblocked",
    "ReactionDeclined",
    "RegistrationExpired",
    "RegistrationRepeated",
    "RegistrationStarted",
    "RemovalAnnounced",
    "RemovalCancelled",
    "SchoolClosed",
    "SchoolCorrected",
    "SchoolDescribed",
    "SchoolMerged",
    "SchoolMoved",
    "SchoolProposalAccepted",
    "SchoolProposalRefused",
    "SchoolProposed",
    "SchoolRegistered",
    "SchoolReopened",
    "TeacherRegistered",
    "TeacherRole",
    "TeacherSchoolAdded",
    "TeacherSchoolChanged",
    "TeacherSchoolLeft",
    "Visibility",
]
