"""Field types of request models that mean the same in pydantic, in the OpenAPI document and in the database."""

import re
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from shared.identity.addresses import MAX_ADDRESS_LENGTH, AddressInvalid, deliverable_email

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class RequestBody(BaseModel):
    """Base of JSON request bodies: frozen, and what the document does not know is refused.

    Use `WHOLE` or `Integer`, `Flag`, `Moment` and `Day` for their fields: pydantic's own would take `false` for 0,
    `"1"` for 1 and 0 for 1970, which the document forbids. (Strict mode would refuse UUIDs and enumerations as well.)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


def _dated(value: object) -> object:
    """A query is all text, of which pydantic would take `0` for 1970."""
    if not isinstance(value, str) or not _DATE.match(value):
        raise PydanticCustomError("date_and_time_as_text", "Dates and times are given as text (RFC 3339)")
    return value


def _only_day(value: object) -> object:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("date_as_text", "Dates are given as text (RFC 3339)")
    return value


def _only_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number_expected", "A number is expected")
    return value


WHOLE = BeforeValidator(_only_number)
"""Makes an `int` refuse `true` and `"1"` (`3.0` is whole in JSON Schema). Last, after the bounds, which the
document would lose otherwise: `Annotated[int, Field(ge=0, le=5), WHOLE]`."""

Integer = Annotated[int, Field(gt=-(2**53), lt=2**53), WHOLE]
"""A whole number that every JSON reader understands alike (RFC 7493 §2.2)."""

Flag = Annotated[bool, Strict()]
"""`true` or `false`, nothing that could be taken for it."""

Moment = Annotated[AwareDatetime, BeforeValidator(_dated)]
"""A moment with its offset, as text (RFC 3339)."""

Day = Annotated[date, BeforeValidator(_only_day)]
"""A calendar date, as text (RFC 3339 full-date)."""

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
_NO_CONTROL_BUT_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROL)]
"""One line typed by a person: a name, a title."""

Prose = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=_NO_CONTROL_BUT_LINES)]
"""Several lines typed by a person."""


def _deliverable(address: str) -> str:
    try:
        return deliverable_email(address)
    except AddressInvalid:
        raise PydanticCustomError("email", "Not an e-mail address") from None


Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=MAX_ADDRESS_LENGTH),
    AfterValidator(_deliverable),
    WithJsonSchema({"type": "string", "format": "email", "minLength": 3, "maxLength": MAX_ADDRESS_LENGTH}),
]
"""An address to write to, as typed."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
"""A stream or person id in a path or body."""

Password = Annotated[str, StringConstraints(min_length=10, max_length=256, pattern=_NO_CONTROL)]
"""A new password (NIST SP 800-63B: length matters, composition rules do not)."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
