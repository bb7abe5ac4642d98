"""One line of the official register: what it says is so from now on, in one commit."""

from collections.abc import Mapping

from services.registration.commands import ImportSchool
from services.registration.school.rules import (
    SchoolClosedForRegistration,
    SchoolNotAdmitted,
    SchoolRegisteredOtherwise,
)
from services.registration.school.state import School, Standing
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    DirectorContactUpdated,
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMoved,
    SchoolRegistered,
    SchoolReopened,
)
from shared.event_store.aggregate import Decision

CLOSED_IN_REGISTER = "closed_in_register"
"""Why an import closes a school. What an officer closed, for another reason, no import opens again."""


def import_school(state: School, command: ImportSchool) -> tuple[Event, ...]:
    """Registers a new school, corrects a known one; a merged one stays as it was when it was merged.

    Raises:
        SchoolRegisteredOtherwise: it is another school's identifier, from when signs were lost of it.
    """
    known = state.registered
    if known is None:
        return (_registered(command), *_described(state, command), *_contacted(command, command.region))
    if known.official_id != command.official_id:
        raise SchoolRegisteredOtherwise(school=known.school)
    if state.standing is Standing.MERGED:
        return ()
    region = command.region if command.region_said else known.region
    return (
        *_corrected(known, command),
        *_moved(known, region),
        *_described(state, command),
        *_closed(state, command),
        *_contacted(command, region),
    )


def _registered(command: ImportSchool) -> SchoolRegistered:
    if command.not_admitted is not None:
        raise SchoolNotAdmitted(school=command.school, country=command.country, reason=command.not_admitted)
    if command.closed:
        raise SchoolClosedForRegistration(school=command.school)
    return SchoolRegistered(
        school=command.school,
        country=command.country,
        region=command.region,
        official_id=command.official_id,
        name=command.name,
        city=command.city,
        postal_code=command.postal_code or "",
    )


def _corrected(known: SchoolRegistered, command: ImportSchool) -> tuple[Event, ...]:
    postal_code = known.postal_code if command.postal_code is None else command.postal_code
    if (known.name, known.city, known.postal_code) == (command.name, command.city, postal_code):
        return ()
    return (
        SchoolCorrected(
            school=known.school, country=known.country, name=command.name, city=command.city, postal_code=postal_code
        ),
    )


def _moved(known: SchoolRegistered, region: str | None) -> tuple[Event, ...]:
    if known.region == region:
        return ()
    return (SchoolMoved(school=known.school, country=known.country, region=region, from_region=known.region),)


def _described(state: School, command: ImportSchool) -> tuple[Event, ...]:
    levels = state.levels if command.levels is None else command.levels
    mail_domain = state.mail_domain if command.mail_domain is None else command.mail_domain
    if (levels, mail_domain) == (state.levels, state.mail_domain):
        return ()
    return (SchoolDescribed(school=command.school, country=command.country, levels=levels, mail_domain=mail_domain),)


def _closed(state: School, command: ImportSchool) -> tuple[Event, ...]:
    if command.closed is True and state.standing is Standing.OPEN:
        return (SchoolClosed(school=command.school, country=command.country, reason=CLOSED_IN_REGISTER),)
    if command.closed is False and state.closed_for == CLOSED_IN_REGISTER:
        return (SchoolReopened(school=command.school, country=command.country),)
    return ()


def _contacted(command: ImportSchool, region: str | None) -> tuple[Event, ...]:
    if command.director_contact is None:
        return ()
    return (
        DirectorContactUpdated(
            school=command.school,
            country=command.country,
            region=region,
            contact=command.director_contact,
            owner="registration",
            given_by="import",
        ),
    )


DECISIONS: Mapping[type[Command], Decision[School]] = {ImportSchool: import_school}
