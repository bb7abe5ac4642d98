"""`etwinning views`."""

import asyncio
from functools import partial
from typing import Annotated

import typer

views = typer.Typer(help="Rebuild a view beside the live one.", no_args_is_help=True, add_completion=False)


@views.callback()
def _views() -> None:
    """Rebuild a view beside the live one."""


@views.command()
def rebuild(
    service: Annotated[str, typer.Argument(help="The service that keeps the view.")],
    view: Annotated[str | None, typer.Argument(help="The view; every view of the service without it.")] = None,
) -> None:
    """Fold a view anew from the feeds of all services while the live one is read, follow, and swap.

    Example: etwinning views rebuild recognition seals
    """
    asyncio.run(_rebuild(service, view))


async def _rebuild(service: str, wanted: str | None) -> None:
    from rich.progress import Progress

    from deploy.connections import build_of, installation_settings, opened, service_named
    from deploy.errors import Unable
    from shared.event_store.feed_client import FeedCorrupt, FeedUnavailable
    from shared.hosting.feeds import EverythingOf
    from shared.views.rebuild import RebuildFailed
    from shared.views.rebuild import rebuild as rebuild_view

    name = service_named(service)
    async with opened(name, installation_settings()) as host:
        parts = build_of(name)(host)
        chosen = [view for view in parts.views if wanted in (None, view.name)]
        if not chosen:
            raise Unable(f"{service} keeps no view {wanted!r}: choose of {', '.join(v.name for v in parts.views)}.")
        shards = host.settings.installation.shards
        with Progress(transient=True) as progress:
            for view in chosen:
                advance = partial(progress.advance, progress.add_task(f"{service} {view.name}", total=None))
                sources = sorted({event.SERVICE for event in view.events})
                feed = EverythingOf(host.feeds, sources, shards)
                try:
                    done = await rebuild_view(view, host.database, feed, host.store.codec, advance)
                except (RebuildFailed, FeedUnavailable, FeedCorrupt) as fault:
                    raise Unable(f"{fault}; the live view stays as it is.") from None
                typer.echo(f"{service} {view.name}: version {done.version} is live, {done.events} events folded")
