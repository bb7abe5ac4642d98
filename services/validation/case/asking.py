"""The director is asked: by a link, or by a form that the teacher brings (FAQ L19, practice in Serbia)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.validation.case.authority import OF_OFFICERS, authorise
from services.validation.case.opening import escalated
from services.validation.case.state import APPLICANT_IS_DIRECTOR, Case, Contact, Decision
from services.validation.case.violations import (
    ApplicantIsDirector,
    CaseDecidedOtherwise,
    CertificateInstead,
    CountryWithdrawn,
    DirectorAnsweredOtherwise,
    DirectorContactChanged,
    DirectorContactUnknown,
    NoCertificateWanted,
    TooManyForms,
)
from services.validation.commands import (
    ConfirmDirectorContact,
    FailDirectorContact,
    FileCertificate,
    ForgetDirectorContact,
    RemindDirector,
    RequestCertificate,
    WriteToKnownDirector,
)
from shared.contracts.base import Command, Event, Reason, RecordRef, derived_id
from shared.contracts.validation import (
    CertificateFiled,
    CertificateRequested,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorContactFailed,
    DirectorReminded,
    SchoolContactConfirmed,
)
from shared.event_store.violations import NotFound, RuleViolation

MOST_FORMS = 5
"""Two mebibytes each. A better copy may follow, and one more; no node was seen to count, and so no policy says it."""


def confirm_director_contact(state: Case, command: ConfirmDirectorContact) -> tuple[Event, ...]:
    """The address is vouched for, else a teacher could name a friend; and the case writes to it (FAQ L19).

    Nobody is asked about oneself: the case is the national support service's then, as a head teacher's is (§4.8).
    """
    authorise(state, "confirm_contact", command)
    contact = state.contact
    changed = contact is not None and command.contact not in (None, contact.record.id)
    if not changed and contact is not None and state.question is not None and state.question.contact == contact:
        return ()
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if command.withdrawn_since is not None:
        raise CountryWithdrawn(country=state.country, since=command.withdrawn_since.isoformat())
    if state.applicant_is_director:
        raise ApplicantIsDirector(case=state.id)
    if state.certificate_due is not None:
        raise CertificateInstead(case=state.id)
    if state.answer is not None:
        raise DirectorAnsweredOtherwise(case=state.id, answer=state.answer)
    if contact is None or command.contact_forgotten:
        raise DirectorContactUnknown(case=state.id)
    if changed:
        raise DirectorContactChanged(case=state.id, contact=contact.record.id)
    if command.director_is_applicant:
        return (escalated(state, APPLICANT_IS_DIRECTOR),)
    return (
        *_vouched_for(state, contact),
        _contacted(state, contact, command.locale or state.locale, command.link_expires),
    )


def _vouched_for(state: Case, contact: Contact) -> tuple[Event, ...]:
    """For this case, and for those of the school that come after it."""
    return (
        DirectorContactConfirmed(case=state.id, contact=contact.record),
        SchoolContactConfirmed(
            case=state.id,
            school=state.school,
            country=state.country,
            region=state.region,
            contact=contact.record,
            owner=contact.owner,
        ),
    )


def write_to_known_director(state: Case, command: WriteToKnownDirector) -> tuple[Event, ...]:
    """The school's director is known: no officer has to vouch again. A newer address closes the old link (§4.7).

    Quiet where somebody else was asked since it was found out: an officer vouched for an address meanwhile. Nobody is
    asked about oneself: the case is the national support service's then, as a head teacher's is (§4.8).
    """
    _refuse_unknown(state)
    contact = Contact(command.contact, command.owner)
    question = state.question
    asked_there = question is not None and question.contact == contact
    if question is not None and question.contact.record.id != command.asked_before:
        return ()
    closed = state.decision is not None or state.answer is not None
    if asked_there or closed or state.applicant_is_director or state.certificate_due is not None:
        return ()
    if command.director_is_applicant:
        return (escalated(state, APPLICANT_IS_DIRECTOR),)
    return (_contacted(state, contact, command.locale, command.link_expires),)


def remind_director(state: Case, command: RemindDirector) -> tuple[Event, ...]:
    """The same link once more; quiet after an answer, and while the director has time that was asked for.

    A late one stands for those before it, which are not sent any more.
    """
    _refuse_unknown(state)
    question = state.question
    if question is None or question.attempt != command.attempt or question.extensions > 0:
        return ()
    closed = state.answer is not None or state.decision is not None or command.at >= question.link_expires
    if closed or command.number <= question.reminders:
        return ()
    return (
        DirectorReminded(
            case=state.id,
            contact=question.contact.record,
            owner=question.contact.owner,
            locale=question.locale,
            attempt=question.attempt,
            link_expires=question.link_expires,
            number=command.number,
        ),
    )


def fail_director_contact(state: Case, command: FailDirectorContact) -> tuple[Event, ...]:
    """The mail came back (rules §4.7): it counts while its question is open, however late.

    Quiet after an answer: by that link it proves that the mail had come, and by letter it is all that is needed. Quiet
    after a decision, and where somebody else is asked since. Who is asked there next time is found out then.
    """
    _refuse_unknown(state)
    question = state.question
    if question is None or question.attempt != command.attempt:
        return ()
    if state.answer is not None or state.decision is not None:
        return ()
    return (contact_failed(state, question.attempt, question.contact.record, command.reason),)


def forget_director_contact(state: Case, _: ForgetDirectorContact) -> tuple[Event, ...]:
    """The address is forgotten: another one is wanted, as after a mail that came back. An answer stays what it was."""
    _refuse_unknown(state)
    contact, question = state.contact, state.question
    if contact is None or state.answer is not None or state.decision is not None:
        return ()
    if question is not None:
        return (contact_failed(state, question.attempt, question.contact.record, "director_forgotten"),)
    return (contact_failed(state, derived_id(state.id, "forgotten"), contact.record, "director_forgotten"),)


def contact_failed(state: Case, attempt: str, contact: RecordRef, reason: Reason) -> DirectorContactFailed:
    """Nobody is to be reached there: no other case of the school writes to that record either."""
    return DirectorContactFailed(
        case=state.id,
        teacher=state.teacher,
        school=state.school,
        contact=contact,
        country=state.country,
        region=state.region,
        attempt=attempt,
        reason=reason,
    )


def request_certificate(state: Case, command: RequestCertificate) -> tuple[Event, ...]:
    """Asked for once, at the opening; quiet where the director was asked already, or has another way to answer."""
    _refuse_unknown(state)
    asked = state.certificate_due is not None or state.question is not None or state.answer is not None
    if asked or state.decision is not None or state.applicant_is_director:
        return ()
    return (CertificateRequested(case=state.id, teacher=state.teacher, school=state.school, due=command.due),)


def file_certificate(state: Case, command: FileCertificate) -> tuple[Event, ...]:
    """The teacher's own form; a better copy may follow until the approval is recorded. Late is better than never."""
    if not state.teacher or command.teacher != state.teacher:
        raise NotFound
    if state.certificate == command.certificate:
        return ()
    if state.decision is Decision.VALIDATED or state.answer is not None:
        raise NoCertificateWanted(case=state.id)
    if state.decision is not None:
        raise CaseDecidedOtherwise(case=state.id, decision=state.decision)
    if state.certificate_due is None:
        raise NoCertificateWanted(case=state.id)
    if state.filed >= MOST_FORMS:
        raise TooManyForms(case=state.id, most=MOST_FORMS)
    return (
        CertificateFiled(case=state.id, country=state.country, region=state.region, certificate=command.certificate),
    )


