"""Rate limits of routes that guess or send: log-in, recovery, registration. Keyed by client and by hashed address.

`RateLimits` belongs to the application (`app.state.rate_limits`); a route asks for it with
`Depends(per_client("sign-in", "10/minute"))`, and for an address inside the handler with `check_address`.
"""

import hmac
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string

IN_MEMORY = "async+memory://"


class RateLimited(Exception):
    """Asked too often. `retry_after` in whole seconds, at least one. The edge answers 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("rate limited")
        self.retry_after = retry_after


class RateLimits:
    """Counts hits in a moving window, in memory (one process) or in a database that several share.

    `storage`: `async+memory://` or `async+mongodb://host/…`; `secret` hides addresses from whoever reads the
    storage, and has to be the same for all processes that share one.
    """

    def __init__(self, storage: str = IN_MEMORY, *, secret: bytes | None = None, enabled: bool = True) -> None:
        made = storage_from_string(storage)
        if not isinstance(made, Storage):
            raise TypeError("the storage of rate limits has to be an asynchronous one (async+…)")
        self._limiter = MovingWindowRateLimiter(made)
        self._secret = secret or secrets.token_bytes(32)
        self._enabled = enabled

    async def hit(self, rate: RateLimitItem, *key: str) -> None:
        """Count one; raises `RateLimited` when that is one too many."""
        if not self._enabled or await self._limiter.hit(rate, *key):
            return
        stats = await self._limiter.get_window_stats(rate, *key)
        raise RateLimited(max(1, math.ceil(stats.reset_time - time.time())))

    async def check_address(self, name: str, rate: str, normalised: str) -> None:
        """Count one for an address, known or not, by its keyed hash; raises `RateLimited`."""
        digest = hmac.new(self._secret, normalised.encode(), sha256).hexdigest()
        await self.hit(parse(rate), name, "address", digest)


def per_client(name: str, rate: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that limits one client on one route; `rate` as in `10/minute`."""
    item = parse(rate)

    async def limited(request: Request) -> None:
        limits: RateLimits = request.app.state.rate_limits
        await limits.hit(item, name, "client", client_network(request))

    return limited


def client_network(request: Request) -> str:
    """The client's address; for IPv6 its /64, of which one household or one attacker has all."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return f"{int(address) >> 64:x}::/64"
    return host
