"""One case: is this teacher on the staff of that school? No validation before the director's approval (FAQ L19-20)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias, assert_never

from services.validation.commands import (
    ApproveByLink,
    ConfirmDirectorContact,
    OpenCase,
    RecordDirectorApproval,
    RefuseByLink,
    RejectTeacher,
    ValidateTeacher,
)
from services.validation.policies import decides, in_charge
from shared.contracts.base import Command, Event, RecordRef, derived_id
from shared.contracts.validation import (
    DirectorApproved,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorRefused,
    TeacherRejected,
    TeacherValidated,
    ValidationOpened,
)
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

CaseEvent: TypeAlias = (
    ValidationOpened
    | DirectorContactConfirmed
    | DirectorContacted
    | DirectorApproved
    | DirectorRefused
    | TeacherValidated
    | TeacherRejected
)


class Answer(StrEnum):
    """What the director said."""

    APPROVED = "approved"
    REFUSED = "refused"


class Decision(StrEnum):
    """How the case ended."""

    VALIDATED = "validated"
    REJECTED = "rejected"


class NotInCharge(Forbidden):
    """The officer's place is not the school's, or the node lets another office decide."""


class DecidesOnOneself(Forbidden):
    """Nobody decides on their own case."""


class DirectorHasNotApproved(RuleViolation):
    """There is no validation without the director's approval in the same case (FAQ L20)."""


class DirectorAnsweredOtherwise(RuleViolation):
    """The director has given the opposite answer, which stands."""


class CaseDecidedOtherwise(RuleViolation):
    """The case has ended with the opposite decision, which stands."""


class DirectorLinkClosed(RuleViolation):
    """The link belongs to no open attempt to reach the director."""


class DirectorLinkExpired(RuleViolation):
    """The link's time is over; the representative may write again or record the approval with its evidence."""


@dataclass(frozen=True)
class Case:
    """The state; before ValidationOpened there is no teacher."""

    id: str = ""
    teacher: str = ""
    school: str = ""
    country: str = ""
    region: str | None = None
    locale: str = "en"
    contact: RecordRef | None = None
    attempt: str | None = None
    link_expires: datetime | None = None
    answer: Answer | None = None
    decision: Decision | None = None


def evolve(state: Case, event: CaseEvent) -> Case:  # noqa: PLR0911 one return an event
    match event:
        case ValidationOpened():
            return Case(
                id=event.case,
                teacher=event.teacher,
                school=event.school,
                country=event.country,
                region=event.region,
                locale=event.locale,
                contact=event.director_contact,
            )
        case DirectorContactConfirmed():
            return replace(state, contact=event.contact)
        case DirectorContacted():
            return replace(state, attempt=event.attempt, link_expires=event.link_expires)
        case DirectorApproved():
            return replace(state, answer=Answer.APPROVED)
        case DirectorRefused():
            return replace(state, answer=Answer.REFUSED)
        case TeacherValidated():
            return replace(state, decision=Decision.VALIDATED)
        case TeacherRejected():
            return replace(state, decision=Decision.REJECTED)
        case _:
            assert_never(event)


def open_case(state: Case, command: OpenCase) -> tuple[Event, ...]:
    """A case opens by itself when phase 2 of registration ends (FAQ L17, L19)."""
    if state.teacher:
        return ()
    return (
        ValidationOpened(
            case=command.case,
            teacher=command.teacher,
            school=command.school,
            country=command.country,
            region=command.region,
            locale=command.locale,
            director_contact=command.director_contact,
        ),
    )


def confirm_director_contact(state: Case, command: ConfirmDirectorContact) -> tuple[Event, ...]:
    """The address is vouched for, else a teacher could name a friend; and the case writes to it (FAQ L19)."""
    contact = _open_to(state, command).contact
    if state.attempt is not None:
        return ()
    if contact is None or state.answer is not None:
        raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    attempt = derived_id(state.id, "director", contact.id)
    return (
        DirectorContactConfirmed(case=state.id, contact=contact),
        DirectorContacted(
            case=state.id, contact=contact, locale=state.locale, attempt=attempt, link_expires=command.link_expires
        ),
    )


def approve_by_link(state: Case, command: ApproveByLink) -> tuple[Event, ...]:
    """Recorded once, after a rejection too: the fact stands, and the decision with it (FAQ L20)."""
    if _answered(state, command, Answer.APPROVED):
        return ()
    return (_approval(state, command.attempt, "link"),)


