"""Rebuilds views: folds their next version beside the live one out of the feed, follows, swaps (design §7).

Why a swap passes no event by: a consumer looks which version is live before its fold and again after it, and stores its
positions only when nothing changed. So whatever was folded into the old version alone, or into none because the view is
outdated, was in the feed before `swapping` was written, and the last pass, which begins after that, folds it. Documents
skip by stream and version, so that what both fold is folded once. Two rebuilds of one view never share a collection,
and only the one that began last may swap.
"""

from collections.abc import AsyncIterator, Callable, Sequence
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

    def __init__(self, views: Sequence[str], stream: str, version: int, error: str) -> None:
        super().__init__(f"{', '.join(views)} cannot fold {stream}@{version}: {error}")
        self.views, self.stream, self.version = frozenset(views), stream, version


class CommitFeed(Protocol):
    """Everything that feeds a view, each shard in order: a store's blocks, or the feeds of several services."""

    def until_head(self) -> AsyncIterator[Commit]:
        """The commits in blocks that were not yielded before, up to the last block there is when it gets there."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: the version that is live now, and the number of events that it read."""

    view: str
    version: int
    events: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    view: View
    live: Live
    target: Live
    versions: LiveVersions
    collection: Collection

    async def name(self, live: Live) -> bool:
        """False once another rebuild of the view has begun, which is the one that counts."""
        return await self.versions.write(self.view.name, live, self.target)


async def rebuild(
    views: Sequence[View], source: Database, feed: CommitFeed, codec: Codec, progress: Progress = lambda _: None
) -> list[Rebuilt]:
    """Folds each view from nothing into a new collection, all of them out of one reading of the feed, and makes these
    the live ones.

    A rebuild that died is simply started again; while it swapped, consumers of the views wait for that.

    Returns:
        What is live now; without the views of which another rebuild began meanwhile.

    Raises:
        RebuildFailed: a fold raised; nothing has changed for readers of any of the views.
    """
    attempts = [await _begin(view, source) for view in views]
    folding = _Folding(attempts, feed, codec, progress)
    await folding.follow()
    try:
        attempts = [one for one in attempts if await one.name(replace(one.live, swapping=True))]
        await folding.one_pass()
    except BaseException:
        for one in attempts:
            await one.name(one.live)
        raise
    attempts = [one for one in attempts if await one.name(one.target)]
    done = [Rebuilt(one.view.name, one.target.version, folding.events) for one in attempts]
    for rebuilt in done:
        log.info("view_rebuilt", view=rebuilt.view, version=rebuilt.version, events=rebuilt.events)
    return done


async def _begin(view: View, source: Database) -> _Attempt:
    versions = LiveVersions(source)
    live, target = await versions.attempt(view.name, view.version)
    for left in range(live.version + 1, target.version + 1):  # by attempts that died
        await view_collection(source, view, replace(target, version=left)).drop()
    collection = view_collection(source, view, target)
    await create_indexes(view, collection)
    return _Attempt(view, live, target, versions, collection)


class _Folding:
    """Passes over what the feed has more, each event into every view; `events` counts them once."""

    def __init__(self, attempts: Sequence[_Attempt], feed: CommitFeed, codec: Codec, progress: Progress) -> None:
        self._attempts, self._feed, self._codec, self._progress = attempts, feed, codec, progress
        self.events = 0

    async def follow(self) -> None:
        """Passes until one finds little left, so that the last pass, for which consumers wait, is short."""
        for _ in range(FOLLOWED):
            before = self.events
            await self.one_pass()
            if self.events - before < BATCH:
                break

    async def one_pass(self) -> None:
        batch = list[Item]()
        async for commit in self._feed.until_head():
            batch += self._decoded(commit)
            if len(batch) >= BATCH:
                await self._fold(batch)
                batch = []
        await self._fold(batch)

    def _decoded(self, commit: Commit) -> list[Item]:
        try:
            return [Item(recorded) for recorded in commit.decoded(self._codec)]
        except Undecodable as error:
            names = [attempt.view.name for attempt in self._attempts]
            raise RebuildFailed(names, commit.stream, commit.version, type(error).__name__) from None

    async def _fold(self, batch: list[Item]) -> None:
        for attempt in self._attempts:
            for failure in await fold_batch(attempt.view, attempt.collection, batch):
                recorded = failure.item.recorded
                fault = type(failure.error).__name__
                raise RebuildFailed([attempt.view.name], recorded.stream, recorded.version, fault)
        self.events += len(batch)
        self._progress(len(batch))
