"""Routes of the edge: they take the documented content type, and nothing that cannot be stored."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from shared.web.authentication import maybe_principal, page_principal, principal
from shared.web.json_edge import check_json
from shared.web.middleware import MAX_BODY_BYTES
from shared.web.problem import FieldError, Problem, not_found

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FILE_BYTES = 2 * 1024 * 1024
_AROUND_A_FILE = 16 * 1024
"""What the parts of a form add to its file: boundaries, headers, other fields."""


class EdgeRoute(APIRoute):
    """A FastAPI route that first looks at what FastAPI would let through, and documents whom it answers signed out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if _answers_signed_out(self.dependant):
            # FastAPI adds it to what the dependencies ask for: no security at all will do.
            self.openapi_extra = (self.openapi_extra or {}) | {"security": [{}]}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        accepted = _accepted(self)

        async def checked(request: Request) -> Response:
            _check_target(request)
            if accepted is not None:
                await _check_body(request, accepted)
            return await handle(request)

        return checked


class PageBesideData(EdgeRoute):
    """A page at an address that answers data too: for who asks for a page, as browsers do, and for nobody else.

    It is added before the route of the data, whose document speaks of both, and is in no document itself.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Nothing for a request of data: the next route answers it."""
        if scope["type"] == "http" and not asks_for_page(scope):
            return Match.NONE, {}
        return super().matches(scope)


def asks_for_page(scope: Scope) -> bool:
    """Whether `Accept` names HTML."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def edge_router(prefix: str, *, tags: list[str] | None = None) -> APIRouter:
    """A router whose routes are `EdgeRoute`s; `create_app` accepts no other."""
    return APIRouter(prefix=prefix, tags=list(tags or []), route_class=EdgeRoute)


def body_limit(routes: Sequence[EdgeRoute]) -> Callable[[str], int]:
    """How large the body of a path may be, in bytes: one that takes a file is larger by the file."""
    taking = [route.path_regex for route in routes if _accepted(route) == MULTIPART]

    def limit(path: str) -> int:
        takes_file = any(pattern.match(path) for pattern in taking)
        return MAX_FILE_BYTES + _AROUND_A_FILE if takes_file else MAX_BODY_BYTES

    return limit


def _answers_signed_out(dependant: Dependant) -> bool:
    """Whether it only asks who it is: otherwise answered, or shown the way to sign in."""
    return any(
        one.call in (maybe_principal, page_principal) or (one.call is not principal and _answers_signed_out(one))
        for one in dependant.dependencies
    )


def _accepted(route: APIRoute) -> str | None:
    if route.body_field is None:
        return None
    kind = route.body_field.field_info
    if isinstance(kind, params.File):
        return MULTIPART
    return FORM if isinstance(kind, params.Form) else JSON


def _check_target(request: Request) -> None:
    # A path with NUL names nothing that exists; a query with NUL is a bad value.
    if any("\0" in value for value in request.path_params.values() if isinstance(value, str)):
        raise not_found()
    if b"%00" in request.scope.get("query_string", b""):
        raise Problem(422, "validation-failed", errors=[FieldError("query", "", "NUL is not allowed in a text")])


async def _check_body(request: Request, accepted: str) -> None:
    body = await request.body()
    declared = request.headers.get("content-type")
    if not body and declared is None:
        return  # a missing body is the validation's to refuse, where one is required
    if (declared or "").partition(";")[0].strip().lower() != accepted:
        raise Problem(415, "unsupported-media-type", headers={"Accept": accepted})
    if accepted == JSON:
        check_json(body)
    # A form's values are texts: the types of its fields (`shared.web.fields`) say what they may hold.