def refuse_by_link(state: Case, command: RefuseByLink) -> tuple[Event, ...]:
    """The director does not know this teacher, or not on the staff (FAQ L19)."""
    if _answered(state, command, Answer.REFUSED):
        return ()
    return (
        DirectorRefused(
            case=state.id,
            teacher=state.teacher,
            country=state.country,
            region=state.region,
            attempt=command.attempt,
            reason=command.reason,
        ),
    )


def record_director_approval(state: Case, command: RecordDirectorApproval) -> tuple[Event, ...]:
    """An approval that came by letter or telephone, on the representative's word (FAQ L19-20)."""
    _open_to(state, command)
    if state.answer is Answer.APPROVED:
        return ()
    if state.answer is Answer.REFUSED:
        raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
    return (_approval(state, derived_id(state.id, "evidence", command.evidence), command.evidence),)


def validate_teacher(state: Case, command: ValidateTeacher) -> tuple[Event, ...]:
    """The order is fixed: the director approves, then the teacher is validated (FAQ L20)."""
    if _decided(state, command, Decision.VALIDATED):
        return ()
    if state.answer is not Answer.APPROVED:
        raise DirectorHasNotApproved(case=state.id, answer=state.answer)
    return (
        TeacherValidated(
            case=state.id, teacher=state.teacher, school=state.school, country=state.country, region=state.region
        ),
    )


def reject_teacher(state: Case, command: RejectTeacher) -> tuple[Event, ...]:
    if _decided(state, command, Decision.REJECTED):
        return ()
    return (TeacherRejected(case=state.id, teacher=state.teacher, school=state.school, reason=command.reason),)


def _approval(state: Case, attempt: str, evidence: Literal["link", "letter", "telephone"]) -> DirectorApproved:
    return DirectorApproved(
        case=state.id,
        teacher=state.teacher,
        country=state.country,
        region=state.region,
        attempt=attempt,
        evidence=evidence,
    )


def _open_to(state: Case, command: ConfirmDirectorContact | RecordDirectorApproval) -> Case:
    if not state.teacher:
        raise NotFound
    if command.officer.person == state.teacher:
        raise DecidesOnOneself(case=state.id)
    if not in_charge(command.officer, state.country, state.region):
        raise NotInCharge(case=state.id)
    return state


def _answered(state: Case, command: ApproveByLink | RefuseByLink, answer: Answer) -> bool:
    """Whether the director has said so already; single-use by state: a closed or other attempt answers nothing."""
    if not state.teacher:
        raise NotFound
    if state.attempt != command.attempt or state.link_expires is None:
        raise DirectorLinkClosed(case=state.id)
    if state.answer is not None:
        if state.answer is not answer:
            raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
        return True
    if command.at >= state.link_expires:
        raise DirectorLinkExpired(case=state.id)
    return False


def _decided(state: Case, command: ValidateTeacher | RejectTeacher, decision: Decision) -> bool:
    """Whether the case has ended so already; two representatives at once: the second sees the first's decision."""
    if not state.teacher:
        raise NotFound
    if command.officer.person == state.teacher:
        raise DecidesOnOneself(case=state.id)
    if not decides(command.officer, command.decided_by, state.country, state.region):
        raise NotInCharge(case=state.id)
    if state.decision not in {None, decision}:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    return state.decision is decision


CASE = Aggregate(
    name="case",
    initial=Case(),
    evolve=evolve,
    decisions={
        OpenCase: open_case,
        ConfirmDirectorContact: confirm_director_contact,
        ApproveByLink: approve_by_link,
        RefuseByLink: refuse_by_link,
        RecordDirectorApproval: record_director_approval,
        ValidateTeacher: validate_teacher,
        RejectTeacher: reject_teacher,
    },
)

_OF_OFFICERS = (NotFound, NotInCharge, DecidesOnOneself)
_OF_LINKS = (NotFound, DirectorLinkClosed, DirectorLinkExpired, DirectorAnsweredOtherwise)

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    OpenCase: (),
    ConfirmDirectorContact: (*_OF_OFFICERS, DirectorAnsweredOtherwise, CaseDecidedOtherwise),
    ApproveByLink: _OF_LINKS,
    RefuseByLink: _OF_LINKS,
    RecordDirectorApproval: (*_OF_OFFICERS, DirectorAnsweredOtherwise),
    ValidateTeacher: (*_OF_OFFICERS, DirectorHasNotApproved, CaseDecidedOtherwise),
    RejectTeacher: (*_OF_OFFICERS, CaseDecidedOtherwise),
}
"""What each command may be refused for: documented with its route."""
