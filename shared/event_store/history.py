"""What a stream's commits say: its state, and what was already decided in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from shared.contracts.base import Event
from shared.contracts.envelope import Codec, Recorded
from shared.event_store.commits import GENESIS, Commit


@dataclass(frozen=True)
class Context:
    """Who asks, in which capacity, and why: recorded with every event of the commit.

    A person's command carries `command_id` (from the Idempotency-Key); a reaction carries `cause`, the id of the event,
    and `policy`, the reaction's name; a deadline the event that started it and the deadline's name.
    """

    actor: str
    capacity: str
    node: str
    correlation_id: str
    command_id: str | None = None
    cause: str | None = None
    policy: str | None = None
    basis: tuple[str, ...] = ()
    policy_version: str | None = None
    if_match: int | None = None


@dataclass(frozen=True)
class History:
    """A loaded stream."""

    stream: str
    commits: tuple[Commit, ...]
    codec: Codec

    @property
    def version(self) -> int:
        return len(self.commits)

    @property
    def last_hash(self) -> bytes:
        return self.commits[-1].hash if self.commits else GENESIS

    @cached_property
    def recorded(self) -> tuple[Recorded[Event], ...]:
        return tuple(recorded for commit in self.commits for recorded in commit.decoded(self.codec))

    def events(self) -> Iterator[Event]:
        """The events alone, without their envelopes: all that a fold needs, at half the price."""
        return (self.codec.event(raw) for commit in self.commits for raw in commit.events)

    def done(self, context: Context) -> Commit | None:
        """The commit in which this very command, or this policy on this cause, was decided: it is done."""
        if context.command_id is not None:
            return next((commit for commit in self.commits if commit.named.command_id == context.command_id), None)
        if context.cause is None:
            return None
        wanted = (context.cause, context.policy)
        return next((commit for commit in self.commits if (commit.named.cause, commit.named.policy) == wanted), None)
