"""Logs: JSON lines with their context, from our loggers and the libraries', with nobody's data in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.observability.logs import bound, configure_logging, current_correlation, get_logger
from shared.observability.redaction import redacted

CANARY = "ana.gil@school.example"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    written, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logging(service="projects", node="eu", stream=written)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_its_context(stream: io.StringIO) -> None:
    with bound(correlation_id="c-1", stream="project-1", node=None):
        assert current_correlation() == "c-1"
        get_logger("relay").info("block_published", block=7)
    get_logger("relay").info("idle")
    first, second = lines(stream)
    assert first["event"] == "block_published"
    assert (first["correlation_id"], first["stream"], first["block"]) == ("c-1", "project-1", 7)
    assert (first["service"], first["node"], first["level"], first["logger"]) == ("projects", "eu", "info", "relay")
    assert first["timestamp"].endswith("Z")
    assert "correlation_id" not in second


def test_libraries_log_in_the_same_shape(stream: io.StringIO) -> None:
    with bound(correlation_id="c-1"):
        logging.getLogger("aiokafka").warning("lost %s", "broker-1")
    (line,) = lines(stream)
    assert (line["event"], line["correlation_id"], line["level"]) == ("lost broker-1", "c-1", "warning")


@pytest.mark.parametrize("name", ["uvicorn.access", "faststream.access.kafka"])
def test_access_logs_are_silent(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("GET /registration/links/eyJhbGciOiJFZDI1NTE5In0.e30.aa")
    assert stream.getvalue() == ""


def test_an_exception_is_logged_as_class_and_places(stream: io.StringIO) -> None:
    try:
        int(CANARY)
    except ValueError:
        get_logger("api").exception("failed")
        logging.getLogger("library").exception("failed")
    for line in lines(stream):
        assert line["exception"] == "ValueError"
        assert "test_logs.py" in line["places"][-1]
    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize(
    "fields",
    [
        {"to": CANARY},
        {"to": CANARY.encode()},
        {"to": [CANARY, {"deep": (CANARY,)}]},
        {"to": {CANARY: 1}},
        {"to": f"<{CANARY}>"},
        {"url": "/x?to=ana.gil%40school.example"},
        {"to": object.__new__(type("Thing", (), {"__str__": lambda _: CANARY}))},
        {"email": "ana"},
    ],
)
def test_nothing_that_looks_like_an_address_is_written(stream: io.StringIO, fields: dict[str, Any]) -> None:
    get_logger("api").info("asked", **fields)
    get_logger("api").info(f"asked {CANARY}")
    assert "ana" not in stream.getvalue()
    assert len(lines(stream)) == 2


def test_tokens_are_not_written(stream: io.StringIO) -> None:
    get_logger("api").info("asked", url="/links/eyJhbGciOiJFZDI1NTE5In0.eyJhIjoxfQ.pPDcfdGmpyAY")
    assert "eyJ" not in stream.getvalue()


@given(st.emails())
def test_any_address_is_taken_out(address: str) -> None:
    assert address not in redacted(f"sent to {address} today")


def test_facts_pass_unchanged() -> None:
    facts = {
        "block": 7,
        "ratio": 0.5,
        "commit": "project-0190b5a4@12",
        "done": True,
        "stream": "project-0190b5a4",
        "nothing": None,
    }
    assert redacted(facts) == facts
