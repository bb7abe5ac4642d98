"""Traces: one trace from where something is written down to where it is taken up."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from shared.observability.traces import configure_tracing, extract, inject, span


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    made = InMemorySpanExporter()
    configure_tracing("projects", made, batched=False)
    return made


def test_a_span_taken_up_elsewhere_belongs_to_the_same_trace(exporter: InMemorySpanExporter) -> None:
    with span("commit", attributes={"stream": "project-1"}):
        traceparent = inject()
    with span("react", parent=traceparent):
        pass
    commit, reaction = exporter.get_finished_spans()
    assert reaction.context is not None
    assert commit.context is not None
    assert reaction.context.trace_id == commit.context.trace_id
    assert reaction.parent is not None
    assert reaction.parent.span_id == commit.context.span_id


def test_outside_of_a_span_there_is_nothing_to_hand_on() -> None:
    assert inject() is None


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_malformed_context_starts_a_new_trace(exporter: InMemorySpanExporter, traceparent: str | None) -> None:
    assert extract(traceparent) is None
    with span("react", parent=traceparent):
        pass
    assert exporter.get_finished_spans()[-1].parent is None


def test_a_failed_span_names_the_class_and_not_the_message(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="ana"), span("react"):
        raise ValueError("ana.gil@school.example")
    failed = exporter.get_finished_spans()[-1]
    assert failed.status.status_code is StatusCode.ERROR
    assert "ana.gil" not in failed.to_json()
