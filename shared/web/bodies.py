"""A route that a page's form and a program use alike: the same fields as a form or as JSON."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from shared.web.authentication import require_same_origin
from shared.web.json_edge import check_json
from shared.web.problem import Problem
from shared.web.routes import FORM, JSON

Model = TypeVar("Model", bound=BaseModel)


def media_type(request: Request) -> str:
    """The declared type of the body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_form(request: Request) -> bool:
    """Whether a page's form sent this: it is answered with a page."""
    return media_type(request) == FORM


def form_or_json(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads `model` from either; a form has to come from this very site. Document it with
    `openapi_extra=body_of(model)`.

    Raises:
        Problem: 415 for anything else, 403 for another site's form.
        RequestValidationError: the fields at fault.
    """

    async def read(request: Request) -> Model:
        try:
            return model.model_validate(await _given(request))
        except ValidationError as error:
            faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
            raise RequestValidationError(faults) from None

    return read


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of such a body."""
    schema = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {JSON: schema, FORM: schema}}}


def page_or_json(answer: type[BaseModel], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of the answer: a page to a form, `answer` to a program."""
    content = {JSON: {"schema": answer.model_json_schema()}, "text/html": {"schema": {"type": "string"}}}
    return {status: {"description": "Done: a page to a form, JSON to a program.", "content": content}}


async def _given(request: Request) -> Any:
    match media_type(request):
        case "application/json":
            body = await request.body()
            check_json(body)
            return json.loads(body)
        case "application/x-www-form-urlencoded":
            require_same_origin(request)
            return dict(await request.form())
        case _:
            raise Problem(415, "unsupported-media-type", headers={"Accept": f"{JSON}, {FORM}"})
