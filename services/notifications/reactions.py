"""Who is told about what: every mail that any event causes, in one table. Pure; nothing is sent here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.notifications.commands import QueueMessage
from shared.contracts import projects, recognition, registration, validation
from shared.contracts.base import Directed, Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import Link, Recipient, ToOffice, ToPerson, ToRecord

DEFAULT_LOCALE = "en"


def ask_to_confirm_email(recorded: Recorded[registration.RegistrationStarted]) -> Sequence[Directed]:
    """The link of phase 1 goes to the address that was given (FAQ L17)."""
    event = recorded.event
    link = Link(purpose="confirm_email", stream=recorded.stream, attempt=event.attempt, expires=event.link_expires)
    return (_queue(recorded, "confirm_email", ToRecord(record=event.email), link=link, locale=event.locale),)


def offer_office(recorded: Recorded[registration.OfficeOffered]) -> Sequence[Directed]:
    """The offer goes to the address that the appointing officer gave."""
    event = recorded.event
    link = Link(purpose="accept_office", stream=recorded.stream, attempt=event.attempt, expires=event.link_expires)
    return (_queue(recorded, "office_offer", ToRecord(record=event.email), link=link, locale=event.locale),)


def tell_teacher_to_wait(recorded: Recorded[registration.TeacherRegistered]) -> Sequence[Directed]:
    """Registered, and now to be validated (FAQ L19)."""
    event = recorded.event
    return (_queue(recorded, "registration_waiting", ToPerson(person=event.teacher), locale=event.locale),)


def tell_representative_of_case(recorded: Recorded[validation.ValidationOpened]) -> Sequence[Directed]:
    """A new case for whoever represents the school's region (FAQ L19)."""
    event = recorded.event
    to = ToOffice(kind="representative", country=event.country, region=event.region)
    return (_queue(recorded, "case_opened", to, params={"case": event.case}),)


def ask_director(recorded: Recorded[validation.DirectorContacted]) -> Sequence[Directed]:
    """The director is asked whether the teacher works there (FAQ L19)."""
    event = recorded.event
    link = Link(purpose="director_answer", stream=recorded.stream, attempt=event.attempt, expires=event.link_expires)
    return (_queue(recorded, "director_question", ToRecord(record=event.contact), link=link, locale=event.locale),)


def tell_representative_case_is_decidable(recorded: Recorded[validation.DirectorApproved]) -> Sequence[Directed]:
    """The director approved: the representative may validate (FAQ L20)."""
    event = recorded.event
    to = ToOffice(kind="representative", country=event.country, region=event.region)
    return (_queue(recorded, "case_decidable", to, params={"case": event.case}),)


def tell_teacher_director_refused(recorded: Recorded[validation.DirectorRefused]) -> Sequence[Directed]:
    """The teacher learns the answer and whom to ask."""
    event = recorded.event
    return (_queue(recorded, "director_refused", ToPerson(person=event.teacher), params={"reason": event.reason}),)


def tell_teacher_validated(recorded: Recorded[validation.TeacherValidated]) -> Sequence[Directed]:
    """From now on the teacher may found projects (FAQ L20)."""
    return (_queue(recorded, "teacher_validated", ToPerson(person=recorded.event.teacher)),)


def tell_teacher_rejected(recorded: Recorded[validation.TeacherRejected]) -> Sequence[Directed]:
    """The reason, and the way to contest it."""
    event = recorded.event
    return (_queue(recorded, "teacher_rejected", ToPerson(person=event.teacher), params={"reason": event.reason}),)


def ask_co_founder(recorded: Recorded[projects.ProjectProposed]) -> Sequence[Directed]:
    """The one contact that the founder chose."""
    event = recorded.event
    return (_project(recorded, "project_proposed", ToPerson(person=event.co_founder.teacher), event.project),)


