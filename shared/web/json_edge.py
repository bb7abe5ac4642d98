"""What JSON allows and the database does not (pure): refused here with 422, before it can become a 500.

BSON knows no integer beyond 64 bits, no lone surrogate and no NUL in a key, and stores NaN in silence.
"""

import json
import math
from typing import Any, NoReturn

from shared.web.problem import FieldError, Problem

_LIMIT = 2**63
MAX_DEPTH = 32


class Unstorable(ValueError):
    """Says what is wrong with a value, not which value."""


def check_json(body: bytes) -> None:
    """Raise a 422 problem unless `body` is strict JSON whose every value can be stored and sent on."""
    try:
        document = json.loads(body, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded)
        _check(document, 0)
    except Unstorable as error:
        raise _problem(str(error)) from None
    except (ValueError, RecursionError):
        raise _problem("Not valid JSON") from None


def check_text(text: str) -> None:
    """Raise `Unstorable` for NUL and lone surrogates."""
    if "\0" in text:
        raise Unstorable("NUL is not allowed in a text")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Unstorable("A text is not valid Unicode (lone surrogate)")


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unstorable("Nested too deeply")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            _check(item, depth + 1)


def _no_constant(_: str) -> NoReturn:
    raise Unstorable("NaN and Infinity are not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unstorable("A number is out of range")
    return number


def _bounded(digits: str) -> int:
    if len(digits) > 20 or not -_LIMIT <= (number := int(digits)) < _LIMIT:
        raise Unstorable("An integer is out of range (64 bits)")
    return number


def _problem(detail: str) -> Problem:
    return Problem(422, "validation-failed", errors=[FieldError("body", "", detail)])
