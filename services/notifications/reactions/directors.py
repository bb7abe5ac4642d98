"""Mails to directors, and about what came back from them (FAQ L19-20)."""

from collections.abc import Sequence

from services.notifications.reactions.queueing import day, link_for, national_support, queue, representative
from shared.contracts import validation
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import ToPerson, ToRecord


def ask_director(recorded: Recorded[validation.DirectorContacted]) -> Sequence[Directed]:
    """The director is asked whether the teacher works there (FAQ L19)."""
    event = recorded.event
    link = link_for("director_answer", recorded, event)
    return (
        queue(
            recorded,
            "director_question",
            ToRecord(record=event.contact, owner=event.owner),
            link=link,
            locale=event.locale,
        ),
    )


def remind_director(recorded: Recorded[validation.DirectorReminded]) -> Sequence[Directed]:
    """The same link once more (FAQ L19)."""
    event = recorded.event
    link = link_for("director_answer", recorded, event)
    return (
        queue(
            recorded,
            "director_reminder",
            ToRecord(record=event.contact, owner=event.owner),
            link=link,
            locale=event.locale,
        ),
    )


def tell_office_case_is_decidable(recorded: Recorded[validation.DirectorApproved]) -> Sequence[Directed]:
    """The director approved: the office that has the case may decide (FAQ L20)."""
    event = recorded.event
    taken_over = event.held_by == "national_support"
    to = national_support(event.country) if taken_over else representative(event)
    return (queue(recorded, "case_decidable", to, params={"case": event.case}),)


def tell_representative_director_refused(recorded: Recorded[validation.DirectorRefused]) -> Sequence[Directed]:
    """The representative of the place hears of every refusal, whoever has the case (rules §3)."""
    event = recorded.event
    return (queue(recorded, "case_director_refused", representative(event), params={"case": event.case}),)


def tell_service_director_refused(recorded: Recorded[validation.DirectorRefused]) -> Sequence[Directed]:
    """The national support service too, where it has the case and waits."""
    event = recorded.event
    if event.held_by != "national_support":
        return ()
    to = national_support(event.country)
    return (queue(recorded, "case_director_refused", to, params={"case": event.case}),)


def tell_teacher_director_refused(recorded: Recorded[validation.DirectorRefused]) -> Sequence[Directed]:
    """The teacher learns the answer and whom to ask."""
    event = recorded.event
    return (queue(recorded, "director_refused", ToPerson(person=event.teacher), params={"reason": event.reason}),)


def tell_representative_of_failed_contact(recorded: Recorded[validation.DirectorContactFailed]) -> Sequence[Directed]:
    """Somebody has to find the director's address (rules §4.7)."""
    event = recorded.event
    return (queue(recorded, "director_unreachable", representative(event), params={"case": event.case}),)


def tell_service_of_failed_contact(recorded: Recorded[validation.DirectorContactFailed]) -> Sequence[Directed]:
    """The national support service helps to find it (rules §4.7)."""
    event = recorded.event
    to = national_support(event.country)
    return (queue(recorded, "director_unreachable", to, params={"case": event.case}),)


def ask_teacher_for_contact(recorded: Recorded[validation.DirectorContactFailed]) -> Sequence[Directed]:
    """The director's details have to be up to date (FAQ L19): the teacher knows them best."""
    event = recorded.event
    return (queue(recorded, "director_contact_wanted", ToPerson(person=event.teacher), params={"case": event.case}),)


def ask_to_vouch_for_successor(recorded: Recorded[validation.DirectorSuccessorNamed]) -> Sequence[Directed]:
    """Who is not the director any more said who is; the representative vouches for it first."""
    event = recorded.event
    return (queue(recorded, "director_successor", representative(event), params={"case": event.case}),)


def ask_for_certificate(recorded: Recorded[validation.CertificateRequested]) -> Sequence[Directed]:
    """The node wants a form that the director signed, until a day (practice in Serbia)."""
    event = recorded.event
    params = {"case": event.case, "due": day(event.due)}
    return (queue(recorded, "certificate_requested", ToPerson(person=event.teacher), params=params),)


def tell_representative_of_certificate(recorded: Recorded[validation.CertificateFiled]) -> Sequence[Directed]:
    """The signed form is there: the representative looks at it."""
    event = recorded.event
    return (queue(recorded, "certificate_filed", representative(event), params={"case": event.case}),)
