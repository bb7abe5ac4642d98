"""Which version of each view is live: one `meta` document a view, read before a fold and looked at again after it.

While a view is being swapped whoever folds it waits, and whoever reads still reads the old version.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from shared.messaging.positions import has_come_anywhere
from shared.messaging.transient import Transient
from shared.mongo import Collection, Database, DuplicateKeyError, IndexModel, durable
from shared.views.view import View

META = "meta"


class ViewNotReady(Transient):
    """The view is being swapped, or this release folds it another way than it was built: rebuild it."""

    def __init__(self, view: str, fault: str) -> None:
        super().__init__(f"view {view} {fault}")
        self.view = view


@dataclass(frozen=True, slots=True)
class Live:
    """`version` names the collection that is read, `fold` the version of the fold that made it."""

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

    async def write(self, name: str, live: Live) -> None:
        """Names the live version: this one write is the swap."""
        written = {"version": live.version, "fold": live.fold, "swapping": live.swapping}
        await self._meta.update_one({"_id": name}, {"$set": written}, upsert=True)

    async def begin(self, name: str, live: Live) -> None:
        """Names the first live version, unless one is named."""
        written = {"_id": name, "version": live.version, "fold": live.fold, "swapping": live.swapping}
        with suppress(DuplicateKeyError):
            await self._meta.insert_one(written)


def refuse_unready(view: View, live: Live) -> None:
    """Raises `ViewNotReady` unless `view` may be folded into its live collection now."""
    if live.swapping:
        raise ViewNotReady(view.name, "is being swapped")
    if live.fold != view.version:
        raise ViewNotReady(view.name, f"was folded by version {live.fold}, this release has {view.version}: rebuild it")


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
        await create_indexes(view, view_collection(source, view, live))


async def create_indexes(view: View, collection: Collection) -> None:
    """The indexes that the view's lists and searches use."""
    models = [IndexModel([(name, 1) for name in fields], name="_".join(fields)) for fields in view.indexes]
    if models:
        await collection.create_indexes(models)
