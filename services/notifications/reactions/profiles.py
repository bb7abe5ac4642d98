"""Mails about a teacher's standing: blocked, unused, removed (FAQ L24-25)."""

from collections.abc import Sequence

from services.notifications.reactions.queueing import day, national_support, queue
from shared.contracts import registration
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import ToPerson


def tell_teacher_blocked(recorded: Recorded[registration.ProfileBlocked]) -> Sequence[Directed]:
    """The teacher learns the kind of reason, and whom to write to (FAQ L24)."""
    event = recorded.event
    return (queue(recorded, "profile_blocked", ToPerson(person=event.teacher), params={"reason": event.reason}),)


def tell_service_of_block(recorded: Recorded[registration.ProfileBlocked]) -> Sequence[Directed]:
    """The service that the teacher will write to knows of it (FAQ L24)."""
    event = recorded.event
    params = {"teacher": event.teacher, "reason": event.reason}
    return (queue(recorded, "profile_blocked_for_service", national_support(event.country), params=params),)


def tell_teacher_unblocked(recorded: Recorded[registration.ProfileUnblocked]) -> Sequence[Directed]:
    """Everything works again."""
    return (queue(recorded, "profile_unblocked", ToPerson(person=recorded.event.teacher)),)


def warn_of_inactivation(recorded: Recorded[registration.InactivationAnnounced]) -> Sequence[Directed]:
    """A month before two years without access (FAQ L25)."""
    event = recorded.event
    params = {"due": day(event.due)}
    return (queue(recorded, "inactivation_announced", ToPerson(person=event.teacher), params=params),)


def tell_teacher_inactive(recorded: Recorded[registration.ProfileInactivated]) -> Sequence[Directed]:
    """Two years without access: signing in ends it (FAQ L25)."""
    return (queue(recorded, "profile_inactivated", ToPerson(person=recorded.event.teacher)),)


def warn_of_removal(recorded: Recorded[registration.RemovalAnnounced]) -> Sequence[Directed]:
    """A month before three years without access (FAQ L25).

    It names the day and says that everything will be erased: afterwards there is no address to send a receipt to.
    """
    event = recorded.event
    params = {"due": day(event.due)}
    return (queue(recorded, "removal_announced", ToPerson(person=event.teacher), params=params),)
