"""What every event of validation is made of."""

from typing import ClassVar

from shared.contracts.base import Event, Service


class ValidationEvent(Event):
    SERVICE: ClassVar[Service] = "validation"
