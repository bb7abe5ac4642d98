"""Events of validation: its cases, and what is asked of directors."""

from shared.contracts import base as protocol
from shared.contracts.base import Event
from shared.contracts.validation import cases, directors
from shared.contracts.validation.base import ValidationEvent
from shared.contracts.validation.cases import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    RefusalContested,
    RefusalUpheld,
    TeacherRejected,
    TeacherReported,
    TeacherValidated,
    TransferNoted,
    ValidationEndorsed,
    ValidationLapsed,
    ValidationOpened,
    ValidationReopened,
    ValidationTransferred,
    ValidationWithdrawn,
    ValidityLimited,
)
from shared.contracts.validation.directors import (
    CertificateFiled,
    CertificateRequested,
    DirectorApproved,
    DirectorAskedForTime,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorContactFailed,
    DirectorRefused,
    DirectorReminded,
    DirectorSuccessorNamed,
    EvidenceFiled,
    SchoolContactConfirmed,
)


class ReactionDeclined(ValidationEvent, protocol.ReactionDeclined):
    pass


class IntentAbandoned(ValidationEvent, protocol.IntentAbandoned):
    pass


class ParkedStreamDiscarded(ValidationEvent, protocol.ParkedStreamDiscarded):
    """An operator of validation gave up what one of its consumer groups could not handle."""


EVENTS: tuple[type[Event], ...] = (
    *cases.EVENTS,
    *directors.EVENTS,
    ReactionDeclined,
    IntentAbandoned,
    ParkedStreamDiscarded,
)

__all__ = [
    "EVENTS",
    "CaseEscalated",
    "CaseMoved",
    "CaseSchoolMerged",
    "CertificateFiled",
    "CertificateRequested",
    "DirectorApproved",
    "DirectorAskedForTime",
    "DirectorContactConfirmed",
    "DirectorContactFailed",
    "DirectorContacted",
    "DirectorRefused",
    "DirectorReminded",
    "DirectorSuccessorNamed",
    "EvidenceFiled",
    "IntentAbandoned",
    "ParkedStreamDiscarded",
    "ReactionDeclined",
    "RefusalContested",
    "RefusalUpheld",
    "SchoolContactConfirmed",
    "TeacherRejected",
    "TeacherReported",
    "TeacherValidated",
    "TransferNoted",
    "ValidationEndorsed",
    "ValidationLapsed",
    "ValidationOpened",
    "ValidationReopened",
    "ValidationTransferred",
    "ValidationWithdrawn",
    "ValidityLimited",
]
