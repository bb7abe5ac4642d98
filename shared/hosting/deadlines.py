"""What falls due by itself: a command whose cause is the event that started the clock (design §5)."""

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.event_store.history import Context

SYSTEM = "system"


def deadline_context(
    cause: Recorded[Event], deadline: str, *, policy_version: str | None = None, basis: tuple[str, ...] = ()
) -> Context:
    """The context of a deadline's command: once per stream, cause and `deadline`, however often it is swept.

    `deadline` names what falls due and, where one event starts several, which of them: `remind_director.2`.
    """
    return Context(
        actor=SYSTEM,
        capacity=SYSTEM,
        node=cause.node,
        correlation_id=cause.envelope.correlationid,
        cause=cause.id,
        policy=deadline,
        basis=(cause.id, *basis),
        policy_version=policy_version,
    )
