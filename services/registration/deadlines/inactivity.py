"""What falls due for a teacher who stays away (FAQ L25, rules §4.15). Pure.

A day counts as a whole: who signs in at any time of the day on which the years are complete has signed in within them.
So everything falls due as a day begins, and last access is a day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.registration.commands.profiles import (
    AnnounceInactivation,
    AnnounceRemoval,
    Inactivate,
    Remove,
    ReturnTeacher,
    Unused,
)
from shared.contracts.base import Command
from shared.contracts.calendar import end_of, months_after, start_of, years_after


class Stage(StrEnum):
    """How far it has come with a teacher who stays away."""

    ACTIVE = "active"
    INACTIVATION_ANNOUNCED = "inactivation_announced"
    INACTIVE = "inactive"
    REMOVAL_ANNOUNCED = "removal_announced"


@dataclass(frozen=True, slots=True)
class Years:
    """The node's policy: calendar years since the last access, and calendar months of warning before either."""

    inactive: int
    removed: int
    warned_months: int


@dataclass(frozen=True, slots=True)
class Absence:
    """`last_access`: as the account says. `away_since`, `due`: what the profile's latest step counted from and said."""

    stage: Stage
    last_access: date
    away_since: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Falling:
    """A command that is due, and the name of its deadline: with the last access in it, so that a later round is new."""

    deadline: str
    command: Command


def falling_due(absence: Absence, years: Years, now: datetime) -> Falling | None:
    """The one next step, if its time has come."""
    day = absence.last_access.isoformat()
    if came_back(absence):
        return Falling(f"return_teacher.{day}", ReturnTeacher(at=now))
    not_before = _next(absence, years)
    if now < not_before:
        return None
    command = _command(absence, years, not_before, now)
    return Falling(f"{_NAMES[type(command)]}.{day}", command)


def review_day(absence: Absence, years: Years) -> date:
    """The day on which the next step falls due."""
    return max(_next(absence, years), absence.due or _next(absence, years)).date()


def came_back(absence: Absence) -> bool:
    """The account says of a later access than the profile counted from: a crash came before the return was written."""
    return absence.away_since is not None and absence.away_since != start_of(absence.last_access)


def _next(absence: Absence, years: Years) -> datetime:
    """Not sooner than announced, and not sooner than under today's policy."""
    inactive, removed = (end_of(years_after(absence.last_access, n)) for n in (years.inactive, years.removed))
    match absence.stage:
        case Stage.ACTIVE:
            return _warned(inactive, years)
        case Stage.INACTIVATION_ANNOUNCED:
            return max(inactive, absence.due or inactive)
        case Stage.INACTIVE:
            return _warned(removed, years)
        case Stage.REMOVAL_ANNOUNCED:
            return max(removed, absence.due or removed)


def _warned(falls: datetime, years: Years) -> datetime:
    return start_of(months_after(falls.date(), -years.warned_months))


def _command(absence: Absence, years: Years, not_before: datetime, now: datetime) -> Unused:
    """A late announcement moves what it announces: the months of warning are given in full."""
    last_access = start_of(absence.last_access)
    in_full = start_of(months_after(now.date(), years.warned_months))
    match absence.stage:
        case Stage.ACTIVE:
            due = max(end_of(years_after(absence.last_access, years.inactive)), in_full)
            return AnnounceInactivation(at=now, last_access=last_access, not_before=not_before, due=due)
        case Stage.INACTIVATION_ANNOUNCED:
            return Inactivate(at=now, last_access=last_access, not_before=not_before)
        case Stage.INACTIVE:
            due = max(end_of(years_after(absence.last_access, years.removed)), in_full)
            return AnnounceRemoval(at=now, last_access=last_access, not_before=not_before, due=due)
        case Stage.REMOVAL_ANNOUNCED:
            return Remove(at=now, last_access=last_access, not_before=not_before)


_NAMES: dict[type[Unused], str] = {
    AnnounceInactivation: "announce_inactivation",
    Inactivate: "inactivate",
    AnnounceRemoval: "announce_removal",
    Remove: "remove",
}
