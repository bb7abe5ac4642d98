"""What every event of registration is made of."""

from typing import ClassVar, Literal

from shared.contracts.base import Event, Service

TeacherRole = Literal["teacher", "adviser", "head_teacher", "librarian"]


class RegistrationEvent(Event):
    SERVICE: ClassVar[Service] = "registration"
