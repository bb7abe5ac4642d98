"""The sweep of changes of address: what nobody agreed to in time comes to nothing, and its address is free again."""

from services.registration.api.accounts import holder_of
from services.registration.deadlines.changes import EXPIRE, ending, expiring, just_over
from services.registration.views import ADDRESS_CHANGES
from shared.contracts.registration import EmailChangeRequested
from shared.hosting.deadlines import deadline_context
from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.hosting.sweeping import apart, every

NAME = "address_sweep"
SWEEP_S = 300.0


class AddressSweep:
    """Reads what ends, and what was just over; of the latter each once in a process."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._released: frozenset[str] = frozenset()

    async def run(self, stop: StopSignal) -> None:
        """A loop of the role `deadlines`."""
        await every(SWEEP_S, NAME, self.turn, self._host, stop)

    async def turn(self) -> None:
        """One turn. What cannot be decided about one change now keeps no other waiting."""
        today = self._host.clock().date()
        for found in await self._host.views.slice(ADDRESS_CHANGES, ending(today), ("ends",)):
            await apart(self._expire(found["_id"]), NAME, self._host)
        over = await self._host.views.slice(ADDRESS_CHANGES, just_over(today), ("over", "over_event"))
        self._released = frozenset(
            [
                found["over_event"]
                for found in over
                if found["over_event"] in self._released or await apart(self._release(found["_id"]), NAME, self._host)
            ]
        )

    async def _expire(self, person: str) -> None:
        holder = await holder_of(self._host, person)
        if holder is None or holder.state.change is None:
            return
        command = expiring(holder.state.change.id, holder.state.change.link_expires, self._host.clock())
        if command is None:
            return
        asked = next(one for one in reversed(holder.history.recorded) if isinstance(one.event, EmailChangeRequested))
        await self._host.handler.handle(holder.kind, person, command, deadline_context(asked, EXPIRE))
        await self._release(person)

    async def _release(self, person: str) -> None:
        """What a process that died after its commit left behind; a claim that holds is left alone."""
        holder = await holder_of(self._host, person)
        if holder is not None:
            await self._host.claims.release_let_go(holder.stream)
