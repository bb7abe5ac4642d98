"""How to learn for certain that a commit will never come: occupy its version, or find what stands there (design §5)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from shared.contracts.base import Command, Reason
from shared.contracts.catalogue import ABANDONED
from shared.event_store.commits import Commit
from shared.event_store.handling import commit_after
from shared.event_store.history import Context, History
from shared.event_store.store import Appended, AppendUnknown, EventStore
from shared.event_store.violations import Busy

Abandon = Callable[[str, int, str], Awaitable[Commit]]
"""`await abandon(stream, version, intent)`: what stands there from now on, for ever."""


class AbandonIntent(Command):
    """Occupy this version, so that nothing written for it can come true any more."""

    intent: Reason


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Abandonment:
    """Occupies versions that a crashed writer left empty. Callable as `Abandon`."""

    def __init__(self, store: EventStore, clock: Callable[[], datetime] = _utc_now) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, stream: str, version: int, intent: str) -> Commit:
        """The commit at exactly that version of that stream; `IntentAbandoned` where there was none.

        Raises:
            Busy: neither could be established, or the version cannot be written yet; nothing is certain.
        """
        there = await self._store.get(stream, version)
        if there is not None:
            return there
        history = History(stream, await self._store.load(stream), self._store.codec)
        if history.version >= version:
            return history.commits[version - 1]
        if history.version < version - 1:
            raise Busy(stream=stream)
        return await self._occupy(history, intent)

    async def _occupy(self, history: History, intent: str) -> Commit:
        service = self._store.installation.service
        command = AbandonIntent(at=self._clock(), intent=intent)
        context = Context(
            actor="system",
            capacity=f"service:{service}",
            node=_node(history),
            correlation_id=f"{intent}:{history.stream}@{history.version + 1}",
            command_id=f"{intent}:{history.stream}@{history.version + 1}",
        )
        event = ABANDONED[service](intent=intent)
        commit = commit_after(self._store.installation, history, (event,), command, context)
        try:
            if await self._store.append(commit) is Appended.STORED:
                return commit
        except AppendUnknown:
            raise Busy(stream=history.stream) from None
        found = await self._store.get(history.stream, commit.version)
        if found is None:
            raise Busy(stream=history.stream)
        return found


def _node(history: History) -> str:
    """The node that the stream belongs to; the central one where nothing was ever committed."""
    return history.recorded[-1].node if history.recorded else "eu"
