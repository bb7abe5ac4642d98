"""Health that means something: a process is live while its loops make progress, ready while what it needs answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

READY_TIMEOUT_S = 2.0

Clock = Callable[[], float]
ReadyCheck = Callable[[], Awaitable[None]]


class UnknownLoop(Exception):
    """A loop reports that never registered: its silence would go unnoticed."""


@dataclass(slots=True)
class _Loop:
    bound_s: float
    last: float


class Heartbeats:
    """Every loop registers with a bound and reports each turn that got somewhere; idle turns count as progress."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._loops: dict[str, _Loop] = {}

    def register(self, name: str, *, within_seconds: float) -> None:
        """Expect progress of `name` at least this often, from now on."""
        self._loops[name] = _Loop(within_seconds, self._clock())

    def unregister(self, name: str) -> None:
        """A loop that was stopped on purpose is not missed."""
        self._loops.pop(name, None)

    def __contains__(self, name: str) -> bool:
        """Whether progress of `name` is expected."""
        return name in self._loops

    def beat(self, name: str) -> None:
        """`name` has made progress; raises `UnknownLoop`."""
        try:
            self._loops[name].last = self._clock()
        except KeyError:
            raise UnknownLoop(name) from None

    def ages(self) -> dict[str, float]:
        """Seconds since each loop's last progress."""
        now = self._clock()
        return {name: now - loop.last for name, loop in self._loops.items()}

    def stalled(self) -> tuple[str, ...]:
        """The loops beyond their bound, in alphabetical order."""
        now = self._clock()
        return tuple(sorted(name for name, loop in self._loops.items() if now - loop.last > loop.bound_s))


class Health:
    """What `/live` and `/ready` answer."""

    def __init__(
        self,
        heartbeats: Heartbeats,
        ready: Mapping[str, ReadyCheck] | None = None,
        *,
        timeout_s: float = READY_TIMEOUT_S,
    ) -> None:
        self.heartbeats = heartbeats
        self._ready = dict(ready or {})
        self._timeout_s = timeout_s

    async def failing(self) -> tuple[str, ...]:
        """The names of the checks that raise or do not answer in time; all run at once."""
        names = sorted(self._ready)
        passed = await asyncio.gather(*(self._passes(self._ready[name]) for name in names))
        return tuple(name for name, ok in zip(names, passed, strict=True) if not ok)

    async def _passes(self, check: ReadyCheck) -> bool:
        try:
            async with asyncio.timeout(self._timeout_s):
                await check()
        except Exception:  # noqa: BLE001 whatever it is, the process is not ready; the check's owner logs why
            return False
        return True
