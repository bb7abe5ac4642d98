"""Decisions that bring a school into the register and keep its data current."""

from collections.abc import Mapping

from services.registration.commands import (
    CloseSchool,
    CorrectSchool,
    DescribeSchool,
    MergeSchool,
    MoveSchool,
    RegisterSchool,
    ReopenSchool,
)
from services.registration.school.offices import authorise
from services.registration.school.rules import (
    MergedAcrossCountries,
    NoSuchSchool,
    NotMergedIntoItself,
    SchoolMergedIntoAnother,
    SchoolNotAdmitted,
    SchoolOutsideYourOffice,
    SchoolRegisteredOtherwise,
    SurvivorNotOpen,
    registered,
    unmerged,
)
from services.registration.school.state import School, Standing
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolRegistered,
    SchoolReopened,
)
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


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


def correct_school(state: School, command: CorrectSchool) -> tuple[Event, ...]:
    """Name and address, within the region."""
    known = unmerged(state)
    authorise(command, known.country, known.region)
    wanted = SchoolCorrected(
        school=known.school,
        country=known.country,
        name=command.name,
        city=command.city,
        postal_code=command.postal_code,
    )
    so_already = (known.name, known.city, known.postal_code) == (wanted.name, wanted.city, wanted.postal_code)
    return () if so_already else (wanted,)


def describe_school(state: School, command: DescribeSchool) -> tuple[Event, ...]:
    """Levels and mail domain; what is not given is not known from now on."""
    known = unmerged(state)
    authorise(command, known.country, known.region)
    if (state.levels, state.mail_domain) == (command.levels, command.mail_domain):
        return ()
    return (
        SchoolDescribed(
            school=known.school, country=known.country, levels=command.levels, mail_domain=command.mail_domain
        ),
    )


def move_school(state: School, command: MoveSchool) -> tuple[Event, ...]:
    """To another region of its country: who decides about its teachers changes with it."""
    known = unmerged(state)
    authorise(command, known.country, known.region)
    if known.region == command.region:
        return ()
    return (SchoolMoved(school=known.school, country=known.country, region=command.region, from_region=known.region),)


def close_school(state: School, command: CloseSchool) -> tuple[Event, ...]:
    """Once, whatever the reason: the first one stands."""
    known = unmerged(state)
    authorise(command, known.country, known.region)
    if state.standing is Standing.CLOSED:
        return ()
    return (SchoolClosed(school=known.school, country=known.country, reason=command.reason),)


def reopen_school(state: School, command: ReopenSchool) -> tuple[Event, ...]:
    """Undoes closing and merging."""
    known = registered(state)
    authorise(command, known.country, known.region)
    if state.standing is Standing.OPEN:
        return ()
    return (SchoolReopened(school=known.school, country=known.country),)


def merge_school(state: School, command: MergeSchool) -> tuple[Event, ...]:
    """Into an open school of the same country; what was registered at the duplicate stays there."""
    known = registered(state)
    authorise(command, known.country, known.region)
    if state.standing is Standing.MERGED:
        if state.into == command.into:
            return ()
        raise SchoolMergedIntoAnother(school=known.school, into=state.into)
    if command.into == known.school:
        raise NotMergedIntoItself(school=known.school)
    if command.into_country is None or not command.into_open:
        raise SurvivorNotOpen(school=known.school, into=command.into)
    if command.into_country != known.country:
        raise MergedAcrossCountries(school=known.school, into=command.into)
    return (SchoolMerged(school=known.school, country=known.country, into=command.into),)


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    RegisterSchool: (SchoolNotAdmitted, SchoolRegisteredOtherwise),
    CorrectSchool: (NoSuchSchool, SchoolMergedIntoAnother, SchoolOutsideYourOffice),
    DescribeSchool: (NoSuchSchool, SchoolMergedIntoAnother, SchoolOutsideYourOffice),
    MoveSchool: (NoSuchSchool, SchoolMergedIntoAnother, SchoolOutsideYourOffice),
    CloseSchool: (NoSuchSchool, SchoolMergedIntoAnother, SchoolOutsideYourOffice),
    ReopenSchool: (NoSuchSchool, SchoolOutsideYourOffice),
    MergeSchool: (
        NoSuchSchool, SchoolOutsideYourOffice, SchoolMergedIntoAnother, NotMergedIntoItself, SurvivorNotOpen,
        MergedAcrossCountries,
    ),
}  # fmt: skip

DECISIONS: Mapping[type[Command], Decision[School]] = {
    RegisterSchool: register_school,
    CorrectSchool: correct_school,
    DescribeSchool: describe_school,
    MoveSchool: move_school,
    CloseSchool: close_school,
    ReopenSchool: reopen_school,
    MergeSchool: merge_school,
}
