"""A legal hold: what is held about a teacher is kept for now, whoever asks to be forgotten (rules §4.17)."""

from collections.abc import Mapping

from services.registration.commands import PlaceLegalHold, ReleaseLegalHold
from services.registration.teacher.state import NoSuchTeacher, Status, Teacher
from shared.contracts.base import Command, Event
from shared.contracts.registration import LegalHoldPlaced, LegalHoldReleased, PersonalDataErased
from shared.event_store.aggregate import Decision
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

HOLDERS = frozenset({"national_support_officer", "central_support_officer"})


class NoSuchHold(NotFound):
    """No hold under this identifier was ever placed on this person."""


class HoldReleased(RuleViolation):
    """This very hold was released; a new one has an identifier of its own."""


class NotYoursToHold(Forbidden):
    """Only the national support service of the teacher's country, or the central one, holds and releases."""


class HoldsOneself(Forbidden):
    """Nobody decides about themselves."""


_OF_OFFICERS = (NoSuchTeacher, NotYoursToHold, HoldsOneself)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    PlaceLegalHold: (*_OF_OFFICERS, HoldReleased),
    ReleaseLegalHold: (*_OF_OFFICERS, NoSuchHold),
}


def place_legal_hold(state: Teacher, command: PlaceLegalHold) -> tuple[Event, ...]:
    """Each hold by itself: two authorities may each have a reason."""
    _authorise(state, command)
    if command.hold in state.released:
        raise HoldReleased(hold=command.hold)
    if command.hold in state.holds:
        return ()
    return (LegalHoldPlaced(person=state.id, hold=command.hold, reason=command.reason, statement=command.statement),)


def release_legal_hold(state: Teacher, command: ReleaseLegalHold) -> tuple[Event, ...]:
    """With the last hold gone, an erasure that waited is carried out in the same commit."""
    _authorise(state, command)
    if command.hold in state.released:
        return ()
    if command.hold not in state.holds:
        raise NoSuchHold
    released = LegalHoldReleased(person=state.id, hold=command.hold, reason=command.reason)
    if state.erasure_asked is None or state.holds != {command.hold}:
        return (released,)
    return (released, PersonalDataErased(person=state.id, reason=state.erasure_asked))


def _authorise(state: Teacher, command: PlaceLegalHold | ReleaseLegalHold) -> None:
    if state.status is not Status.REGISTERED:
        raise NoSuchTeacher
    country = command.country or (state.confirmed.country if state.confirmed else None)
    if command.authority not in HOLDERS or command.authority_country not in {None, country}:
        raise NotYoursToHold(person=state.id)
    if command.by == state.id:
        raise HoldsOneself(person=state.id)


DECISIONS: Mapping[type[Command], Decision[Teacher]] = {
    PlaceLegalHold: place_legal_hold,
    ReleaseLegalHold: release_legal_hold,
}
