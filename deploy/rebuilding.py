"""Views folded anew from the feeds of all services: those that somebody names, or all that wait for it.

The services whose events they fold must run: it is they who serve the feeds.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from deploy.connections import build_of, opened
from deploy.errors import Unable
from shared.contracts.base import SERVICES, Service
from shared.event_store.feed_client import FeedCorrupt, FeedUnavailable
from shared.hosting.feeds import EverythingOf
from shared.hosting.host import Host
from shared.hosting.settings import Settings
from shared.views.live import outdated_views
from shared.views.rebuild import RebuildFailed, Rebuilt, rebuild
from shared.views.view import View

COMMAND = "etwinning views rebuild --outdated"

Advance = Callable[[str], Callable[[int], None]]
"""`advance("recognition: seals, members")(n)`: n more events were folded into these."""

OVERTAKEN = "another rebuild of it has begun"
UNREADABLE = "a feed cannot be read, do all services run?"


@dataclass(frozen=True, slots=True)
class Done:
    """One view that is live again, or the sentence that says why it is not."""

    service: Service
    view: str
    rebuilt: Rebuilt | None
    fault: str = ""

    def sentence(self) -> str:
        """What became of it."""
        if self.rebuilt is None:
            return f"{self.service} {self.view}: {self.fault}; it stays as it is"
        version, events = self.rebuilt.version, self.rebuilt.events
        return f"{self.service} {self.view}: version {version} is live, {events:,} events read"


async def outdated_of(host: Host) -> list[View]:
    """The views of one service that an earlier release built, or nobody."""
    return await outdated_views(host.database, build_of(host.service)(host).views)


async def rebuild_outdated(
    settings: Settings, advance: Advance, services: Sequence[Service] = SERVICES
) -> AsyncIterator[Done]:
    """Every view that waits for it, service by service."""
    for service in services:
        async with opened(service, settings) as host:
            for done in await _rebuilt(host, await outdated_of(host), advance):
                yield done


async def rebuild_named(
    settings: Settings, service: Service, view: str | None, advance: Advance
) -> AsyncIterator[Done]:
    """One view of a service, or all of them.

    Raises:
        Unable: the service keeps no such view.
    """
    async with opened(service, settings) as host:
        views = build_of(service)(host).views
        chosen = [one for one in views if view in (None, one.name)]
        if not chosen:
            raise Unable(f"{service} keeps no view {view!r}: choose of {', '.join(one.name for one in views)}.")
        for done in await _rebuilt(host, chosen, advance):
            yield done


async def _rebuilt(host: Host, views: Sequence[View], advance: Advance) -> list[Done]:
    """All of them out of one reading of the feeds; where one cannot be folded, the others without it."""
    told: list[Done] = []
    while views:
        rest: Sequence[View] = ()
        try:
            done = await _together(host, views, advance)
            told += [Done(host.service, view.name, done.get(view.name), OVERTAKEN) for view in views]
        except RebuildFailed as fault:
            told += [Done(host.service, view.name, None, str(fault)) for view in views if view.name in fault.views]
            rest = [view for view in views if view.name not in fault.views]
        except (FeedUnavailable, FeedCorrupt) as fault:
            told += [Done(host.service, view.name, None, f"{UNREADABLE} ({fault})") for view in views]
        views = rest
    return told


async def _together(host: Host, views: Sequence[View], advance: Advance) -> dict[str, Rebuilt]:
    sources = sorted({event.SERVICE for view in views for event in view.events})
    feed = EverythingOf(host.feeds, sources, host.settings.installation.shards)
    progress = advance(f"{host.service}: {', '.join(view.name for view in views)}")
    return {one.view: one for one in await rebuild(views, host.database, feed, host.store.codec, progress)}
