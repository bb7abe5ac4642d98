"""Decisions about schools that somebody missed: proposed, then registered or refused by an officer of the place."""

from collections.abc import Mapping

from services.registration.commands import AcceptProposal, ProposeSchool, RefuseProposal
from services.registration.school.offices import authorise
from services.registration.school.rules import (
    MOST_PROPOSALS,
    NoSuchProposal,
    ProposalDecided,
    ProposalOpen,
    SchoolNotAdmitted,
    SchoolOutsideYourOffice,
    SchoolRegisteredOtherwise,
    SchoolThereAlready,
    TooManyProposals,
)
from services.registration.school.state import School, Standing
from shared.contracts.base import Command, Event
from shared.contracts.registration import (
    SchoolProposalAccepted,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
)
from shared.event_store.aggregate import Decision
from shared.event_store.violations import RuleViolation


def propose_school(state: School, command: ProposeSchool) -> tuple[Event, ...]:
    """One at a time; after a refusal the same person may propose again, so many times."""
    if command.not_admitted is not None:
        raise SchoolNotAdmitted(school=command.school, country=command.country, reason=command.not_admitted)
    if state.standing is Standing.PROPOSED:
        raise ProposalOpen(school=command.school)
    if state.registered is not None:
        raise ProposalDecided(school=command.school, standing=state.standing.value)
    if state.proposed >= MOST_PROPOSALS:
        raise TooManyProposals(most=MOST_PROPOSALS)
    return (
        SchoolProposed(
            school=command.school,
            country=command.country,
            region=command.region,
            proposer=command.proposer,
            locale=command.locale,
            email=command.email,
            details=command.details,
        ),
    )


def accept_proposal(state: School, command: AcceptProposal) -> tuple[Event, ...]:
    """Registers the school as the officer spells it; a second acceptance with the same data changes nothing."""
    proposal = _proposal(state, command)
    wanted = SchoolRegistered(
        school=proposal.school,
        country=proposal.country,
        region=command.region,
        official_id=command.official_id,
        name=command.name,
        city=command.city,
        postal_code=command.postal_code,
    )
    if state.registered is not None:
        if state.registered == wanted:
            return ()
        raise SchoolRegisteredOtherwise(school=proposal.school)
    _acceptable(state, proposal, command)
    accepted = SchoolProposalAccepted(
        school=proposal.school,
        country=proposal.country,
        official_id=command.official_id,
        locale=proposal.locale,
        email=proposal.email,
    )
    return (accepted, wanted)


def _acceptable(state: School, proposal: SchoolProposed, command: AcceptProposal) -> None:
    if state.standing is Standing.REFUSED:
        raise ProposalDecided(school=proposal.school, standing=state.standing.value, reason=state.refused_for)
    if command.not_admitted is not None:
        raise SchoolNotAdmitted(school=proposal.school, country=proposal.country, reason=command.not_admitted)
    if command.there_already is not None:
        raise SchoolThereAlready(school=command.there_already)
    authorise(command, proposal.country, command.region)


def refuse_proposal(state: School, command: RefuseProposal) -> tuple[Event, ...]:
    """With a reason that the proposer is told; refused already: the first reason stands."""
    proposal = _proposal(state, command)
    if state.standing is Standing.REFUSED:
        return ()
    if state.registered is not None:
        raise ProposalDecided(school=proposal.school, standing=state.standing.value)
    return (
        SchoolProposalRefused(
            school=proposal.school,
            country=proposal.country,
            reason=command.reason,
            locale=proposal.locale,
            email=proposal.email,
        ),
    )


def _proposal(state: School, command: AcceptProposal | RefuseProposal) -> SchoolProposed:
    """What was proposed. Somebody whose office does not cover the place does not learn that there is a proposal."""
    if state.proposal is None:
        raise NoSuchProposal
    try:
        authorise(command, state.proposal.country, state.proposal.region)
    except SchoolOutsideYourOffice:
        raise NoSuchProposal from None
    return state.proposal


REFUSALS: Mapping[type[Command], tuple[type[RuleViolation], ...]] = {
    ProposeSchool: (SchoolNotAdmitted, ProposalOpen, ProposalDecided, TooManyProposals),
    AcceptProposal: (
        NoSuchProposal, SchoolRegisteredOtherwise, ProposalDecided, SchoolNotAdmitted, SchoolThereAlready,
        SchoolOutsideYourOffice,
    ),
    RefuseProposal: (NoSuchProposal, ProposalDecided),
}  # fmt: skip

DECISIONS: Mapping[type[Command], Decision[School]] = {
    ProposeSchool: propose_school,
    AcceptProposal: accept_proposal,
    RefuseProposal: refuse_proposal,
}
