"""Every consequence that events have in registration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.registration.commands import EraseRemovedTeacher, OpenProfile, UpdateDirectorContact
from shared.contracts.base import Directed, Event
from shared.contracts.envelope import Recorded
from shared.contracts.registration import ProfileRemoved, TeacherRegistered
from shared.contracts.validation import SchoolContactConfirmed


def open_profile(recorded: Recorded[TeacherRegistered]) -> Sequence[Directed]:
    """A registered teacher has a profile (FAQ L3)."""
    event = recorded.event
    command = OpenProfile(
        at=recorded.time,
        teacher=event.teacher,
        country=event.country,
        region=event.region,
        school=event.school,
        role=event.role,
    )
    return (Directed(event.teacher, command),)


def erase_removed_teacher(recorded: Recorded[ProfileRemoved]) -> Sequence[Directed]:
    """Who has disappeared is forgotten, unless a legal hold keeps the data for now (FAQ L25)."""
    teacher = recorded.event.teacher
    command = EraseRemovedTeacher(at=recorded.time, person=teacher, reason="removed_after_inactivity")
    return (Directed(teacher, command),)


def keep_director_contact(recorded: Recorded[SchoolContactConfirmed]) -> Sequence[Directed]:
    """What a representative vouched for in a case is how the school's director is reached from now on (FAQ L19)."""
    event = recorded.event
    command = UpdateDirectorContact(
        at=recorded.time, contact=event.contact, owner=event.owner, given_by="representative"
    )
    return (Directed(event.school, command),)


REACTIONS: Mapping[type[Event], Sequence[Callable[[Recorded[Any]], Sequence[Directed]]]] = {
    TeacherRegistered: (open_profile,),
    ProfileRemoved: (erase_removed_teacher,),
    SchoolContactConfirmed: (keep_director_contact,),
}
