"""An officer's decisions: a profile is blocked for a reason, and unblocked (FAQ L24)."""

from collections.abc import Mapping

from services.registration.commands.profiles import BlockProfile, UnblockProfile
from services.registration.profile.state import NoSuchProfile, Profile, ProfileNotYetKnown, living
from shared.contracts.base import Command, Event
from shared.contracts.registration import OfficeKind, ProfileBlocked, ProfileUnblocked
from shared.event_store.aggregate import Decision
from shared.event_store.violations import Forbidden, RuleViolation

BLOCKERS: frozenset[OfficeKind] = frozenset({"national_support_officer", "central_support_officer"})
"""The FAQ names the national support service as whom a blocked teacher asks, so it decides (L24); the centre stands
in for it. A representative, who knows the teachers of a region in person, reports to them."""


class NotYoursToBlock(Forbidden):
    """Only the support service of the teacher's country, or the central one, blocks and unblocks."""


class BlocksOneself(Forbidden):
    """Nobody decides about themselves."""


_OF_OFFICERS = (ProfileNotYetKnown, NoSuchProfile, NotYoursToBlock, BlocksOneself)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    BlockProfile: _OF_OFFICERS,
    UnblockProfile: _OF_OFFICERS,
}


def block_profile(state: Profile, command: BlockProfile) -> tuple[Event, ...]:
    """Once: a block that is there stays, with the reason it was given first."""
    _authorise(state, command)
    if state.blocked is not None:
        return ()
    return (
        ProfileBlocked(
            teacher=state.id, country=state.main.country, reason=command.reason, statement=command.statement
        ),
    )


def unblock_profile(state: Profile, command: UnblockProfile) -> tuple[Event, ...]:
    _authorise(state, command)
    if state.blocked is None:
        return ()
    return (ProfileUnblocked(teacher=state.id, country=state.main.country, reason=command.reason),)


def _authorise(state: Profile, command: BlockProfile | UnblockProfile) -> None:
    living(state)
    if command.authority not in BLOCKERS or command.authority_country not in {None, state.main.country}:
        raise NotYoursToBlock(teacher=state.id)
    if command.by == state.id:
        raise BlocksOneself(teacher=state.id)


DECISIONS: Mapping[type[Command], Decision[Profile]] = {
    BlockProfile: block_profile,
    UnblockProfile: unblock_profile,
}
