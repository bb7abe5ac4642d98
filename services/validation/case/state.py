"""What is known of a case, folded from its stream."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.validation.policies import HeldBy, Owner, owner
from shared.contracts.base import RecordRef, Service
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
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
    RefusalContested,
    RefusalUpheld,
    SchoolContactConfirmed,
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

AskingEvent: TypeAlias = (
    DirectorContactConfirmed | SchoolContactConfirmed | DirectorContacted | DirectorReminded | CertificateRequested
)
AnswerEvent: TypeAlias = (
    DirectorAskedForTime
    | DirectorContactFailed
    | DirectorSuccessorNamed
    | DirectorApproved
    | DirectorRefused
    | CertificateFiled
    | EvidenceFiled
)
BeginningEvent: TypeAlias = TransferNoted | ValidationOpened | ValidationTransferred
HandlingEvent: TypeAlias = (
    CaseEscalated
    | CaseMoved
    | CaseSchoolMerged
    | TeacherReported
    | ValidationEndorsed
    | RefusalContested
    | ValidationReopened
)
EndingEvent: TypeAlias = (
    TeacherValidated | ValidityLimited | ValidationLapsed | TeacherRejected | RefusalUpheld | ValidationWithdrawn
)
CaseEvent: TypeAlias = BeginningEvent | AskingEvent | AnswerEvent | HandlingEvent | EndingEvent

APPLICANT_IS_DIRECTOR = "applicant_is_director"
"""Why a head teacher's case goes to the national support service at once, or that of who is known as the director."""


class Answer(StrEnum):
    """What the director said."""

    APPROVED = "approved"
    REFUSED = "refused"


class Decision(StrEnum):
    """How the case ended. A rejection may be contested or reopened, a validation may lapse; the others are final."""

    VALIDATED = "validated"
    REJECTED = "rejected"
    UPHELD = "upheld"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Contact:
    """How a director is reached: a private record, and the service that holds it."""

    record: RecordRef
    owner: Service = "registration"


@dataclass(frozen=True)
class Question:
    """One attempt to reach the director: one link, one end; `awaited` until somebody else takes the case over."""

    attempt: str
    contact: Contact
    locale: str
    link_expires: datetime
    awaited: bool = True
    reminders: int = 0
    extensions: int = 0


@dataclass(frozen=True)
class Case:
    """The state; before ValidationOpened or ValidationTransferred there is no teacher, at most a `transfer` to settle.

    `given`: the contact that the teacher gave. `contact`: the one to write to, none once it failed. `asked`: how often
    a question was put; `question`: the open one; `failed`: the last attempt that came to nothing. `taken_up`: the
    national support service took it up again after a refusal. `filed`: how many forms came since the case was opened.
    """

    id: str = ""
    teacher: str = ""
    school: str = ""
    country: str = ""
    region: str | None = None
    locale: str = "en"
    given: RecordRef | None = None
    contact: Contact | None = None
    asked: int = 0
    question: Question | None = None
    failed: str | None = None
    answer: Answer | None = None
    certificate_due: datetime | None = None
    certificate: RecordRef | None = None
    filed: int = 0
    held_by: HeldBy = "representative"
    applicant_is_director: bool = False
    recommendation: str | None = None
    endorsed_by: tuple[str, ...] = ()
    refused_by: str | None = None
    contested: bool = False
    had_second_look: bool = False
    taken_up: bool = False
    decision: Decision | None = None
    valid_until: datetime | None = None
    transfer: TransferNoted | None = None

    @property
    def attempt(self) -> str | None:
        """The open attempt to reach the director."""
        return None if self.question is None else self.question.attempt

    @property
    def owner(self) -> Owner | None:
        """Who has to do something next."""
        return owner(
            held_by=self.held_by,
            ended=self.decision is not None,
            contested=self.contested,
            answered=self.answer is not None,
            director_awaited=self.question is not None and self.question.awaited,
            certificate_awaited=self.certificate_due is not None and self.certificate is None,
        )


def evolve(state: Case, event: CaseEvent) -> Case:
    if isinstance(event, BeginningEvent):
        return _begun(state, event)
    if isinstance(event, AskingEvent):
        return _asked(state, event)
    if isinstance(event, AnswerEvent):
        return _answered(state, event)
    if isinstance(event, HandlingEvent):
        return _handled(state, event)
    return _ended(state, event)


