"""Prometheus metrics that answer "what is stuck, since when, whose". Labels take values from code, never from people.

One `Metrics` per process, made by the wiring and passed on. `service`, `group`, `topic`, `shard`, `rule`, `outcome`,
`loop` and `error` (the name of a type) are bounded by the code; a stream, a person or a path is never a label.
"""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Every metric of the product, on a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._relay_and_consumers()
        self._decisions()

    def _relay_and_consumers(self) -> None:
        on = self.registry
        self.unsealed_age_seconds = Gauge(
            "unsealed_age_seconds",
            "Age of the oldest unpublished commit; 0 when none",
            ["service", "shard"],
            registry=on,
        )
        self.relay_published_total = Counter(
            "relay_published", "Events acknowledged by Kafka", ["service", "shard"], registry=on
        )
        lag = ["group", "topic", "shard"]
        self.consumer_lag_events = Gauge("consumer_lag_events", "Events not yet handled", lag, registry=on)
        self.consumer_lag_seconds = Gauge("consumer_lag_seconds", "Age of the next event to handle", lag, registry=on)
        self.parked_streams = Gauge("parked_streams", "Streams waiting for an operator", ["group"], registry=on)

    def _decisions(self) -> None:
        on = self.registry
        self.commands_total = Counter("commands", "Commands decided", ["service", "command"], registry=on)
        self.commands_refused_total = Counter(
            "commands_refused", "Commands refused by a rule", ["service", "rule"], registry=on
        )
        self.decision_conflicts_total = Counter(
            "decision_conflicts", "Commits that lost their version to another", ["service"], registry=on
        )
        self.sweep_failures_total = Counter(
            "sweep_failures", "Items and turns of a loop that failed", ["service", "loop", "error"], registry=on
        )
        self.mails_total = Counter("mails", "Mails by outcome", ["outcome"], registry=on)
        self.http_request_seconds = Histogram(
            "http_request_seconds",
            "Requests by route template",
            ["service", "method", "route", "status"],
            buckets=_LATENCY_BUCKETS,
            registry=on,
        )

    def watch_loops(self, ages: Callable[[], dict[str, float]]) -> None:
        """Export `loop_last_progress_seconds{loop}` from `ages` at the moment of each scrape: a dead loop ages on."""
        self.registry.register(_LoopAges(ages))

    def exposition(self) -> bytes:
        """The text format, as `/metrics` answers it."""
        return generate_latest(self.registry)


class _LoopAges(Collector):
    def __init__(self, ages: Callable[[], dict[str, float]]) -> None:
        self._ages = ages

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            "loop_last_progress_seconds", "Seconds since the loop last made progress", labels=["loop"]
        )
        for loop, age in sorted(self._ages().items()):
            family.add_metric([loop], age)
        yield family
