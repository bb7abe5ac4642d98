"""A person who holds offices, or is offered some. An officer is no teacher: accepting an offer makes the account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.registration.commands import AcceptOffice, Authority, ErasePersonalData, OfferOffice, RevokeOffice
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    OfficeAccepted,
    OfficeKind,
    OfficeOffered,
    OfficeRevoked,
    PersonalDataErased,
)
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

OfficerEvent: TypeAlias = OfficeOffered | OfficeAccepted | OfficeRevoked | PersonalDataErased

APPOINTS: Mapping[OfficeKind, frozenset[OfficeKind]] = {
    "operator": frozenset({"central_support_officer", "operator", "auditor"}),
    "central_support_officer": frozenset({"national_support_officer", "juror"}),
    "national_support_officer": frozenset({"representative", "assessor", "adviser"}),
}
"""Who appoints whom: the installation the centre, the centre the nodes, each node its own officers."""


class Standing(StrEnum):
    """What became of an office of this person."""

    OFFERED = "offered"
    HELD = "held"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Office:
    """One office; `attempt` is the latest offer of it."""

    id: str
    kind: OfficeKind
    country: str | None
    region: str | None
    attempt: str
    link_expires: datetime
    standing: Standing = Standing.OFFERED


@dataclass(frozen=True, slots=True)
class Officer:
    """`account`: the attempt whose acceptance made the account; none before."""

    id: str = ""
    offices: tuple[Office, ...] = ()
    account: str | None = None
    erased: bool = False

    def office(self, office_id: str) -> Office | None:
        return next((office for office in self.offices if office.id == office_id), None)

    def held(self) -> tuple[Office, ...]:
        """The offices that a token states."""
        return tuple(office for office in self.offices if office.standing is Standing.HELD)


class NoSuchOfficer(NotFound):
    """Nobody was ever offered an office under this identifier."""


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
    ErasePersonalData: (NoSuchOfficer,),
}
"""What each command may be refused for, as its route documents it."""


def evolve(state: Officer, event: OfficerEvent) -> Officer:
    match event:
        case OfficeOffered():
            office = Office(event.office, event.kind, event.country, event.region, event.attempt, event.link_expires)
            return replace(_with(state, office), id=event.officer)
        case OfficeAccepted():
            attempt = next(office.attempt for office in state.offices if office.id == event.office)
            return replace(_standing(state, event.office, Standing.HELD), account=state.account or attempt)
        case OfficeRevoked():
            return _standing(state, event.office, Standing.REVOKED)
        case PersonalDataErased():
            return replace(state, erased=True)
        case _:
            assert_never(event)


def offer_office(state: Officer, command: OfferOffice) -> tuple[Event, ...]:
    """A new offer closes the link of the one before; an office that is held needs none."""
    _authorise(command, command.officer, command.kind, command.country)
    if state.erased:
        raise OfficerErased(officer=state.id)
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


def erase_personal_data(state: Officer, command: ErasePersonalData) -> tuple[Event, ...]:
    """The offices end with the person who held them."""
    if not state.offices:
        raise NoSuchOfficer
    if state.erased:
        return ()
    ended = tuple(
        OfficeRevoked(officer=state.id, office=office.id, reason="personal_data_erased")
        for office in state.offices
        if office.standing is not Standing.REVOKED
    )
    return (*ended, PersonalDataErased(person=command.person, reason=command.reason))


def _authorise(command: Authority, officer: str, kind: OfficeKind, country: str | None) -> None:
    if kind not in APPOINTS.get(command.authority, frozenset()):
        raise NotYoursToAppoint(kind=kind)
    if command.authority_country is not None and command.authority_country != country:
        raise NotYoursToAppoint(kind=kind, country=country)
    if command.by == officer:
        raise AppointsOneself(kind=kind)


def _with(state: Officer, office: Office) -> Officer:
    others = tuple(known for known in state.offices if known.id != office.id)
    return replace(state, offices=(*others, office))


def _standing(state: Officer, office_id: str, standing: Standing) -> Officer:
    offices = tuple(
        replace(office, standing=standing) if office.id == office_id else office for office in state.offices
    )
    return replace(state, offices=offices)


OFFICER: Aggregate[Officer] = Aggregate(
    "officer",
    Officer(),
    evolve,
    {
        OfferOffice: offer_office,
        AcceptOffice: accept_office,
        RevokeOffice: revoke_office,
        ErasePersonalData: erase_personal_data,
    },
)
