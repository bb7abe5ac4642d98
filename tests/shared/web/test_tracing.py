"""A request continues the caller's trace, and its span says the template, never the path."""

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.observability.traces import configure_tracing, span
from tests.shared.web.application import client_of, make_app

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_a_request_belongs_to_the_callers_trace() -> None:
    exporter = InMemorySpanExporter()
    configure_tracing("projects", exporter, batched=False)
    async with client_of(make_app()) as client:
        await client.get("/projects/projects/secret-1", headers={"traceparent": CALLER})
    request = next(found for found in exporter.get_finished_spans() if found.name.startswith("GET"))
    assert request.name == "GET /projects/projects/{project}"
    assert request.context is not None
    assert f"{request.context.trace_id:032x}" == CALLER.split("-")[1]
    assert "secret-1" not in "".join(found.to_json() for found in exporter.get_finished_spans())


async def test_a_malformed_trace_is_no_reason_to_refuse() -> None:
    async with client_of(make_app()) as client:
        with span("caller"):
            answer = await client.get("/projects/live", headers={"traceparent": "nonsense"})
    assert answer.status_code == 200
