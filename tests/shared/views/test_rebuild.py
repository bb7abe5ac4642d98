"""A rebuilt view equals the live one, byte by byte, and passes no event by that arrives meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.envelope import Recorded
from shared.event_store.commits import Commit
from shared.event_store.handling import Handler
from shared.messaging.processing import GroupProcessor
from shared.mongo import Database
from shared.views.live import Live, LiveVersions, ViewNotReady, prepare_views
from shared.views.reader import ViewReader
from shared.views.rebuild import RebuildFailed, rebuild
from shared.views.runner import ViewsWork
from tests.shared.event_store.counting import CODEC
from tests.shared.messaging.consuming import Shard, clock
from tests.shared.views.totals import GROUP, TOTALS, Commits, fold_counted, stored


async def live_view(source: Database, handler: Handler) -> tuple[Shard, ViewsWork]:
    """Three streams in random-looking turns, folded in small batches with repeats."""
    await prepare_views(source, GROUP, [TOTALS])
    shard, work = Shard(handler), ViewsWork([TOTALS], source, CODEC)
    shard.add(*["a-1", "b-1", "a-1", "c-1", "b-1"] * 6, times=2)
    deliveries = shard.deliveries()
    for start in range(0, len(deliveries), 7):
        assert await work.run(deliveries[max(0, start - 3) : start + 7]) == {}
    return shard, work


async def live_version(source: Database) -> Live:
    return (await LiveVersions(source).read(["totals"]))["totals"]


async def test_with_an_unchanged_fold_the_documents_are_identical(own_database: Database, handler: Handler) -> None:
    shard, _ = await live_view(own_database, handler)
    seen: list[int] = []
    (rebuilt,) = await rebuild([TOTALS], own_database, Commits(shard.commits), CODEC, seen.append)
    assert (rebuilt.version, rebuilt.events, sum(seen)) == (2, 60, 60)
    assert await live_version(own_database) == Live(2, 1)
    assert await stored(own_database, 2) == await stored(own_database, 1)
    assert len(await stored(own_database, 2)) == 4


class Racing(Commits):
    """While the last pass reads, a consumer folds what was published just before, and more is published after it."""

    def __init__(self, shard: Shard, work: ViewsWork) -> None:
        super().__init__(list(shard.commits))
        self.shard, self.work = shard, work
        self.refused: list[object] = []

    async def until_head(self) -> AsyncIterator[Commit]:
        if not self.passes:
            late = self.shard.add("a-1", "d-1")
            self.refused.append((await self.work.run(late))["a-1"].error)
            self.passes.append(self.shard.commits[-2:])
        async for commit in super().until_head():
            yield commit


async def test_an_event_that_arrives_during_the_swap_is_in_the_new_version_once(
    own_database: Database, handler: Handler
) -> None:
    shard, work = await live_view(own_database, handler)
    feed = Racing(shard, work)
    await rebuild([TOTALS], own_database, feed, CODEC)
    assert [type(error) for error in feed.refused] == [ViewNotReady], "who folds during the swap waits and repeats"
    assert await work.run(shard.deliveries()) == {}
    expected = await stored(own_database, 2)
    await rebuild([TOTALS], own_database, Commits(shard.commits), CODEC)
    assert await stored(own_database, 3) == expected
    assert b'"d-1"' in expected["all"]


class SwappedUnderneath(ViewsWork):
    """A rebuild swaps after this consumer looked which version is live and before it stored its position."""

    shard: Shard
    swapped = False

    async def _fold(self, items: Any) -> Any:
        real = self._versions.read

        async def read_then_swap(names: Any) -> Any:
            found = await real(names)
            if not self.swapped:
                self.swapped = True
                await rebuild([TOTALS], self._source, Commits(self.shard.commits[:-1]), CODEC)
            return found

        self._versions.read = read_then_swap  # type: ignore[method-assign]
        return await super()._fold(items)


async def test_a_consumer_that_folded_into_the_old_version_folds_again_into_the_new(
    own_database: Database, handler: Handler
) -> None:
    shard, _ = await live_view(own_database, handler)
    work = SwappedUnderneath([TOTALS], own_database, CODEC)
    work.shard = shard
    assert await work.run(shard.add("z-1")) == {}
    assert await live_version(own_database) == Live(2, 1)
    assert await ViewReader(own_database).get(TOTALS, "z-1") is not None


async def test_a_fold_that_fails_changes_nothing_for_readers(own_database: Database, handler: Handler) -> None:
    def failing(document: dict[str, Any] | None, recorded: Recorded[Any]) -> dict[str, Any]:
        if recorded.stream == "c-1":
            raise KeyError
        return fold_counted(document, recorded)

    shard, work = await live_view(own_database, handler)
    with pytest.raises(RebuildFailed, match="c-1@1"):
        await rebuild([replace(TOTALS, fold=failing)], own_database, Commits(shard.commits), CODEC)
    assert await live_version(own_database) == Live(1, 1)
    assert await work.run(shard.add("a-1")) == {}


async def test_a_new_version_of_the_fold_goes_live_with_its_rebuild(own_database: Database, handler: Handler) -> None:
    shard, _ = await live_view(own_database, handler)
    second = replace(TOTALS, version=2, fold=lambda *given: fold_counted(*given) | {"kind": "sum"})
    work = ViewsWork([second], own_database, CODEC)
    await rebuild([second], own_database, Commits(shard.commits), CODEC)
    await GroupProcessor(GROUP, work, own_database, clock).process(shard.deliveries())
    document = await ViewReader(own_database).get(second, "all")
    assert document is not None
    assert document["kind"] == "sum"


async def test_views_are_rebuilt_out_of_one_reading(own_database: Database, handler: Handler) -> None:
    shard, _ = await live_view(own_database, handler)
    other = replace(TOTALS, name="other", version=3)
    feed = Commits(shard.commits)
    done = await rebuild([TOTALS, other], own_database, feed, CODEC)
    assert [(one.view, one.version, one.events) for one in done] == [("totals", 2, 60), ("other", 3, 60)]
    assert feed.passes == []
    assert await stored(own_database, 3, other) == await stored(own_database, 2) == await stored(own_database, 1)


async def test_an_event_that_passed_an_outdated_view_by_is_in_its_rebuild(
    own_database: Database, handler: Handler
) -> None:
    shard, _ = await live_view(own_database, handler)
    second = replace(TOTALS, version=2)
    work = ViewsWork([second], own_database, CODEC)
    assert await work.run(shard.add("late-1")) == {}
    feed = Racing(shard, work)
    await rebuild([second], own_database, feed, CODEC)
    assert [type(error) for error in feed.refused] == [ViewNotReady], "while it is swapped, none passes it by"
    assert await work.run(shard.deliveries()) == {}
    for stream in ("late-1", "d-1"):
        assert await ViewReader(own_database).get(second, stream) is not None


class Overtaken(Commits):
    """While it is read, somebody else rebuilds the view."""

    def __init__(self, shard: Shard, source: Database) -> None:
        super().__init__(list(shard.commits))
        self.shard, self.source = shard, source

    async def until_head(self) -> AsyncIterator[Commit]:
        if self.passes:
            other = await rebuild([TOTALS], self.source, Commits(self.shard.commits), CODEC)
            assert [one.version for one in other] == [3]
        async for commit in super().until_head():
            yield commit


async def test_of_two_rebuilds_at_once_only_the_later_swaps(own_database: Database, handler: Handler) -> None:
    shard, work = await live_view(own_database, handler)
    other = replace(TOTALS, name="other")
    done = await rebuild([TOTALS, other], own_database, Overtaken(shard, own_database), CODEC)
    assert [one.view for one in done] == ["other"]
    assert await live_version(own_database) == Live(3, 1)
    assert await stored(own_database, 3) == await stored(own_database, 1)
    assert await work.run(shard.add("a-1")) == {}
