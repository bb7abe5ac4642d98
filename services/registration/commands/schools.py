"""What is asked about schools."""

from typing import ClassVar

from services.registration.commands.base import NotAdmitted
from shared.contracts.base import Command, Country, Identifier


class RegisterSchool(Command):
    """An official school joins the register (FAQ L14, L16)."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"not_admitted"})

    school: Identifier
    country: Country
    region: str | None
    official_id: str
    name: str
    city: str
    postal_code: str
    not_admitted: NotAdmitted | None
