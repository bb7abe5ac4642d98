"""Other services' feeds, as this service reads them: to close gaps and to rebuild views."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import httpx

from shared.contracts.base import SERVICES, Service
from shared.contracts.catalogue import topic_of
from shared.event_store.commits import Commit
from shared.event_store.feed_client import FeedClient
from shared.messaging.blocks import Tip
from shared.messaging.delivery import Delivery, Place, deliveries_of

Token = Callable[[str], str]


class Feeds:
    """Feeds of every service. `urls`: base URL by service; `token(audience)`: a fresh service token for it."""

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str], token: Token) -> None:
        self._http, self._urls, self._token = http, urls, token

    def client(self, service: Service) -> FeedClient:
        """The feed of one service."""
        return FeedClient(self._http, service, lambda: self._token(service), base_url=self._urls[service])

    async def between(self, place: Place, first: int, last: int) -> Sequence[Delivery]:
        """What Kafka would deliver of a shard from one position to another, both included; fewer when there is fewer.

        Raises:
            FeedUnavailable, FeedCorrupt: the owner cannot be asked, or contradicts itself.
        """
        service = next(name for name in SERVICES if topic_of(name) == place.topic)
        found: list[Delivery] = []
        feed = self.client(service)
        near = await feed.before(place.shard, first, epoch=place.epoch)
        async for verified in feed.blocks(place.shard, near, epoch=place.epoch):
            deliveries = deliveries_of(place, verified.block.first, verified.commits)
            found += [one for one in deliveries if first <= one.position <= last]
            if verified.tip.next_position > last:
                break
        return found


class EverythingOf:
    """All commits of some services, shard by shard, each from where it was left: what a rebuild folds."""

    def __init__(self, feeds: Feeds, services: Sequence[Service], shards: int) -> None:
        self._feeds = feeds
        self._tips = {(service, shard): Tip() for service in services for shard in range(shards)}

    async def until_head(self) -> AsyncIterator[Commit]:
        """The commits in blocks that were not yielded before."""
        for (service, shard), tip in list(self._tips.items()):
            async for verified in self._feeds.client(service).blocks(shard, tip):
                self._tips[service, shard] = verified.tip
                for commit in verified.commits:
                    yield commit
