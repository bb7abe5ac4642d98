"""The account of a person who may be a teacher or an officer: an identifier does not say which."""

from dataclasses import dataclass
from typing import Any

from services.registration.api.desk import ACCOUNTS
from services.registration.api.settled import settled_in
from services.registration.officer import Officer
from services.registration.teacher import Teacher
from shared.event_store.aggregate import Aggregate
from shared.event_store.history import History
from shared.hosting.host import Host
from shared.nodes import CENTRAL_NODE


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with an account, as the stream of its kind tells now."""

    kind: Aggregate[Any]
    person: str
    state: Teacher | Officer
    history: History

    @property
    def stream(self) -> str:
        return self.history.stream

    @property
    def node(self) -> str:
        """Where what happened last was recorded."""
        return self.history.recorded[-1].node


async def holder_of(host: Host, person: str) -> Holder | None:
    """None where there is no account, or none any more."""
    for kind in ACCOUNTS.values():
        state, history = await host.handler.state(kind, person)
        if settled_in(state) is not None:
            return Holder(kind, person, state, history)
    return None


def country_of(state: Teacher | Officer) -> str:
    """Whose policy holds for the account: a country, or the central node."""
    if isinstance(state, Teacher):
        country = state.confirmed.country if state.confirmed else None
    else:
        country = state.offices[0].country
    return country or CENTRAL_NODE
