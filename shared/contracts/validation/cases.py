"""One case per teacher, school and the event that opened it (FAQ L19-20). Streams `case-<id>`."""

from typing import ClassVar, Literal

from shared.contracts.base import Country, Event, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration.base import TeacherRole
from shared.contracts.validation.base import HeldBy, ValidationEvent


class ValidationOpened(ValidationEvent):
    """A case began by itself; the director's contact is the one the teacher gave."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef


class CaseEscalated(ValidationEvent):
    """The national support service has the case: the director is silent, or is the applicant (rules §4.8)."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    reason: Reason


class CaseMoved(ValidationEvent):
    """The school belongs to another region now, and the case with it."""

    case: Identifier
    school: Identifier
    country: Country
    region: str | None
    from_region: str | None


class CaseSchoolMerged(ValidationEvent):
    """The case's school turned out to be another one, `school`: the case goes on there, in that school's region.

    `director_asked`: whom the case asks, none: nobody; `asks_by_itself`: whether it may write to a known director.
    """

    case: Identifier
    teacher: Identifier
    school: Identifier
    from_school: Identifier
    country: Country
    region: str | None
    from_region: str | None
    director_asked: Identifier | None
    asks_by_itself: bool


class TeacherReported(ValidationEvent):
    """The representative reports to the national support service, which decides (practice in Spain)."""

    case: Identifier
    teacher: Identifier
    country: Country
    region: str | None
    recommendation: Literal["validate", "reject"]
    reason: Reason | None


class ValidationEndorsed(ValidationEvent):
    """One of several officers whose approvals the node wants: `count` of `needed`."""

    case: Identifier
    by: Identifier
    count: int
    needed: int


class TransferNoted(ValidationEvent):
    """A teacher came to another school where the node validates nobody again for that (`again_on_school_change`).

    No case is open yet: it is found out whether there is a validation to go by. `left`: the school that was left for
    this one, none where it is one more. `came_by`: the event of the profile.
    """

    case: Identifier
    teacher: Identifier
    school: Identifier
    left: Identifier | None
    came_by: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef


class ValidationTransferred(ValidationEvent):
    """The validation of the case `by` goes with the teacher: valid at this school too, until then, without a case.

    The director's approval is that of the case `by`, as is the end; `came_by`: what brought the teacher here.
    """

    case: Identifier
    teacher: Identifier
    school: Identifier
    came_by: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef
    by: Identifier
    until: Moment | None


class TeacherValidated(ValidationEvent):
    """Only ever after DirectorApproved in the same case (FAQ L20)."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None


class ValidityLimited(ValidationEvent):
    """The validation holds until then, under the node's policy."""

    case: Identifier
    teacher: Identifier
    until: Moment


class ValidationLapsed(ValidationEvent):
    """The validation's time is over: a new case opens by itself, with the contact that the teacher once gave.

    `role`: `head_teacher` where the applicant directs the school, for nobody vouches for themselves. Version 2 says
    whether a case opens `again`: not for who has left the school, or is gone.
    """

    VERSION: ClassVar[int] = 2

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    locale: str
    director_contact: RecordRef
    role: TeacherRole = "teacher"
    again: bool


class TeacherRejected(ValidationEvent):
    """An officer refuses; the teacher may contest it at the national support service.

    `by`: who refused, for a second look is another officer's; nobody knows for version 1. `office`: whose
    officer; `country`, `region`: the school's place, whose representative is told what another office decided; none of
    it was said before version 3.
    """

    VERSION: ClassVar[int] = 3

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country | None
    region: str | None
    reason: Reason
    by: Identifier | None
    office: HeldBy | None


class RefusalContested(ValidationEvent):
    """The teacher asks for the one second look, by another officer; `statement` says why."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    statement: RecordRef


class RefusalUpheld(ValidationEvent):
    """The second look came to the same: final."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    reason: Reason


class ValidationReopened(ValidationEvent):
    """An officer takes a refused case up again: the director's approval came late, or the refusal was a mistake."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    country: Country
    region: str | None
    reason: Reason


class ValidationWithdrawn(ValidationEvent):
    """Nobody needs the decision any more: the teacher left the school or was forgotten."""

    case: Identifier
    teacher: Identifier
    school: Identifier
    reason: Reason


EVENTS: tuple[type[Event], ...] = (
    ValidationOpened,
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    TeacherReported,
    ValidationEndorsed,
    TransferNoted,
    ValidationTransferred,
    TeacherValidated,
    ValidityLimited,
    ValidationLapsed,
    TeacherRejected,
    RefusalContested,
    RefusalUpheld,
    ValidationReopened,
    ValidationWithdrawn,
)
