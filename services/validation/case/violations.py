"""The rules that a command on a case may break."""

from shared.event_store.violations import Forbidden, RuleViolation


class NotInCharge(Forbidden):
    """Another office has the case, or the node lets another one decide."""


class DecidesOnOneself(Forbidden):
    """Nobody decides on their own case."""


class SecondLookByAnotherOfficer(Forbidden):
    """A contested refusal is looked at by somebody else than who refused."""


class DirectorHasNotApproved(RuleViolation):
    """There is no validation without the director's approval in the same case (FAQ L20)."""


class DirectorAnsweredOtherwise(RuleViolation):
    """The director has given the opposite answer, which stands."""


class CaseDecidedOtherwise(RuleViolation):
    """The case has ended with another decision, which stands."""


class DirectorLinkClosed(RuleViolation):
    """The link belongs to no open attempt to reach the director."""


class DirectorLinkExpired(RuleViolation):
    """The link's time is over; an officer may write again or record the approval with its evidence."""


class NoMoreTime(RuleViolation):
    """The director has had all the time that the node gives."""


class ApplicantIsDirector(RuleViolation):
    """The director is the applicant and cannot vouch for that: the school authority's letter can (rules §4.8)."""


class DirectorContactUnknown(RuleViolation):
    """No address of the director is left to write to: the school's profile needs another one (FAQ L19)."""


class DirectorContactChanged(RuleViolation):
    """Another address came meanwhile, whose record is told: whoever vouches reads that one first."""


class CertificateInstead(RuleViolation):
    """The node wants a form that the director signed; nobody writes to the director."""


class CertificateNotFiled(RuleViolation):
    """The form has not come yet."""


class NoCertificateWanted(RuleViolation):
    """The case waits for no form."""


class TooManyForms(RuleViolation):
    """The teacher has sent `most` forms since the case was opened: the officers decide on what there is."""


class ReportedOtherwise(RuleViolation):
    """The representative has reported the opposite, which stands."""


class RefusalNeedsReason(RuleViolation):
    """Whoever recommends to refuse says why."""


class ReasonNotYours(RuleViolation):
    """The case itself gives this reason, and means more by it than an officer could."""


class RefusalContestedBefore(RuleViolation):
    """There is one second look, and this case has had it."""


class NothingToContest(RuleViolation):
    """The teacher was not refused."""


class RefusalIsContested(RuleViolation):
    """The teacher contests the refusal: it is upheld, or the teacher is validated."""


class RefusalNotContested(RuleViolation):
    """Nobody asked for a second look."""


class NothingToReopen(RuleViolation):
    """The case is open."""


class CountryWithdrawn(RuleViolation):
    """The country has left the programme: nobody is validated there, no director asked (rules §4.5)."""
