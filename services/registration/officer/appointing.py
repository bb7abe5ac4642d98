"""Offices: offered by whoever appoints to them, accepted by mail, ended by whoever may appoint (design §10)."""

from collections.abc import Mapping

from services.registration.commands import AcceptOffice, Authority, OfferOffice, RevokeOffice
from services.registration.officer.state import NoSuchOfficer, Officer, Standing
from services.registration.rules import AddressChangedMeanwhile
from shared.contracts.base import Command, Event
from shared.contracts.registration import OfficeAccepted, OfficeKind, OfficeOffered, OfficeRevoked
from shared.event_store.aggregate import Decision
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

APPOINTS: Mapping[OfficeKind, frozenset[OfficeKind]] = {
    "operator": frozenset({"central_support_officer", "operator", "auditor"}),
    "central_support_officer": frozenset({"national_support_officer", "juror"}),
    "national_support_officer": frozenset({"representative", "assessor", "adviser"}),
}
"""Who appoints whom: the installation the centre, the centre the nodes, each node its own officers."""


class NoSuchOffice(NotFound):
    """This person never held that office."""


class OfficerErased(RuleViolation):
    """The account was erased; who returns begins a new one. For the service alone."""


class NotYoursToAppoint(Forbidden):
    """This office does not appoint that one, or not in that country."""


class AppointsOneself(Forbidden):
    """Nobody decides on their own offices."""


class OfferClosed(RuleViolation):
    """The offer was accepted or withdrawn, or a later one was sent."""


class OfferExpired(RuleViolation):
    """The offer's time is over; it can be made again."""


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    OfferOffice: (NotYoursToAppoint, AppointsOneself),
    AcceptOffice: (NoSuchOfficer, OfferClosed, OfferExpired),
    RevokeOffice: (NoSuchOffice, NotYoursToAppoint, AppointsOneself),
}


def offer_office(state: Officer, command: OfferOffice) -> tuple[Event, ...]:
    """A new offer closes the link of the one before; an office that is held needs none.

    Once there is an account, only a change of address changes its address: an offer goes to the one that counts.
    """
    _authorise(command, command.officer, command.kind, command.country)
    if state.erased:
        raise OfficerErased(officer=state.id)
    if state.account is not None and state.email is not None and command.same_as not in {None, state.email.id}:
        raise AddressChangedMeanwhile(person=state.id)
    known = state.office(command.office)
    if known is not None and known.standing is Standing.HELD:
        return ()
    return (
        OfficeOffered(
            officer=command.officer,
            office=command.office,
            kind=command.kind,
            country=command.country,
            region=command.region,
            locale=command.locale,
            email=command.email,
            attempt=command.attempt,
            link_expires=command.link_expires,
        ),
    )


def accept_office(state: Officer, command: AcceptOffice) -> tuple[Event, ...]:
    """The open offer's link, once and in time."""
    if state.erased or not state.offices:
        raise NoSuchOfficer
    office = next((office for office in state.offices if office.attempt == command.attempt), None)
    if office is None or office.standing is not Standing.OFFERED:
        raise OfferClosed(officer=state.id)
    if command.at >= office.link_expires:
        raise OfferExpired(officer=state.id, office=office.id)
    return (
        OfficeAccepted(
            officer=state.id, office=office.id, kind=office.kind, country=office.country, region=office.region
        ),
    )


def revoke_office(state: Officer, command: RevokeOffice) -> tuple[Event, ...]:
    """Whoever may appoint to an office may end it, an open offer included."""
    office = state.office(command.office)
    if office is None:
        raise NoSuchOffice
    _authorise(command, state.id, office.kind, office.country)
    if office.standing is Standing.REVOKED:
        return ()
    return (OfficeRevoked(officer=state.id, office=office.id, reason=command.reason),)


def _authorise(command: Authority, officer: str, kind: OfficeKind, country: str | None) -> None:
    if kind not in APPOINTS.get(command.authority, frozenset()):
        raise NotYoursToAppoint(kind=kind)
    if command.authority_country is not None and command.authority_country != country:
        raise NotYoursToAppoint(kind=kind, country=country)
    if command.by == officer:
        raise AppointsOneself(kind=kind)


DECISIONS: Mapping[type[Command], Decision[Officer]] = {
    OfferOffice: offer_office,
    AcceptOffice: accept_office,
    RevokeOffice: revoke_office,
}
