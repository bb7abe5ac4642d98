"""Everything private about an officer is forgotten, and the offices end."""

from collections.abc import Mapping

from services.registration.commands import ErasePersonalData
from services.registration.officer.state import NoSuchOfficer, Officer, Standing
from shared.contracts.base import Command, Event
from shared.contracts.registration import OfficeRevoked, PersonalDataErased
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation

REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {ErasePersonalData: (NoSuchOfficer,)}


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


DECISIONS: Mapping[type[Command], Decision[Officer]] = {ErasePersonalData: erase_personal_data}
