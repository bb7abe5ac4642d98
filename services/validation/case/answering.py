"""What comes back from the director: by the link, or by letter, telephone or form (FAQ L19-20, rules §4.7, §4.10)."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from services.validation.case.asking import contact_failed
from services.validation.case.authority import OF_OFFICERS, authorise
from services.validation.case.state import Answer, Case, Decision, Question
from services.validation.case.violations import (
    CaseDecidedOtherwise,
    CertificateNotFiled,
    DirectorAnsweredOtherwise,
    DirectorLinkClosed,
    DirectorLinkExpired,
    NoMoreTime,
)
from services.validation.commands import (
    ApproveByLink,
    AskForTime,
    DisownContact,
    RecordDirectorApproval,
    RefuseByLink,
)
from shared.contracts.base import Command, Event, derived_id
from shared.contracts.validation import (
    DirectorApproved,
    DirectorAskedForTime,
    DirectorRefused,
    DirectorSuccessorNamed,
    EvidenceFiled,
)
from shared.event_store.violations import NotFound, RuleViolation

NOT_THE_DIRECTOR = "not_the_director"


def approve_by_link(state: Case, command: ApproveByLink) -> tuple[Event, ...]:
    """Recorded once, after a rejection too: the fact stands, and the decision with it (FAQ L20, rules §4.10).

    Not in a case that was withdrawn: the teacher has left the school or is forgotten, and nobody asks any more.
    """
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
            held_by=state.held_by,
        ),
    )


def ask_for_time(state: Case, command: AskForTime) -> tuple[Event, ...]:
    """The link works longer, as often as the node allows; quiet where it works that long already.

    Who had got time fewer times when asking has asked before, and got it: the answer was lost, or comes twice.
    """
    question = _open(state, command)
    if command.had is not None and command.had < question.extensions:
        return ()
    if question.extensions >= command.extensions:
        raise NoMoreTime(case=state.id)
    if command.until <= question.link_expires:
        return ()
    return (DirectorAskedForTime(case=state.id, attempt=question.attempt, link_expires=command.until),)


def disown_contact(state: Case, command: DisownContact) -> tuple[Event, ...]:
    """The link reached somebody who directs the school no more; a successor is vouched for first (rules §4.7)."""
    if state.teacher and state.failed == command.attempt:
        return ()
    question = _open(state, command)
    failed = contact_failed(state, question.attempt, question.contact.record, NOT_THE_DIRECTOR)
    if command.successor is None:
        return (failed,)
    return (
        failed,
        DirectorSuccessorNamed(
            case=state.id,
            school=state.school,
            country=state.country,
            region=state.region,
            successor=command.successor,
        ),
    )


def record_director_approval(state: Case, command: RecordDirectorApproval) -> tuple[Event, ...]:
    """An approval that came another way, on the officer's word, with what it rests on (FAQ L19-20)."""
    authorise(state, "record_approval", command)
    if state.answer is Answer.APPROVED:
        return ()
    _refuse_withdrawn(state)
    if state.answer is Answer.REFUSED:
        raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
    if command.evidence == "certificate" and state.certificate is None:
        raise CertificateNotFiled(case=state.id)
    approved = _approval(state, derived_id(state.id, "evidence", command.evidence), command.evidence)
    if command.statement is None:
        return (approved,)
    return (EvidenceFiled(case=state.id, evidence=command.evidence, statement=command.statement), approved)


def _approval(
    state: Case, attempt: str, evidence: Literal["link", "letter", "telephone", "certificate"]
) -> DirectorApproved:
    return DirectorApproved(
        case=state.id,
        teacher=state.teacher,
        country=state.country,
        region=state.region,
        attempt=attempt,
        evidence=evidence,
        held_by=state.held_by,
    )


def _question(state: Case, command: ApproveByLink | RefuseByLink | AskForTime | DisownContact) -> Question:
    """Single-use by state: a closed or other attempt answers nothing."""
    if not state.teacher:
        raise NotFound
    if state.question is None or state.question.attempt != command.attempt:
        raise DirectorLinkClosed(case=state.id)
    return state.question


def _answered(state: Case, command: ApproveByLink | RefuseByLink, answer: Answer) -> bool:
    """Whether the director has said so already."""
    question = _question(state, command)
    if state.answer is not None:
        if state.answer is not answer:
            raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
        return True
    _refuse_withdrawn(state)
    if command.at >= question.link_expires:
        raise DirectorLinkExpired(case=state.id)
    return False


def _open(state: Case, command: AskForTime | DisownContact) -> Question:
    """The question that may still be put off or handed on: not answered, not decided, not over."""
    question = _question(state, command)
    if state.answer is not None:
        raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if command.at >= question.link_expires:
        raise DirectorLinkExpired(case=state.id)
    return question


def _refuse_withdrawn(state: Case) -> None:
    if state.decision is Decision.WITHDRAWN:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)


_OF_LINKS = (NotFound, DirectorLinkClosed, DirectorLinkExpired, DirectorAnsweredOtherwise, CaseDecidedOtherwise)

DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    ApproveByLink: approve_by_link,
    RefuseByLink: refuse_by_link,
    AskForTime: ask_for_time,
    DisownContact: disown_contact,
    RecordDirectorApproval: record_director_approval,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ApproveByLink: _OF_LINKS,
    RefuseByLink: _OF_LINKS,
    AskForTime: (*_OF_LINKS, NoMoreTime),
    DisownContact: _OF_LINKS,
    RecordDirectorApproval: (*OF_OFFICERS, CaseDecidedOtherwise, DirectorAnsweredOtherwise, CertificateNotFiled),
}
