"""What every operation may answer besides its own, and the finished OpenAPI document."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.web.problem import MEDIA_TYPE, SCHEMA, SCHEMA_NAME

_REFERENCE = {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "The scheme to sign in with."},
    405: {"Allow": "The methods that the resource has."},
    409: {"Retry-After": "Seconds, where waiting helps (`not-yet-known`)."},
    429: {"Retry-After": "Seconds until it may work."},
    503: {"Retry-After": "Seconds until it may work."},
}
_COMMON = (401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 503)


def problem_response(description: str, types: Sequence[str] = ()) -> dict[str, Any]:
    """One documented problem answer, with the problem types that it may carry."""
    text = description if not types else description + ": " + ", ".join(f"`{one}`" for one in types)
    return {"description": text, "content": {MEDIA_TYPE: {"schema": _REFERENCE}}}


def common_responses() -> dict[int | str, dict[str, Any]]:
    """The refusals of the edge, for `responses=` of the application: any operation may give them."""
    return {status: _common(status) for status in _COMMON}


def install_openapi(app: FastAPI) -> None:
    """Make `app.openapi()` build the document once, problem schema included."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _common(status: int) -> dict[str, Any]:
    response = problem_response(HTTPStatus(status).phrase)
    headers = _HEADERS.get(status, {})
    return response | {
        "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    }


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    document.setdefault("components", {}).setdefault("schemas", {})[SCHEMA_NAME] = SCHEMA
    for path in document["paths"].values():
        for operation in path.values():
            _document_problem_pages(operation)
            _document_absence(operation)
    return document


def _document_absence(operation: dict[str, Any]) -> None:
    """A parameter that is not required may be absent; it cannot be null, as pydantic's `X | None` would have it."""
    for parameter in operation.get("parameters", ()):
        choices = parameter["schema"].pop("anyOf", None)
        if choices is None:
            continue
        typed = [choice for choice in choices if choice != {"type": "null"}]
        parameter["schema"] |= typed[0] if len(typed) == 1 else {"anyOf": typed}


def _document_problem_pages(operation: dict[str, Any]) -> None:
    """A page refuses as a page where the browser asks for one (`Accept`), as a problem document elsewhere."""
    responses: dict[str, dict[str, Any]] = operation["responses"]
    if not any("text/html" in response.get("content", {}) for response in responses.values()):
        return
    for response in responses.values():
        if MEDIA_TYPE in response.get("content", {}):
            response["content"] = response["content"] | {"text/html": {"schema": {"type": "string"}}}
