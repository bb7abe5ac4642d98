"""Traces: one W3C trace from the request through commit, relay and Kafka to the reaction and the mail.

The context travels as a `traceparent` string: `inject()` where something is written down, `span(…, parent=…)`
where it is taken up. Without an exporter spans go nowhere, but the context travels all the same.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = "etwinning"


def configure_tracing(service: str, exporter: SpanExporter | None = None, *, batched: bool = True) -> TracerProvider:
    """Install the SDK once per process; `exporter` gets every span (`batched=False`: at once, for tests).

    A second call adds its exporter to the provider that is there: OpenTelemetry allows one per process.
    """
    current = trace.get_tracer_provider()
    if isinstance(current, TracerProvider):
        provider = current
    else:
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        trace.set_tracer_provider(provider)
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter) if batched else SimpleSpanProcessor(exporter))
    return provider


def inject() -> str | None:
    """The `traceparent` of the current span, to store or send along; nothing outside of a span."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def extract(traceparent: str | None) -> Context | None:
    """The context that a `traceparent` names; nothing where it is missing or malformed."""
    if traceparent is None:
        return None
    context = _PROPAGATOR.extract({"traceparent": traceparent}, context=Context())
    return context if trace.get_current_span(context).get_span_context().is_valid else None


@contextmanager
def span(
    name: str,
    *,
    parent: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """A span around a block, child of `parent` (a `traceparent`) or else of the current one.

    `name` is a constant, attributes are identifiers. An exception marks the span with its class only:
    its message might repeat what somebody typed.
    """
    with trace.get_tracer(_TRACER).start_as_current_span(
        name,
        context=extract(parent),
        kind=kind,
        attributes=dict(attributes or {}),
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__qualname__))
            raise
