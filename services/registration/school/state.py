"""What is known of a school, folded from its stream."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from shared.contracts.base import RecordRef, Service, derived_id
from shared.contracts.registration import (
    DirectorContactDismissed,
    DirectorContactSuggested,
    DirectorContactUpdated,
    DirectorForgotten,
    GivenBy,
    Level,
    PersonalDataErased,
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolProposalAccepted,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
    SchoolReopened,
)

SchoolEvent: TypeAlias = (
    SchoolRegistered
    | SchoolCorrected
    | SchoolDescribed
    | SchoolMoved
    | SchoolClosed
    | SchoolReopened
    | SchoolMerged
    | SchoolProposed
    | SchoolProposalAccepted
    | SchoolProposalRefused
    | DirectorContactSuggested
    | DirectorContactUpdated
    | DirectorContactDismissed
    | DirectorForgotten
    | PersonalDataErased
)


class Standing(StrEnum):
    """Whether teachers may register at it."""

    UNKNOWN = "unknown"
    PROPOSED = "proposed"
    REFUSED = "refused"
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Contact:
    """How the director is reached, and who said so; `suggested_by` while a representative has not vouched for it.

    `owner`: the service that holds the record.
    """

    record: RecordRef
    given_by: GivenBy
    suggested_by: str | None = None
    matches_domain: bool = False
    owner: Service = "registration"


@dataclass(frozen=True, slots=True)
class School:
    """`registered`: its data as they are now. `proposal`: what somebody proposed, the `proposed`-th time, until it is
    registered. `suggested_by`: who suggested a contact, once for each time, since one was last known. `director`: the
    pseudonym of whoever directs it, once a director was forgotten; before that `director_of` says it.
    """

    standing: Standing = Standing.UNKNOWN
    registered: SchoolRegistered | None = None
    levels: tuple[Level, ...] = ()
    mail_domain: str | None = None
    closed_for: str | None = None
    into: str | None = None
    proposal: SchoolProposed | None = None
    proposed: int = 0
    refused_for: str | None = None
    contact: Contact | None = None
    suggestions: tuple[Contact, ...] = ()
    suggested_by: tuple[str, ...] = ()
    director: str | None = None


def director_of(school: str, state: School) -> str:
    """The subject of what is known about the school's director, whoever named the address."""
    return state.director or derived_id("director", school)


def evolve(state: School, event: SchoolEvent) -> School:
    match event:
        case SchoolRegistered() | SchoolCorrected() | SchoolMoved() | SchoolDescribed():
            return _known(state, event)
        case SchoolClosed() | SchoolReopened() | SchoolMerged():
            return _standing(state, event)
        case SchoolProposed() | SchoolProposalAccepted() | SchoolProposalRefused():
            return _proposed(state, event)
        case DirectorContactSuggested() | DirectorContactUpdated() | DirectorContactDismissed():
            return _contacted(state, event)
        case DirectorForgotten():
            return replace(state, contact=None, suggestions=(), director=event.director)
        case PersonalDataErased():
            return state  # `DirectorForgotten` stands in the same commit
        case _:
            assert_never(event)


def _known(state: School, event: SchoolRegistered | SchoolCorrected | SchoolMoved | SchoolDescribed) -> School:
    match event:
        case SchoolRegistered():
            return replace(state, standing=Standing.OPEN, registered=event)
        case SchoolCorrected():
            return _with(state, name=event.name, city=event.city, postal_code=event.postal_code)
        case SchoolMoved():
            return _with(state, region=event.region)
        case SchoolDescribed():
            return replace(state, levels=event.levels, mail_domain=event.mail_domain)
        case _:
            assert_never(event)


def _standing(state: School, event: SchoolClosed | SchoolReopened | SchoolMerged) -> School:
    match event:
        case SchoolClosed():
            return replace(state, standing=Standing.CLOSED, closed_for=event.reason)
        case SchoolReopened():
            return replace(state, standing=Standing.OPEN, closed_for=None, into=None)
        case SchoolMerged():
            return replace(state, standing=Standing.MERGED, into=event.into)
        case _:
            assert_never(event)


def _with(state: School, **changes: str | None) -> School:
    known = state.registered
    return replace(state, registered=None if known is None else known.model_copy(update=changes))


def _proposed(state: School, event: SchoolProposed | SchoolProposalAccepted | SchoolProposalRefused) -> School:
    match event:
        case SchoolProposed():
            again = state.proposed + 1
            return replace(state, standing=Standing.PROPOSED, proposal=event, proposed=again, refused_for=None)
        case SchoolProposalAccepted():
            return state  # `SchoolRegistered` stands in the same commit
        case SchoolProposalRefused():
            return replace(state, standing=Standing.REFUSED, refused_for=event.reason)
        case _:
            assert_never(event)


def _contacted(
    state: School, event: DirectorContactSuggested | DirectorContactUpdated | DirectorContactDismissed
) -> School:
    match event:
        case DirectorContactSuggested():
            suggested = Contact(event.contact, event.given_by, event.suggested_by, event.matches_domain)
            others = tuple(one for one in state.suggestions if one.suggested_by != event.suggested_by)
            by = (*state.suggested_by, event.suggested_by)
            return replace(state, suggestions=(*others, suggested), suggested_by=by)
        case DirectorContactUpdated():
            # Whatever was suggested before is older than what is known now.
            known = Contact(event.contact, event.given_by, owner=event.owner)
            return replace(state, contact=known, suggestions=(), suggested_by=())
        case DirectorContactDismissed():
            left = tuple(one for one in state.suggestions if one.record.id != event.contact.id)
            return replace(state, suggestions=left)
        case _:
            assert_never(event)
