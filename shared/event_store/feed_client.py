"""Reads another service's feed and believes nothing of it that the hashes do not prove."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from shared.contracts.base import Service
from shared.event_store.commits import Commit, CorruptCommit, verify
from shared.event_store.feed import FeedBlock, FeedPage
from shared.messaging.blocks import Block, CorruptBlock, Sealed, Tip, verify_block


class FeedUnavailable(Exception):
    """The owner did not answer, or with an error: asking again later helps."""


class FeedCorrupt(Exception):
    """What the owner serves contradicts its own hashes: nothing of it was taken over."""


@dataclass(frozen=True, slots=True)
class VerifiedBlock:
    """A block and its commits, each checked against its hash, the block against the one before it."""

    block: Block
    commits: tuple[Commit, ...]

    @property
    def tip(self) -> Tip:
        return Tip(self.block.n, self.block.first + self.block.count, self.block.hash)


class FeedClient:
    """The feed of one service. `http` has a base URL, or `base_url` names it; `token` mints a service token for it."""

    def __init__(self, http: httpx.AsyncClient, service: Service, token: Callable[[], str], base_url: str = "") -> None:
        self._http = http
        self._service = service
        self._token = token
        self._base_url = base_url

    async def before(self, shard: int, position: int, *, epoch: str | None = None) -> Tip:
        """What precedes the block that holds `position` (the last block, if it lies behind all), found by halving.

        From there on `blocks` reads little. That the blocks before it are sound is `etwinning verify`'s to say.

        Raises:
            FeedUnavailable, FeedCorrupt: as `blocks`.
        """
        low, high = 0, 1
        while await self._starts_by(shard, high, position, epoch):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if await self._starts_by(shard, middle, position, epoch) else (low, middle)
        page = await self._page(shard, low - 1, epoch, 1) if low else None
        if page is None:
            return Tip()
        found = page.blocks[0]
        return Tip(found.n - 1, found.first, found.prev_hash)

    async def _starts_by(self, shard: int, n: int, position: int, epoch: str | None) -> bool:
        """Whether block `n` exists and starts at or before `position`."""
        page = await self._page(shard, n - 1, epoch, 1)
        return page is not None and page.blocks[0].first <= position

    async def blocks(
        self, shard: int, after: Tip | None = None, *, epoch: str | None = None, count: int = 10
    ) -> AsyncIterator[VerifiedBlock]:
        """All blocks that follow `after` (none: from the first on), until the reader has caught up.

        Raises:
            FeedUnavailable: no answer, or an error.
            FeedCorrupt: a hash, a number or a position is wrong.
        """
        tip = after or Tip()
        while page := await self._page(shard, tip.n, epoch, count):
            for served in page.blocks:
                verified = _verified(page, served, tip)
                tip = verified.tip
                yield verified

    async def _page(self, shard: int, after: int, epoch: str | None, count: int) -> FeedPage | None:
        params: dict[str, str | int] = {"after": after, "count": count} | ({"epoch": epoch} if epoch else {})
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = await self._http.get(
                f"{self._base_url}/{self._service}/feed/{shard}", params=params, headers=headers
            )
        except httpx.HTTPError as error:
            raise FeedUnavailable(f"{self._service}: {type(error).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise FeedUnavailable(f"{self._service}: status {answer.status_code}")
        try:
            page = FeedPage.model_validate_json(answer.content)
        except ValidationError:
            raise FeedCorrupt(f"{self._service}: no feed page") from None
        if (page.service, page.shard) != (self._service, shard) or (epoch and page.epoch != epoch):
            raise FeedCorrupt(f"{self._service}: a page of another place")
        return page if page.blocks else None


def _verified(page: FeedPage, served: FeedBlock, tip: Tip) -> VerifiedBlock:
    try:
        commits = tuple(each.commit(page.shard) for each in served.commits)
        for commit in commits:
            verify(commit, commit.prev_hash)
        sealed = tuple(Sealed(commit.key, commit.hash.hex(), len(commit.events)) for commit in commits)
        block = Block(
            page.origin, page.epoch, page.shard, served.n, served.first, sealed, served.prev_hash, served.hash
        )
        verify_block(block, tip)
    except (CorruptCommit, CorruptBlock, ValueError) as error:
        raise FeedCorrupt(f"{page.service}: {error}") from None
    return VerifiedBlock(block, commits)
