"""Rebuilds a view: folds its next version beside the live one out of the feed, follows, swaps (design §7).

Why a swap passes no event by: a consumer looks which version is live before its fold and again after it, and stores its
positions only when nothing changed. So whatever was folded into the old version alone was in the feed before `swapping`
was written, and the last pass, which begins after that, folds it. Documents skip by stream and version, so that what
both fold is folded once.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from shared.contracts.envelope import Codec, Undecodable
from shared.event_store.commits import Commit
from shared.mongo import Collection, Database
from shared.views.live import Live, LiveVersions, create_indexes, view_collection
from shared.views.runner import Item, fold_batch
from shared.views.view import View

log = structlog.get_logger()

BATCH = 500
FOLLOWED = 5

Progress = Callable[[int], None]


class RebuildFailed(Exception):
    """The fold raised, or an event could not be read: the live version stays as it was."""

    def __init__(self, view: str, stream: str, version: int, error: str) -> None:
        super().__init__(f"view {view} cannot fold {stream}@{version}: {error}")
        self.view, self.stream, self.version = view, stream, version


class CommitFeed(Protocol):
    """Everything that feeds a view, each shard in order: a store's blocks, or the feeds of several services."""

    def until_head(self) -> AsyncIterator[Commit]:
        """The commits in blocks that were not yielded before, up to the last block there is when it gets there."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: the version that is live now, and the number of events that it folded."""

    view: str
    version: int
    events: int


async def rebuild(
    view: View, source: Database, feed: CommitFeed, codec: Codec, progress: Progress = lambda _: None
) -> Rebuilt:
    """Folds `view` from nothing into a new collection and makes it the live one.

    A rebuild that died is simply started again; while it swapped, consumers of the view wait for that.

    Raises:
        RebuildFailed: the fold raised; nothing has changed for readers.
    """
    versions = LiveVersions(source)
    live = replace((await versions.read([view.name]))[view.name], swapping=False)
    await versions.write(view.name, live)
    target = Live(max(view.version, live.version + 1), view.version)
    collection = view_collection(source, view, target)
    await collection.drop()  # of a rebuild that died
    await create_indexes(view, collection)
    events = await _follow(view, collection, feed, codec, progress)
    await versions.write(view.name, replace(live, swapping=True))
    try:
        events += await _pass(view, collection, feed, codec, progress)
    except BaseException:
        await versions.write(view.name, live)
        raise
    await versions.write(view.name, target)
    log.info("view_rebuilt", view=view.name, version=target.version, events=events)
    return Rebuilt(view.name, target.version, events)


async def _follow(view: View, collection: Collection, feed: CommitFeed, codec: Codec, progress: Progress) -> int:
    """Passes until one finds little left, so that the last pass, for which consumers wait, is short."""
    events = 0
    for _ in range(FOLLOWED):
        folded = await _pass(view, collection, feed, codec, progress)
        events += folded
        if folded < BATCH:
            break
    return events


async def _pass(view: View, collection: Collection, feed: CommitFeed, codec: Codec, progress: Progress) -> int:
    events, batch = 0, list[Item]()
    async for commit in feed.until_head():
        batch += _decoded(view, commit, codec)
        if len(batch) >= BATCH:
            events += await _fold(view, collection, batch, progress)
            batch = []
    return events + await _fold(view, collection, batch, progress)


def _decoded(view: View, commit: Commit, codec: Codec) -> list[Item]:
    try:
        return [Item(recorded) for recorded in commit.decoded(codec)]
    except Undecodable as error:
        raise RebuildFailed(view.name, commit.stream, commit.version, type(error).__name__) from None


async def _fold(view: View, collection: Collection, batch: list[Item], progress: Progress) -> int:
    for failure in await fold_batch(view, collection, batch):
        recorded = failure.item.recorded
        raise RebuildFailed(view.name, recorded.stream, recorded.version, type(failure.error).__name__)
    progress(len(batch))
    return len(batch)
