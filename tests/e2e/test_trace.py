"""One trace: from the request through the commit, the relay and Kafka to the reaction and the mail."""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.local.stack import LocalStack
from deploy.story.mailbox import Mailbox
from deploy.story.people import FAMILY_NAME, PASSWORD, TEACHER_NAME
from shared.contracts.base import Service
from shared.observability.traces import configure_tracing
from tests.e2e.in_process import Installation
from tests.e2e.searching import found_in_text
from tests.e2e.waiting import until

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ADDRESS = "teacher-trace@school.example"
STEPS = (
    "POST /registration/registrations",
    "handle StartRegistration",
    "publish",
    "react",
    "handle QueueMessage",
    "send",
    "handle RecordSending",
)
SERVICES: tuple[Service, ...] = ("registration", "notifications")


@pytest.fixture
async def installation(stack: LocalStack, tmp_path: Path) -> AsyncIterator[Installation]:
    made = Installation(stack, "trace_", tmp_path)
    await made.prepare(SERVICES)
    yield made
    await made.drop(SERVICES)


async def test_the_mail_belongs_to_the_trace_of_the_request(installation: Installation) -> None:
    exporter = InMemorySpanExporter()
    configure_tracing("trace", exporter, batched=False)
    async with (
        installation.running("registration", "api", "relay"),
        installation.running("notifications", "reactions", "views", "relay", "sender"),
        httpx.AsyncClient(base_url=installation.url("registration")) as http,
    ):
        await _register(http)
        await Mailbox(http, installation.stack.mail_url).link(ADDRESS, "registration/confirm", "the mail")
        await until(lambda: len(_steps(exporter.get_finished_spans())) == len(STEPS))
    spans = exporter.get_finished_spans()
    _assert_chain(spans, _steps(spans))
    assert found_in_text("".join(span.to_json() for span in spans)) == set()


async def _register(http: httpx.AsyncClient) -> None:
    person = {"email": ADDRESS, "password": PASSWORD, "given_name": TEACHER_NAME, "family_name": FAMILY_NAME}
    body = person | {"country": "ES", "locale": "en"}
    answer = await http.post("/registration/registrations", json=body, headers={"traceparent": CALLER})
    assert answer.status_code == 202


def _steps(spans: Sequence[ReadableSpan]) -> dict[str, ReadableSpan]:
    """The spans of the caller's trace that are steps of the road."""
    trace = int(CALLER.split("-")[1], 16)
    mine = [span for span in spans if span.context is not None and span.context.trace_id == trace]
    return {name: span for span in mine if (name := _name(span)) in STEPS}


def _name(span: ReadableSpan) -> str:
    command = (span.attributes or {}).get("command")
    return f"{span.name} {command}" if command else span.name


def _assert_chain(spans: Sequence[ReadableSpan], steps: dict[str, ReadableSpan]) -> None:
    """Each step goes back to the one before it, through whatever lies between; the first to the caller."""
    by_id = {span.context.span_id: span for span in spans if span.context is not None}
    for before, step in pairwise(STEPS):
        ancestors = _ancestors(steps[step], by_id)
        assert before in ancestors, f"{step} goes back to {ancestors}"
    first = steps[STEPS[0]].parent
    assert first is not None
    assert f"{first.span_id:016x}" == CALLER.split("-")[2]


def _ancestors(span: ReadableSpan, by_id: dict[int, ReadableSpan]) -> list[str]:
    found = []
    while span.parent is not None and span.parent.span_id in by_id:
        span = by_id[span.parent.span_id]
        found.append(_name(span))
    return found
