"""What happens around every request, as plain ASGI: correlation, trace, duration, the last catch, body limits."""

import time
from collections.abc import Callable, Iterable
from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from shared.observability.logs import bound, described, get_logger
from shared.observability.metrics import Metrics
from shared.observability.traces import span
from shared.web.problem import Problem

CORRELATION_HEADER = "X-Correlation-ID"
MAX_BODY_BYTES = 256 * 1024
_UNROUTED = "unrouted"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})

_log = get_logger(__name__)


class RequestContext:
    """Outermost: gives each request its correlation id, span, headers and duration, and no exception gets out.

    An id from outside counts only if it is a UUID: it goes into logs and events.
    """

    def __init__(self, app: ASGIApp, *, service: str, metrics: Metrics, headers: Iterable[tuple[str, str]]) -> None:
        self._app = app
        self._service = service
        self._metrics = metrics
        self._headers = tuple(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        correlation = _correlation_id(asked.get(CORRELATION_HEADER))
        scope.setdefault("state", {})["correlation_id"] = correlation
        answer = _Answer(send, (*self._headers, (CORRELATION_HEADER, correlation)))
        started = time.perf_counter()
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        with (
            bound(correlation_id=correlation),
            span(f"HTTP {method}", parent=asked.get("traceparent"), kind=SpanKind.SERVER) as current,
        ):
            await self._guarded(scope, receive, answer, correlation)
            route = _template(scope)
            current.update_name(f"{method} {route}")
            current.set_attributes({"http.route": route, "http.response.status_code": answer.status})
        labels = (self._service, method, route, str(answer.status))
        self._metrics.http_request_seconds.labels(*labels).observe(time.perf_counter() - started)

    async def _guarded(self, scope: Scope, receive: Receive, answer: "_Answer", correlation: str) -> None:
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 the last catch: a 500 that says nothing, a log that says where
            _log.error("request_failed", route=_template(scope), **described(error))
            if answer.status == 0:
                problem = Problem(500, "internal-error", title="Something went wrong on our side")
                await problem.response(correlation)(scope, receive, answer)


class _Answer:
    """The `send` of one request: adds headers, remembers the status (0: nothing sent yet)."""

    def __init__(self, send: Send, headers: Iterable[tuple[str, str]]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers:
                headers.setdefault(name, value)  # a route may be stricter: what somebody uploaded runs nowhere
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


class BodyLimit:
    """Refuses bodies beyond the limit with 413: at once by their declared length, else as soon as they exceed it.

    `max_bytes` tells the limit of a path: a route that takes a file takes more.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: Callable[[str], int]) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._max_bytes(scope["path"])
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and (len(declared) > 12 or int(declared) > limit):
            problem = Problem(413, "body-too-large", headers={"Connection": "close"})
            await problem.response(scope["state"]["correlation_id"])(scope, receive, send)
            return
        await self._app(scope, _counting(receive, limit), send)


def _counting(receive: Receive, limit: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413)
        return message

    return counted


def correlation_id(scope: Scope) -> str:
    """The correlation id of a request inside `RequestContext`."""
    return str(scope["state"]["correlation_id"])


def _correlation_id(given: str | None) -> str:
    try:
        return str(UUID(given or ""))
    except ValueError:
        return str(uuid7())


def _template(scope: Scope) -> str:
    """The route's template, never the path: a path may hold a mailed token, and its values have no bound."""
    return str(getattr(scope.get("route"), "path", _UNROUTED))
