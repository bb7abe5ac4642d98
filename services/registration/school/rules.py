"""The rules about schools, by name; and what every decision about a registered school asks first."""

from services.registration.school.state import School, Standing
from shared.contracts.registration import SchoolRegistered
from shared.event_store.violations import Forbidden, NotFound, RuleViolation

# Ways to be heard, not to fill an officer's desk. No node was seen to count otherwise, and so no policy says it.
MOST_PROPOSALS = 5
"""How often somebody may propose schools of one country in vain."""
MOST_SUGGESTIONS = 5
"""How often a teacher may suggest a director's address before an officer vouches for one."""


class NoSuchSchool(NotFound):
    """No school is registered under this identifier."""


class SchoolNotRegistered(RuleViolation):
    """The school that was named is not in the register."""


class SchoolNotAdmitted(RuleViolation):
    """Schools of this country cannot register: it has withdrawn, or is not (yet) in the programme (FAQ L15)."""


class SchoolRegisteredOtherwise(RuleViolation):
    """The school is registered with other data, which stands."""


class SchoolClosedForRegistration(RuleViolation):
    """The school is closed: nobody registers at it any more."""


class SchoolMergedIntoAnother(RuleViolation):
    """The school was found to be another one, `into`: that is the one to use."""


class SchoolOutsideYourOffice(Forbidden):
    """The office does not cover the school, or does not do this (`services/registration/README.md`, the matrix)."""


class NotMergedIntoItself(RuleViolation):
    """A school is no duplicate of itself."""


class MergedAcrossCountries(RuleViolation):
    """Two schools of different countries are not the same one."""


class SurvivorNotOpen(RuleViolation):
    """The school to use instead is not in the register, closed, or itself merged: chains are refused."""


class NoSuchProposal(NotFound):
    """Nobody proposed this school."""


class ProposalDecided(RuleViolation):
    """The proposal was decided already, otherwise; `standing` says how."""


class ProposalOpen(RuleViolation):
    """Another proposal by the same person waits for an officer."""


class TooManyProposals(RuleViolation):
    """This person's proposals in this country were refused `most` times: the national support service helps."""


class SchoolThereAlready(RuleViolation):
    """A school is registered under this official identifier: `school` is the one to use."""


class NoSuchSuggestion(NotFound):
    """Nobody suggested this address, or another one is known since."""


class TooManySuggestions(RuleViolation):
    """This person has suggested `most` addresses for this school, and an officer vouched for none."""


def registered(state: School) -> SchoolRegistered:
    """The school's data as they are now; raises `NoSuchSchool`."""
    if state.registered is None:
        raise NoSuchSchool
    return state.registered


def unmerged(state: School) -> SchoolRegistered:
    """As `registered`; a merged school is not changed any more: raises `SchoolMergedIntoAnother`."""
    known = registered(state)
    if state.standing is Standing.MERGED:
        raise SchoolMergedIntoAnother(school=known.school, into=state.into)
    return known