def ask_national_services(recorded: Recorded[projects.CoFounderAccepted]) -> Sequence[Directed]:
    """Approvals are open: each founding country's service is told."""
    event = recorded.event
    return tuple(
        _project(
            recorded, "project_to_approve", ToOffice(kind="national_support_officer", country=country), event.project
        )
        for country in event.founding_countries
    )


def ask_partner(recorded: Recorded[projects.PartnerInvited]) -> Sequence[Directed]:
    """An invitation to a running project."""
    event = recorded.event
    return (_project(recorded, "partner_invited", ToPerson(person=event.partner.teacher), event.project),)


def announce_seal(recorded: Recorded[recognition.ETwinningSealIssued]) -> Sequence[Directed]:
    """The eTwinning Seal was issued by itself (FAQ L31)."""
    event = recorded.event
    return (_project(recorded, "seal_issued", ToPerson(person=event.teacher), event.project),)


def ask_assessors(recorded: Recorded[recognition.NQSApplied]) -> Sequence[Directed]:
    """An application waits for an assessor of its country."""
    event = recorded.event
    to = ToOffice(kind="assessor", country=event.country)
    return (_queue(recorded, "nqs_to_assess", to, params={"application": event.application}),)


def announce_nqs(recorded: Recorded[recognition.NQSGranted]) -> Sequence[Directed]:
    """The National Quality Seal was granted."""
    event = recorded.event
    return (_project(recorded, "nqs_granted", ToPerson(person=event.teacher), event.project),)


def tell_teacher_nqs_refused(recorded: Recorded[recognition.NQSRefused]) -> Sequence[Directed]:
    """The National Quality Seal was refused."""
    event = recorded.event
    return (_project(recorded, "nqs_refused", ToPerson(person=event.teacher), event.project),)


def announce_eqs(recorded: Recorded[recognition.EQSGranted]) -> Sequence[Directed]:
    """The European Quality Seal was awarded by itself (FAQ L32)."""
    event = recorded.event
    return (_project(recorded, "eqs_granted", ToPerson(person=event.teacher), event.project),)


def _project(recorded: Recorded[Any], template: str, to: Recipient, project: str) -> Directed:
    return _queue(recorded, template, to, params={"project": project})


def _queue(
    recorded: Recorded[Any],
    template: str,
    to: Recipient,
    *,
    link: Link | None = None,
    locale: str = DEFAULT_LOCALE,
    params: dict[str, str] | None = None,
) -> Directed:
    """Key: cause x recipient x template (rules §3)."""
    message = derived_id("message", recorded.id, to.model_dump_json(), template)
    command = QueueMessage(
        at=recorded.time,
        message=message,
        template=template,
        recipient=to,
        locale=locale,
        link=link,
        params=params or {},
    )
    return Directed(message, command)


REACTIONS: Mapping[type[Event], Sequence[Callable[[Recorded[Any]], Sequence[Directed]]]] = {
    registration.RegistrationStarted: (ask_to_confirm_email,),
    registration.OfficeOffered: (offer_office,),
    registration.TeacherRegistered: (tell_teacher_to_wait,),
    validation.ValidationOpened: (tell_representative_of_case,),
    validation.DirectorContacted: (ask_director,),
    validation.DirectorApproved: (tell_representative_case_is_decidable,),
    validation.DirectorRefused: (tell_teacher_director_refused,),
    validation.TeacherValidated: (tell_teacher_validated,),
    validation.TeacherRejected: (tell_teacher_rejected,),
    projects.ProjectProposed: (ask_co_founder,),
    projects.CoFounderAccepted: (ask_national_services,),
    projects.PartnerInvited: (ask_partner,),
    recognition.ETwinningSealIssued: (announce_seal,),
    recognition.NQSApplied: (ask_assessors,),
    recognition.NQSGranted: (announce_nqs,),
    recognition.NQSRefused: (tell_teacher_nqs_refused,),
    recognition.EQSGranted: (announce_eqs,),
}
