"""What becomes of a profile whose teacher stays away, step by step, and what a return undoes (FAQ L25).

active → inactivation announced → inactive → removal announced → removed. Each step counts from the same last access;
none is taken before the one ahead of it, so that nobody becomes inactive or disappears unwarned, however late a sweep.
"""

from collections.abc import Mapping

from services.registration.commands.profiles import (
    AnnounceInactivation,
    AnnounceRemoval,
    Inactivate,
    Remove,
    ReturnTeacher,
    Unused,
)
from services.registration.profile.state import NoSuchProfile, Profile, ProfileNotYetKnown, Standing, living
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    InactivationAnnounced,
    ProfileInactivated,
    ProfileReactivated,
    ProfileRemoved,
    RemovalAnnounced,
    RemovalCancelled,
)
from shared.event_store.aggregate import Decision
from shared.event_store.violations import NotYetKnown, RuleViolation


class NotDueYet(NotYetKnown):
    """Too early under the policy in force. Nothing is recorded: the deadline comes again when its time has come."""


class NotAnnounced(RuleViolation):
    """The teacher was not warned of this, or came back since."""


_FALLING_DUE = (ProfileNotYetKnown, NoSuchProfile, NotDueYet, NotAnnounced)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    AnnounceInactivation: _FALLING_DUE,
    Inactivate: _FALLING_DUE,
    AnnounceRemoval: _FALLING_DUE,
    Remove: _FALLING_DUE,
    ReturnTeacher: (NoSuchProfile,),
}


def announce_inactivation(state: Profile, command: AnnounceInactivation) -> tuple[Event, ...]:
    """Some calendar months before the years are over: the teacher is asked to sign in."""
    _due(state, command)
    if state.standing is not Standing.ACTIVE or state.due is not None:
        return ()
    return (InactivationAnnounced(teacher=state.id, last_access=command.last_access, due=command.due),)


def inactivate(state: Profile, command: Inactivate) -> tuple[Event, ...]:
    """Two calendar years by default (FAQ L25)."""
    _due(state, command)
    if state.standing is Standing.INACTIVE:
        return ()
    _announced(state, command)
    return (ProfileInactivated(teacher=state.id, last_access=command.last_access),)


def announce_removal(state: Profile, command: AnnounceRemoval) -> tuple[Event, ...]:
    """Some calendar months before the years are over: a last chance to sign in."""
    _due(state, command)
    if state.standing is not Standing.INACTIVE or state.away_since != command.last_access:
        raise NotAnnounced(teacher=state.id)
    if state.due is not None:
        return ()
    return (RemovalAnnounced(teacher=state.id, last_access=command.last_access, due=command.due),)


def remove(state: Profile, command: Remove) -> tuple[Event, ...]:
    """Three calendar years by default, counted from the last access, not from the inactivation (FAQ L25)."""
    _due(state, command)
    if state.standing is not Standing.INACTIVE:
        raise NotAnnounced(teacher=state.id)
    _announced(state, command)
    return (ProfileRemoved(teacher=state.id, last_access=command.last_access),)


def return_teacher(state: Profile, _: ReturnTeacher) -> tuple[Event, ...]:
    """Whatever was announced is cancelled, and who was inactive is active again; after removal it is too late."""
    if state.standing is Standing.UNKNOWN:
        return ()
    living(state)
    cancelled = () if state.due is None else (RemovalCancelled(teacher=state.id),)
    if state.standing is Standing.INACTIVE:
        return (*cancelled, ProfileReactivated(teacher=state.id))
    return cancelled


def _due(state: Profile, command: Unused) -> None:
    living(state)
    if command.at < command.not_before:
        raise NotDueYet(teacher=state.id)


def _announced(state: Profile, command: Unused) -> None:
    if state.due is None or state.away_since != command.last_access:
        raise NotAnnounced(teacher=state.id)
    if command.at < state.due:
        raise NotDueYet(teacher=state.id)


DECISIONS: Mapping[type[Command], Decision[Profile]] = {
    AnnounceInactivation: announce_inactivation,
    Inactivate: inactivate,
    AnnounceRemoval: announce_removal,
    Remove: remove,
    ReturnTeacher: return_teacher,
}
