"""What every event of validation is made of."""

from typing import ClassVar, Literal

from shared.contracts.base import Event, Service

HeldBy = Literal["representative", "national_support"]
"""The office that has a case."""


class ValidationEvent(Event):
    SERVICE: ClassVar[Service] = "validation"
