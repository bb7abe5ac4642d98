"""Which version of each view is live: one `meta` document a view, read before a fold and looked at again after it.

While a view is being swapped whoever folds it waits, and whoever reads still reads the old version. A view that an
earlier release built has documents of another shape: they are neither read nor folded until it is rebuilt, and the
other views of its service go on.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.event_store.violations import Busy
from shared.messaging.positions import has_come_anywhere
from shared.mongo import Collection, Database, DuplicateKeyError, IndexModel, durable
from shared.views.view import View

META = "meta"


class Readiness(StrEnum):
    """What a release can do with a view as it stands."""

    LIVE = "live"
    SWAPPING = "being swapped"
    OUTDATED = "outdated"
    """An earlier release built it, or nobody: it waits for `etwinning views rebuild`."""
    AHEAD = "of a later release"


class ViewNotReady(Busy):
    """The view cannot be read or folded by this release as it stands; which view, and why."""

    def __init__(self, view: str, readiness: Readiness) -> None:
        super().__init__(view=view, readiness=readiness.value)


@dataclass(frozen=True, slots=True)
class Live:
    """`version` names the collection that is read, `fold` the version of the fold that made it and keeps it: 0 where
    nobody does."""

    version: int
    fold: int
    swapping: bool = False


NEVER_BUILT = Live(version=0, fold=0)


class LiveVersions:
    """The `meta` documents of one service."""

    def __init__(self, source: Database) -> None:
        self._meta = durable(source, META)

    async def read(self, names: Iterable[str]) -> dict[str, Live]:
        """The live version of each view; `NEVER_BUILT` where nothing is written."""
        wanted = list(names)
        found = await self._meta.find({"_id": {"$in": wanted}}).to_list(None)
        there = {one["_id"]: Live(one["version"], one["fold"], one["swapping"]) for one in found}
        return {name: there.get(name, NEVER_BUILT) for name in wanted}

    async def begin(self, name: str, live: Live) -> None:
        """Names the first live version, unless one is named."""
        with suppress(DuplicateKeyError):
            await self._meta.insert_one({"_id": name, **_written(live)})

    async def leave(self, name: str, live: Live) -> None:
        """From now on nobody folds into it: a release that goes back to its fold does not take it for complete."""
        await self._meta.update_one({"_id": name, **_written(live)}, {"$set": _written(replace(live, fold=0))})

    async def attempt(self, name: str, fold: int) -> tuple[Live, Live]:
        """Begins a rebuild, and with it ends every other of that view: what is live, and what is to be. No attempt
        has the collection of another."""
        while True:
            live = replace((await self.read([name]))[name], swapping=False)
            found = await self._meta.find_one({"_id": name}, {"attempt": 1}) or {}
            before = found.get("attempt")
            target = Live(max(fold, live.version + 1, (before or 0) + 1), fold)
            with suppress(DuplicateKeyError):
                same = {"_id": name, "attempt": before}
                changes = {**_written(live), "attempt": target.version}
                done = await self._meta.update_one(same, {"$set": changes}, upsert=not found)
                if done.matched_count or done.upserted_id is not None:
                    return live, target

    async def write(self, name: str, live: Live, attempt: Live) -> bool:
        """Names the live version: this one write is the swap. False when another rebuild began after `attempt`."""
        mine = {"_id": name, "attempt": attempt.version}
        return (await self._meta.update_one(mine, {"$set": _written(live)})).matched_count == 1


def _written(live: Live) -> dict[str, int | bool]:
    return {"version": live.version, "fold": live.fold, "swapping": live.swapping}


def readiness(view: View, live: Live) -> Readiness:
    """How the view stands to the release that `view` is of."""
    if live.swapping:
        return Readiness.SWAPPING
    if live.fold == view.version:
        return Readiness.LIVE
    return Readiness.OUTDATED if live.fold < view.version else Readiness.AHEAD


def refuse_unreadable(view: View, live: Live) -> None:
    """Raises `ViewNotReady` unless the live documents are of the shape that this release makes."""
    if live.fold != view.version:
        raise ViewNotReady(view.name, readiness(view, replace(live, swapping=False)))


def view_collection(source: Database, view: View, live: Live) -> Collection:
    """`view_<name>_v<version>`, with the concerns of everything that decides."""
    return durable(source, f"view_{view.name}_v{live.version}")


async def prepare_views(source: Database, group: str, views: Sequence[View]) -> None:
    """Names the live version of new views and creates indexes. A view that is new to a group that has come somewhere
    already lacks its history: it is left to a rebuild."""
    versions = LiveVersions(source)
    known: Mapping[str, Live] = await versions.read([view.name for view in views])
    for view in views:
        live = known[view.name]
        if live == NEVER_BUILT and not await has_come_anywhere(source, group):
            live = Live(view.version, view.version)
            await versions.begin(view.name, live)
        if live.fold == view.version:
            await create_indexes(view, view_collection(source, view, live))


async def outdated_views(source: Database, views: Sequence[View]) -> list[View]:
    """Those that wait for a rebuild, or for the end of one: a rebuild that was killed as it swapped never ends."""
    live = await LiveVersions(source).read(view.name for view in views)
    waiting = (Readiness.OUTDATED, Readiness.SWAPPING)
    return [view for view in views if readiness(view, live[view.name]) in waiting]


async def create_indexes(view: View, collection: Collection) -> None:
    """The indexes that the view's lists and searches use."""
    models = [IndexModel([(name, 1) for name in fields], name="_".join(fields)) for fields in view.indexes]
    if models:
        await collection.create_indexes(models)
