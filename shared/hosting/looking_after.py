"""The loop that keeps private texts findable: part by part, so that a turn reads little (`JoinedSearch`)."""

from functools import partial
from itertools import cycle

from shared.hosting.host import Host
from shared.hosting.parts import Loop
from shared.hosting.sweeping import apart, every
from shared.search.facts import PARTS
from shared.search.joined import JoinedSearch

SWEEP_S = 10.0
PARTS_A_TURN = 16
"""All parts within eleven minutes: what a command has written needs none of this, a lost collection does."""


def looking_after(name: str, search: JoinedSearch, host: Host) -> Loop:
    """A loop of the role `deadlines`."""
    turns = cycle(range(0, PARTS, PARTS_A_TURN))

    async def turn() -> None:
        first = next(turns)
        for part in range(first, first + PARTS_A_TURN):
            await apart(search.look_after(part), name, host)

    return partial(every, SWEEP_S, name, turn, host)
