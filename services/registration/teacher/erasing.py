"""Everything private about a teacher is forgotten."""

from collections.abc import Mapping

from services.registration.commands import ErasePersonalData
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.contracts.registration import PersonalDataErased
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {ErasePersonalData: (NoSuchTeacher,)}


def erase_personal_data(state: Teacher, command: ErasePersonalData) -> tuple[Event, ...]:
    """At any time, once."""
    if state.status is Status.UNKNOWN:
        raise NoSuchTeacher
    if state.status is Status.ERASED:
        return ()
    return (PersonalDataErased(person=command.person, reason=command.reason),)


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {ErasePersonalData: erase_personal_data}
