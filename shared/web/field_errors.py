"""Turns pydantic's errors into fields at fault without repeating what was typed (pure).

Pydantic's own messages quote the input here and there (the offending character of a UUID, the unknown key of an
object): only texts whose every blank is filled from the *rule* are used, and only keys that look like identifiers.
"""

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from pydantic_core import PydanticKnownError

from shared.web.problem import FieldError

_OF_THE_RULE = frozenset(
    {
        "actual_length",
        "class_name",
        "decimal_places",
        "discriminator",
        "expected",
        "expected_plural",
        "expected_tags",
        "expected_version",
        "field_type",
        "ge",
        "gt",
        "le",
        "lt",
        "max_digits",
        "max_length",
        "min_length",
        "multiple_of",
        "pattern",
        "tz_expected",
    }
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
_WHERE = frozenset({"body", "query", "path", "header", "cookie"})
_FROM_INPUT = frozenset({"extra_forbidden", "invalid_key"})


def field_errors(errors: Iterable[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """The fields at fault; `errors` as `RequestValidationError.errors()` gives them."""
    return tuple(_field_error(error) for error in errors)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    where, *path = error["loc"] or ("body",)
    kind = str(error["type"])
    if kind in _FROM_INPUT or kind == "json_invalid":
        path = path[:-1]
    known = str(where) if str(where) in _WHERE else "body"
    return FieldError(known, "".join(f"/{_segment(part)}" for part in path), _detail(kind, error.get("ctx") or {}))


def _segment(part: object) -> str:
    if isinstance(part, int):
        return str(part)
    return str(part) if _IDENTIFIER.match(str(part)) else "…"


def _detail(kind: str, context: Mapping[str, Any]) -> str:
    try:
        known = PydanticKnownError(kind, dict(context) or None)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):  # a type of our own, or of a later pydantic
        return _in_words(kind)
    blanks = {name for _, name, _, _ in Formatter().parse(known.message_template) if name}
    return known.message() if blanks <= _OF_THE_RULE else _in_words(kind)


def _in_words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
