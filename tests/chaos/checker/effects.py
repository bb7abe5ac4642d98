"""I6: for each event, policy and stream exactly one commit, and none is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.checker.formats import StoredCommit, StoredEvent
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World

Cause = tuple[str, str]


@dataclass(frozen=True)
class Expected:
    """One consequence of an event: `policy` of `service` acts on one stream, or on one for each item of `per`.

    `sometimes`: only when more is true than the event says (a deadline that came, a mail of that kind): none is missed.
    A deadline's name may go on after a point, `remind_director.2`. `unless`: not where the event says no to it.
    """

    policy: str
    service: str
    per: str | None = None
    sometimes: bool = False
    unless: str | None = None

    def streams(self, event: StoredEvent) -> int:
        if self.unless is not None and event.said(self.unless) == "False":
            return 0
        return len(event.items(self.per)) if self.per else 1


Expectations = Mapping[str, Sequence[Expected]]
"""Event name to what follows from it: plain data, written down apart from the product's own tables."""


def check_effects(world: World, expectations: Expectations) -> Iterator[Violation]:
    """Doubled, unforeseen and missing effects."""
    for store in world.stores.values():
        found: dict[Cause, list[StoredCommit]] = {}
        for commit in store.commits:
            if commit.facts.get("cause"):
                found.setdefault((commit.facts["cause"], str(commit.facts.get("policy"))), []).append(commit)
        for cause, commits in found.items():
            yield from _doubled(store.service, cause, commits)
        yield from _planned(world, store.service, found, expectations)
        yield from _missing(world, store.service, found, expectations)


def _doubled(service: str, cause: Cause, commits: Sequence[StoredCommit]) -> Iterator[Violation]:
    for stream, times in Counter(commit.stream for commit in commits).items():
        if times > 1:
            yield Violation("I6", f"{service}/{stream}", f"{cause[1]} acted {times} times on event {cause[0]}")


def _planned(
    world: World, service: str, found: Mapping[Cause, Sequence[StoredCommit]], expectations: Expectations
) -> Iterator[Violation]:
    """What acted must be in the table, and on no more streams than it says."""
    for (event_id, policy), commits in found.items():
        event = world.by_id.get(event_id)
        if event is None:
            continue  # reported as I2
        named = policy.partition(".")[0]
        table = [one for one in expectations.get(event.name, ()) if (one.service, one.policy) == (service, named)]
        streams = len({commit.stream for commit in commits})
        if not table:
            yield Violation("I6", f"{service}/{policy}", f"acted on {event.name}, which no table expects")
        elif streams > table[0].streams(event):
            yield Violation("I6", f"{service}/{policy}", f"acted on {streams} streams for {event.place}")


def _missing(
    world: World, service: str, found: Mapping[Cause, Sequence[StoredCommit]], expectations: Expectations
) -> Iterator[Violation]:
    for event in world.named(*expectations):
        for one in expectations[event.name]:
            if one.service != service or one.sometimes:
                continue
            streams = len({commit.stream for commit in found.get((event.id, one.policy), ())})
            if streams < one.streams(event):
                said = f"{event.name} {event.id} has {streams} of {one.streams(event)} effects of {one.policy}"
                yield Violation("I6", event.place, f"{said} in {service}, and no recorded decline")


_ANSWERED_OR_ENDED = frozenset(
    ("DirectorApproved", "DirectorRefused", "TeacherValidated", "TeacherRejected", "RefusalUpheld")
) | {"ValidationWithdrawn"}


def check_bounces(world: World) -> Iterator[Violation]:
    """The case hears that its question to the director came back (rules §4.7), unless it is past that question."""
    for bounced in world.named("NotificationBounced"):
        stream, attempt = bounced.said("link", "stream"), bounced.said("link", "attempt")
        if bounced.said("link", "purpose") == "director_answer" and not any(
            event.name in _ANSWERED_OR_ENDED
            or (event.name == "DirectorContactFailed" and event.said("attempt") == attempt)
            or (event.name == "DirectorContacted" and event.said("attempt") != attempt)
            or (event.name == "CaseEscalated" and event.said("reason") == "applicant_is_director")
            for commit in world.stores["validation"].streams.get(stream, ())
            for event in commit.events
        ):
            yield Violation("I6", bounced.place, f"the question came back, and {stream} never heard of it")
