"""Mails about schools: one that was missed, and how its director is reached (FAQ L16, L19)."""

from collections.abc import Sequence

from services.notifications.reactions.queueing import queue, representative
from shared.contracts import registration
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import ToPerson, ToRecord


def tell_representative_of_proposal(recorded: Recorded[registration.SchoolProposed]) -> Sequence[Directed]:
    """An officer of the place looks whether the school is an official one (FAQ L16)."""
    event = recorded.event
    return (queue(recorded, "school_proposed", representative(event), params={"school": event.school}),)


def tell_proposer_accepted(recorded: Recorded[registration.SchoolProposalAccepted]) -> Sequence[Directed]:
    """The school can be chosen now."""
    event = recorded.event
    return (queue(recorded, "school_accepted", ToRecord(record=event.email), locale=event.locale),)


def tell_proposer_refused(recorded: Recorded[registration.SchoolProposalRefused]) -> Sequence[Directed]:
    """The proposer learns the kind of reason."""
    event = recorded.event
    to = ToRecord(record=event.email)
    return (queue(recorded, "school_refused", to, locale=event.locale, params={"reason": event.reason}),)


def tell_teacher_of_new_school(recorded: Recorded[registration.TeacherSchoolChanged]) -> Sequence[Directed]:
    """The director of another main school is asked, too (rules §4.1)."""
    return (_new_school(recorded),)


def tell_teacher_of_added_school(recorded: Recorded[registration.TeacherSchoolAdded]) -> Sequence[Directed]:
    """One more school has a case of its own."""
    return (_new_school(recorded),)


def ask_to_vouch_for_contact(recorded: Recorded[registration.DirectorContactSuggested]) -> Sequence[Directed]:
    """The representative vouches for the address first: otherwise a teacher names a friend (FAQ L19)."""
    event = recorded.event
    return (queue(recorded, "director_contact_suggested", representative(event), params={"school": event.school}),)


def _new_school(
    recorded: Recorded[registration.TeacherSchoolChanged] | Recorded[registration.TeacherSchoolAdded],
) -> Directed:
    event = recorded.event
    return queue(recorded, "school_waiting", ToPerson(person=event.teacher), locale=event.locale)
