"""What a service gives its host: routes, aggregates, reactions, views, loops. Built once in the service's `app.py`."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from shared.contracts.base import Service
from shared.event_store.aggregate import Aggregate
from shared.messaging.reactions import Table
from shared.mongo import IndexModel
from shared.private_records.erasure import Deletion
from shared.private_records.held import Held
from shared.private_records.proof import Count
from shared.views.view import View


class StopSignal(asyncio.Event):
    """Tells loops to end."""

    async def within(self, seconds: float) -> bool:
        """Waits at most so long; whether the stop came."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), seconds)
        return self.is_set()


Loop = Callable[[StopSignal], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Parts:
    """A service, taken apart.

    `loops` maps a role (`sender`, `deadlines`) to its coroutine function; `indexes` a collection of the service's own
    to its indexes; `deletions` forget what such collections hold about a person, and `remains` counts, by collection,
    what they left; `held` tells the person what the service holds beside private records, by kind; `templates` are
    folders of pages; `for_the_erased`: the paths where a token of somebody who was erased since still counts.
    """

    routers: Sequence[APIRouter] = ()
    aggregates: Sequence[Aggregate[Any]] = ()
    reactions: Table = field(default_factory=dict)
    react_from: Mapping[str, datetime] = field(default_factory=dict)
    views: Sequence[View] = ()
    loops: Mapping[str, Loop] = field(default_factory=dict)
    indexes: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)
    deletions: Sequence[Deletion] = ()
    remains: Mapping[str, Count] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    templates: Sequence[Path] = ()
    for_the_erased: frozenset[str] = frozenset()

    def view_sources(self) -> frozenset[Service]:
        """The services whose events the views fold."""
        return frozenset(event.SERVICE for view in self.views for event in view.events)

    def reaction_sources(self) -> frozenset[Service]:
        """The services whose events cause something here."""
        return frozenset(event.SERVICE for event in self.reactions)
