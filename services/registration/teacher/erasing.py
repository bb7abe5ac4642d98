"""Everything private about a teacher is forgotten."""

from collections.abc import Mapping

from services.registration.commands import ErasePersonalData, EraseRemovedTeacher
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.contracts.registration import ErasureRequested, PersonalDataErased
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ErasePersonalData: (NoSuchTeacher,),
    EraseRemovedTeacher: (NoSuchTeacher,),
}


def erase_personal_data(state: Teacher, command: ErasePersonalData) -> tuple[Event, ...]:
    """At any time, once; while a legal hold keeps the data, the wish is noted once and waits (rules §4.17)."""
    if state.status is Status.UNKNOWN:
        raise NoSuchTeacher
    if state.status is Status.ERASED:
        return ()
    if state.holds:
        asked = ErasureRequested(person=command.person, reason=command.reason)
        return (asked,) if state.erasure_asked is None else ()
    return (PersonalDataErased(person=command.person, reason=command.reason),)


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    ErasePersonalData: erase_personal_data,
    EraseRemovedTeacher: erase_personal_data,
}
