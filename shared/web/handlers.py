"""The one place where exceptions become HTTP answers: problem documents, or pages where a page was asked for."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from shared.event_store.violations import Busy, OutcomeUnknown, RuleViolation
from shared.identity.passwords import PasswordsBusy
from shared.identity.rate_limits import RateLimited
from shared.mongo import PyMongoError
from shared.observability.logs import described, get_logger
from shared.web.authentication import SAFE_METHODS, SignInRequired
from shared.web.field_errors import field_errors
from shared.web.middleware import correlation_id
from shared.web.pages import Pages
from shared.web.problem import Problem
from shared.web.routes import EdgeRoute, asks_for_page
from shared.web.violations import problem_of

_log = get_logger(__name__)
_STATIC_METHODS = frozenset({"GET", "HEAD"})


class ExceptionHandlers:
    """Handlers bound to one service's routes, pages and sign-in page."""

    def __init__(self, routes: Sequence[EdgeRoute], *, pages: Pages, sign_in: str) -> None:
        self._routes = tuple(routes)
        self._pages = pages
        self._sign_in = sign_in

    def install(self, app: FastAPI) -> None:
        """Register every handler."""
        app.add_exception_handler(Problem, self._on_problem)
        app.add_exception_handler(RuleViolation, self._on_violation)
        app.add_exception_handler(RequestValidationError, self._on_invalid)
        app.add_exception_handler(HTTPException, self._on_http_exception)
        app.add_exception_handler(RateLimited, self._on_rate_limited)
        app.add_exception_handler(SignInRequired, self._on_sign_in_required)
        app.add_exception_handler(PasswordsBusy, self._on_passwords_busy)
        app.add_exception_handler(PyMongoError, self._on_database_unanswered)

    def _answer(self, request: Request, problem: Problem) -> Response:
        correlation = correlation_id(request.scope)
        if _wants_page(request):
            return self._pages.problem(problem, correlation)
        return problem.response(correlation)

    async def _on_problem(self, request: Request, error: Exception) -> Response:
        return self._answer(request, cast(Problem, error))

    async def _on_violation(self, request: Request, error: Exception) -> Response:
        return self._answer(request, problem_of(cast(RuleViolation, error)))

    async def _on_invalid(self, request: Request, error: Exception) -> Response:
        found = field_errors(cast(RequestValidationError, error).errors())
        return self._answer(request, Problem(422, "validation-failed", errors=found))

    async def _on_http_exception(self, request: Request, error: Exception) -> Response:
        raised = cast(HTTPException, error)
        headers = dict(raised.headers or {})
        if raised.status_code == 405:
            headers["Allow"] = ", ".join(allowed_methods(self._routes, request.url.path))
        return self._answer(request, _standard_problem(raised.status_code, headers))

    async def _on_rate_limited(self, request: Request, error: Exception) -> Response:
        retry_after = str(cast(RateLimited, error).retry_after)
        return self._answer(request, Problem(429, "rate-limited", headers={"Retry-After": retry_after}))

    async def _on_passwords_busy(self, request: Request, _: Exception) -> Response:
        return self._answer(request, Problem(503, "busy", headers={"Retry-After": "1"}))

    async def _on_database_unanswered(self, request: Request, error: Exception) -> Response:
        """Outside a commit, which says itself what became of it. Who only asked knows that nothing was done."""
        _log.error("database_unanswered", **described(error))
        return self._answer(request, problem_of(Busy() if request.method in SAFE_METHODS else OutcomeUnknown()))

    async def _on_sign_in_required(self, request: Request, _: Exception) -> Response:
        back = f"?next={quote(request.url.path, safe='/')}" if request.method in SAFE_METHODS else ""
        return RedirectResponse(self._sign_in + back, status_code=303)


def allowed_methods(routes: Sequence[EdgeRoute], path: str) -> list[str]:
    """Every method of this path over all its routes (each route of a framework knows only its own)."""
    found = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return sorted(found or _STATIC_METHODS)


def _standard_problem(status: int, headers: dict[str, str]) -> Problem:
    match status:
        case 400:  # a form that cannot be parsed
            return Problem(422, "validation-failed")
        case 413:
            return Problem(413, "body-too-large", headers=headers)
        case _:
            name = HTTPStatus(status).phrase.lower().replace(" ", "-").replace("'", "")
            return Problem(status, name, headers=headers)


def _wants_page(request: Request) -> bool:
    if not asks_for_page(request.scope):
        return False
    route = request.scope.get("route")
    kind = getattr(route, "response_class", HTMLResponse)
    return isinstance(kind, type) and issubclass(kind, HTMLResponse)