def _contacted(state: Case, contact: Contact, locale: str, link_expires: datetime) -> DirectorContacted:
    attempt = derived_id(state.id, "director", contact.record.id, str(state.asked + 1))
    return DirectorContacted(
        case=state.id,
        school=state.school,
        contact=contact.record,
        owner=contact.owner,
        locale=locale,
        attempt=attempt,
        link_expires=link_expires,
    )


def _refuse_unknown(state: Case) -> None:
    if not state.teacher:
        raise NotFound


DECISIONS: Mapping[type[Command], Callable[[Case, Any], tuple[Event, ...]]] = {
    ConfirmDirectorContact: confirm_director_contact,
    WriteToKnownDirector: write_to_known_director,
    RemindDirector: remind_director,
    FailDirectorContact: fail_director_contact,
    ForgetDirectorContact: forget_director_contact,
    RequestCertificate: request_certificate,
    FileCertificate: file_certificate,
}
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ConfirmDirectorContact: (
        *OF_OFFICERS,
        CaseDecidedOtherwise,
        CountryWithdrawn,
        ApplicantIsDirector,
        CertificateInstead,
        DirectorAnsweredOtherwise,
        DirectorContactUnknown,
        DirectorContactChanged,
    ),
    WriteToKnownDirector: (NotFound,),
    RemindDirector: (NotFound,),
    FailDirectorContact: (NotFound,),
    ForgetDirectorContact: (NotFound,),
    RequestCertificate: (NotFound,),
    FileCertificate: (NotFound, NoCertificateWanted, CaseDecidedOtherwise, TooManyForms),
}