def _begun(state: Case, event: BeginningEvent) -> Case:
    match event:
        case TransferNoted():
            return replace(state, transfer=event)
        case ValidationOpened():
            return _opened(event)
        case ValidationTransferred():
            return replace(_opened(event), decision=Decision.VALIDATED, valid_until=event.until)
        case _:
            assert_never(event)


def _opened(event: ValidationOpened | ValidationTransferred) -> Case:
    return Case(
        id=event.case,
        teacher=event.teacher,
        school=event.school,
        country=event.country,
        region=event.region,
        locale=event.locale,
        given=event.director_contact,
        contact=Contact(event.director_contact),
    )


def _asked(state: Case, event: AskingEvent) -> Case:
    match event:
        case DirectorContactConfirmed() | SchoolContactConfirmed():
            return state
        case DirectorContacted():
            contact = Contact(event.contact, event.owner)
            question = Question(event.attempt, contact, event.locale, event.link_expires)
            return replace(state, contact=contact, asked=state.asked + 1, question=question)
        case DirectorReminded():
            question_now = state.question and replace(state.question, reminders=event.number)
            return replace(state, question=question_now)
        case CertificateRequested():
            return replace(state, certificate_due=event.due)
        case _:
            assert_never(event)


def _answered(state: Case, event: AnswerEvent) -> Case:  # noqa: PLR0911 one return an event
    match event:
        case DirectorAskedForTime():
            question = state.question
            longer = question and replace(question, link_expires=event.link_expires, extensions=question.extensions + 1)
            return replace(state, question=longer)
        case DirectorContactFailed():
            return replace(state, contact=None, question=None, failed=event.attempt)
        case DirectorSuccessorNamed():
            return replace(state, contact=Contact(event.successor, "validation"))
        case DirectorApproved():
            return replace(state, answer=Answer.APPROVED)
        case DirectorRefused():
            return replace(state, answer=Answer.REFUSED)
        case CertificateFiled():
            return replace(state, certificate=event.certificate, filed=state.filed + 1)
        case EvidenceFiled():
            return state
        case _:
            assert_never(event)


def _handled(state: Case, event: HandlingEvent) -> Case:  # noqa: PLR0911 one return an event
    match event:
        case CaseEscalated():
            if event.reason == APPLICANT_IS_DIRECTOR:
                return replace(_taken_over(state), applicant_is_director=True, question=None)
            return _taken_over(state)
        case CaseMoved():
            return replace(state, region=event.region)
        case CaseSchoolMerged():
            return replace(state, school=event.school, region=event.region)
        case TeacherReported():
            return replace(_taken_over(state), recommendation=event.recommendation)
        case ValidationEndorsed():
            return replace(state, endorsed_by=(*state.endorsed_by, event.by))
        case RefusalContested():
            return _open_again(replace(state, contested=True, had_second_look=True))
        case ValidationReopened():
            return _open_again(state)
        case _:
            assert_never(event)


def _ended(state: Case, event: EndingEvent) -> Case:
    match event:
        case TeacherValidated():
            return replace(state, decision=Decision.VALIDATED, contested=False)
        case ValidityLimited():
            return replace(state, valid_until=event.until)
        case ValidationLapsed():
            return replace(state, decision=Decision.LAPSED)
        case TeacherRejected():
            return replace(state, decision=Decision.REJECTED, refused_by=event.by)
        case RefusalUpheld():
            return replace(state, decision=Decision.UPHELD, contested=False)
        case ValidationWithdrawn():
            return replace(state, decision=Decision.WITHDRAWN, contested=False)
        case _:
            assert_never(event)


def _taken_over(state: Case) -> Case:
    """An open question stays open, but the national support service waits for it no longer."""
    return replace(
        state, held_by="national_support", question=state.question and replace(state.question, awaited=False)
    )


def _open_again(state: Case) -> Case:
    """The national support service has it, and asks anew whom it finds to be the director; every older link is closed.

    An approval that is there stays: it may be what the case is taken up again for.
    """
    again = replace(_taken_over(state), decision=None, recommendation=None, endorsed_by=(), taken_up=True, filed=0)
    return again if state.answer is Answer.APPROVED else replace(again, answer=None, question=None)
