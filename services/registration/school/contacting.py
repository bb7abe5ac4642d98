"""Decisions about how the school's director is reached (FAQ L19): a teacher's word needs a representative's."""

from collections.abc import Mapping

from services.registration.commands import (
    ConfirmDirectorContact,
    DismissDirectorContact,
    ForgetDirector,
    OfOffice,
    RecordDirectorContact,
    SuggestDirectorContact,
    UpdateDirectorContact,
)
from services.registration.rules import DirectorIsApplicant, refuse_oneself
from services.registration.school.offices import authorise
from services.registration.school.rules import (
    MOST_SUGGESTIONS,
    NoSuchSchool,
    NoSuchSuggestion,
    SchoolMergedIntoAnother,
    SchoolOutsideYourOffice,
    TooManySuggestions,
    unmerged,
)
from services.registration.school.state import Contact, School, director_of
from shared.contracts.base import Command, Event, RecordRef, Service, derived_id
from shared.contracts.registration import (
    DirectorContactDismissed,
    DirectorContactSuggested,
    DirectorContactUpdated,
    DirectorForgotten,
    GivenBy,
    PersonalDataErased,
    SchoolRegistered,
)
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


def suggest_director_contact(state: School, command: SuggestDirectorContact) -> tuple[Event, ...]:
    """Waits for the representative: otherwise a teacher names a friend. The same person's later one replaces it.

    Each is a record of a third person and work for an officer: so many, until one is known. Only a head teacher names
    oneself: nobody vouches for oneself (rules §4.8).
    """
    known = unmerged(state)
    refuse_oneself(command.role, director_is_applicant=command.director_is_applicant)
    there = (state.contact, *state.suggestions)
    if any(one is not None and one.record == command.contact for one in there):
        return ()
    if state.suggested_by.count(command.suggested_by) >= MOST_SUGGESTIONS:
        raise TooManySuggestions(school=known.school, most=MOST_SUGGESTIONS)
    return (
        DirectorContactSuggested(
            school=known.school,
            country=known.country,
            region=known.region,
            contact=command.contact,
            given_by=command.given_by,
            suggested_by=command.suggested_by,
            matches_domain=command.matches_domain,
        ),
    )


def confirm_director_contact(state: School, command: ConfirmDirectorContact) -> tuple[Event, ...]:
    """One click; of what is confirmed already, nothing."""
    known = _within(state, command)
    if state.contact is not None and state.contact.record.id == command.suggestion:
        return ()
    suggested = _suggested(state, command.suggestion)
    if suggested is None:
        raise NoSuchSuggestion
    return (_updated(known, suggested.record, suggested.given_by),)


def dismiss_director_contact(state: School, command: DismissDirectorContact) -> tuple[Event, ...]:
    """What was known stands."""
    known = _within(state, command)
    suggested = _suggested(state, command.suggestion)
    if suggested is None or suggested.suggested_by is None:
        raise NoSuchSuggestion
    return (
        DirectorContactDismissed(
            school=known.school,
            country=known.country,
            contact=suggested.record,
            suggested_by=suggested.suggested_by,
        ),
    )


def record_director_contact(state: School, command: RecordDirectorContact) -> tuple[Event, ...]:
    """An officer's word counts at once."""
    known = _within(state, command)
    if state.contact is not None and state.contact.record == command.contact:
        return ()
    return (_updated(known, command.contact, "representative"),)


def update_director_contact(state: School, command: UpdateDirectorContact) -> tuple[Event, ...]:
    """What a case learned, and a representative vouched for there."""
    known = unmerged(state)
    if state.contact is not None and state.contact.record == command.contact:
        return ()
    return (_updated(known, command.contact, command.given_by, command.owner),)


def forget_director(state: School, command: ForgetDirector) -> tuple[Event, ...]:
    """Also of a merged school, whose director's records are its own. Every time: what teachers wrote of the director
    when they registered is in no school's stream. What a director approved stays so (rules §4.17)."""
    known = state.registered
    if known is None:
        raise NoSuchSchool
    authorise(command, known.country, known.region)
    forgotten = director_of(known.school, state)
    return (
        DirectorForgotten(
            school=known.school,
            country=known.country,
            region=known.region,
            director=derived_id("director", known.school, forgotten),
        ),
        PersonalDataErased(person=forgotten, reason="director_asked"),
    )


def _within(state: School, command: OfOffice) -> SchoolRegistered:
    known = unmerged(state)
    authorise(command, known.country, known.region)
    return known


def _suggested(state: School, record: str) -> Contact | None:
    return next((one for one in state.suggestions if one.record.id == record), None)


def _updated(
    known: SchoolRegistered, contact: RecordRef, given_by: GivenBy, owner: Service = "registration"
) -> DirectorContactUpdated:
    return DirectorContactUpdated(
        school=known.school,
        country=known.country,
        region=known.region,
        contact=contact,
        owner=owner,
        given_by=given_by,
    )


_OF_OFFICE = (NoSuchSchool, SchoolMergedIntoAnother, SchoolOutsideYourOffice)
REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    SuggestDirectorContact: (NoSuchSchool, SchoolMergedIntoAnother, DirectorIsApplicant, TooManySuggestions),
    ConfirmDirectorContact: (*_OF_OFFICE, NoSuchSuggestion),
    DismissDirectorContact: (*_OF_OFFICE, NoSuchSuggestion),
    RecordDirectorContact: _OF_OFFICE,
    ForgetDirector: (NoSuchSchool, SchoolOutsideYourOffice),
}

DECISIONS: Mapping[type[Command], Decision[School]] = {
    SuggestDirectorContact: suggest_director_contact,
    ConfirmDirectorContact: confirm_director_contact,
    DismissDirectorContact: dismiss_director_contact,
    RecordDirectorContact: record_director_contact,
    UpdateDirectorContact: update_director_contact,
    ForgetDirector: forget_director,
}
