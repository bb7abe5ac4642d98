"""Structured logs: one JSON object a line on standard output, for structlog's loggers and the libraries' alike.

Log facts: constant event names, identifiers as fields. The fields `correlation_id`, `stream` and `node` come
from the context (`bound`), so that no caller passes them along. An exception is logged as its class and the
places it came through, never its message: messages of validation and drivers repeat what somebody typed.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.observability.redaction import redacted, redacted_field

_QUIET = {
    "uvicorn.access": logging.CRITICAL,
    "faststream.access.kafka": logging.CRITICAL,
    "aiokafka": logging.WARNING,
    "faststream": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "pymongo": logging.WARNING,
    "asyncio": logging.WARNING,
    "uvicorn": logging.WARNING,
}
_OWN = frozenset({"level", "timestamp", "service", "node", "logger"})
_MAX_FRAMES = 12


def configure_logging(*, service: str, node: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog and stdlib logging to `stream` (standard output) as JSON. Called once, by the launcher."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _installation(service, node),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_formatter(shared))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    _quieten()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; works before `configure_logging` too, so that a module may hold one."""
    return structlog.stdlib.get_logger(name)


@contextmanager
def bound(**fields: str | None) -> Iterator[None]:
    """Add `correlation_id`, `stream`, … to every line logged inside, in this task and those it starts."""
    given = {key: value for key, value in fields.items() if value is not None}
    with structlog.contextvars.bound_contextvars(**given):
        yield


def current_correlation() -> str | None:
    """The correlation id of this task, if there is one."""
    return cast(str | None, structlog.contextvars.get_contextvars().get("correlation_id"))


def without_personal_data(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor: every field through the net of `redaction`."""
    return {k: v if k in _OWN else redacted_field(k, v) for k, v in event.items()}


def exception_as_places(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor: `exc_info` becomes what `described` says of it."""
    error = _exception(event.pop("exc_info", None))
    event.pop("stack_info", None)
    return event if error is None else {**event, **described(error)}


def described(error: BaseException) -> dict[str, str | list[str]]:
    """An exception as fields: its class and the places it came through (`file:line function`, innermost last)."""
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    return {
        "exception": type(error).__qualname__,
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _exception(info: object) -> BaseException | None:
    """The exception that a logging call named, in any of the three ways of the standard library."""
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return cast(BaseException | None, info[1])
    return sys.exc_info()[1] if info else None


def _installation(service: str, node: str) -> Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        event.setdefault("node", node)
        return event

    return add


def _formatter(shared: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            exception_as_places,
            without_personal_data,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
    )


def _json(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=redacted, option=orjson.OPT_NON_STR_KEYS).decode()


def _quieten() -> None:
    for name, level in _QUIET.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)
