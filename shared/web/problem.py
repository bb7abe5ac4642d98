"""Problem details (RFC 9457): the one shape of every refusal, with a stable `type` per rule."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:etwinning:problem:"
SCHEMA_NAME = "Problem"

SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457). `type` is stable: a program may rely on it.",
    "type": "object",
    "required": ["type", "title", "status", "correlation_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "pattern": "^urn:etwinning:problem:[a-z0-9]+(-[a-z0-9]+)*$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "correlation_id": {"type": "string", "format": "uuid", "description": "Name it when you ask for help."},
        "data": {"type": "object", "description": "Identifiers and values that the rule speaks of."},
        "errors": {
            "type": "array",
            "description": "The fields at fault.",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail"],
                "additionalProperties": False,
                "properties": {
                    "in": {"enum": ["body", "query", "path", "header", "cookie"]},
                    "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901) or `/` and the name."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field at fault; `where` is `body`, `query`, `path`, `header` or `cookie`, `pointer` a JSON Pointer."""

    where: str
    pointer: str
    detail: str


class Problem(Exception):
    """A refusal by the edge itself. `name` is the kebab-case end of the type; nothing in it repeats the input."""

    def __init__(
        self,
        status: int,
        name: str,
        *,
        title: str | None = None,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        errors: Sequence[FieldError] = (),
    ) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.title = title or name.replace("-", " ").capitalize()
        self.detail = detail
        self.headers = dict(headers or {})
        self.data = dict(data or {})
        self.errors = tuple(errors)

    def document(self, correlation_id: str) -> dict[str, Any]:
        """The body of the answer; members without content are left out."""
        optional = {
            "detail": self.detail,
            "data": self.data,
            "errors": [{"in": e.where, "pointer": e.pointer, "detail": e.detail} for e in self.errors],
        }
        return {
            "type": TYPE_PREFIX + self.name,
            "title": self.title,
            "status": self.status,
            "correlation_id": correlation_id,
            **{key: value for key, value in optional.items() if value},
        }

    def response(self, correlation_id: str) -> JSONResponse:
        return JSONResponse(self.document(correlation_id), self.status, self.headers, MEDIA_TYPE)


def kebab_case(class_name: str) -> str:
    """`NQSNotAssessed` → `nqs-not-assessed`: how a rule's class names its problem type."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", class_name)
    return split.replace("_", "-").lower()


def not_found() -> Problem:
    """What does not exist, and what is not yours to see: the two must not be told apart."""
    return Problem(404, "not-found")


def forbidden(name: str = "forbidden", detail: str | None = None) -> Problem:
    """What you may see but not do."""
    return Problem(403, name, detail=detail)
