"""A school: official, before university, of one node (FAQ L14, L16). Its own data is public."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.registration.commands import RegisterSchool
from shared.contracts.base import Event
from shared.contracts.registration import SchoolRegistered
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import NotFound, RuleViolation

SchoolEvent: TypeAlias = SchoolRegistered


@dataclass(frozen=True, slots=True)
class School:
    """Before it is registered, nothing is known of it."""

    registered: SchoolRegistered | None = None


class NoSuchSchool(NotFound):
    """No school is registered under this identifier."""


class SchoolNotRegistered(RuleViolation):
    """The school that was named is not in the register."""


class SchoolNotAdmitted(RuleViolation):
    """Schools of this country cannot register: it has withdrawn, or is not (yet) in the programme (FAQ L15)."""


class SchoolRegisteredOtherwise(RuleViolation):
    """The school is registered with other data, which stands."""


def evolve(_: School, event: SchoolEvent) -> School:
    match event:
        case SchoolRegistered():
            return School(event)
        case _:
            assert_never(event)


def register_school(state: School, command: RegisterSchool) -> tuple[Event, ...]:
    """Once; again with the same data changes nothing."""
    if command.not_admitted is not None:
        raise SchoolNotAdmitted(school=command.school, country=command.country, reason=command.not_admitted)
    wanted = SchoolRegistered(
        school=command.school,
        country=command.country,
        region=command.region,
        official_id=command.official_id,
        name=command.name,
        city=command.city,
        postal_code=command.postal_code,
    )
    if state.registered is None:
        return (wanted,)
    if state.registered != wanted:
        raise SchoolRegisteredOtherwise(school=command.school)
    return ()


SCHOOL: Aggregate[School] = Aggregate("school", School(), evolve, {RegisterSchool: register_school})
