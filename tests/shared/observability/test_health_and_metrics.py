"""Health and metrics: a loop that stops is seen, and keeps being seen."""

import asyncio

import pytest

from shared.observability.health import Health, Heartbeats, UnknownLoop
from shared.observability.metrics import Metrics


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_loop_that_never_registered_cannot_report() -> None:
    with pytest.raises(UnknownLoop):
        Heartbeats().beat("relay")


def test_only_loops_beyond_their_own_bound_are_stalled() -> None:
    clock = Clock()
    heartbeats = Heartbeats(clock)
    heartbeats.register("relay", within_seconds=5)
    heartbeats.register("sweep", within_seconds=50)
    clock.now = 6
    assert heartbeats.stalled() == ("relay",)
    heartbeats.unregister("relay")
    assert heartbeats.stalled() == ()


async def test_a_check_that_hangs_is_not_ready() -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    async def answers() -> None:
        return None

    health = Health(Heartbeats(), {"kafka": hangs, "database": answers}, timeout_s=0.01)
    assert await health.failing() == ("kafka",)


def test_the_age_of_a_loop_grows_from_scrape_to_scrape() -> None:
    clock, metrics = Clock(), Metrics()
    heartbeats = Heartbeats(clock)
    heartbeats.register("relay", within_seconds=5)
    metrics.watch_loops(heartbeats.ages)
    clock.now = 3
    assert b'loop_last_progress_seconds{loop="relay"} 3.0' in metrics.exposition()
    clock.now = 9
    assert b'loop_last_progress_seconds{loop="relay"} 9.0' in metrics.exposition()


def test_metrics_are_known_by_the_names_that_operators_use() -> None:
    metrics = Metrics()
    metrics.unsealed_age_seconds.labels("projects", "0").set(4)
    metrics.relay_published_total.labels("projects", "0").inc()
    metrics.consumer_lag_events.labels("g", "t", "0").set(2)
    metrics.consumer_lag_seconds.labels("g", "t", "0").set(2)
    metrics.parked_streams.labels("g").set(1)
    metrics.decision_conflicts_total.labels("projects").inc()
    metrics.commands_refused_total.labels("projects", "not-assessed").inc()
    metrics.commands_total.labels("projects", "GrantNQS").inc()
    metrics.mails_total.labels("sent").inc()
    text = metrics.exposition().decode()
    for line in (
        'unsealed_age_seconds{service="projects",shard="0"} 4.0',
        'relay_published_total{service="projects",shard="0"} 1.0',
        'consumer_lag_events{group="g",shard="0",topic="t"} 2.0',
        'consumer_lag_seconds{group="g",shard="0",topic="t"} 2.0',
        'parked_streams{group="g"} 1.0',
        'decision_conflicts_total{service="projects"} 1.0',
        'commands_refused_total{rule="not-assessed",service="projects"} 1.0',
        'commands_total{command="GrantNQS",service="projects"} 1.0',
        'mails_total{outcome="sent"} 1.0',
    ):
        assert line in text
