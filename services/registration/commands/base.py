"""What the commands of registration share."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from shared.contracts.base import Command, Country, Identifier
from shared.contracts.registration import OfficeKind

Claim = Annotated[str, StringConstraints(pattern=r"^[0-9]+:[0-9a-f]{64}$")]
"""The keyed hash of an address: what the commit names, so that the address is its stream's alone."""

NotAdmitted = Literal["withdrawn", "not_yet_in_programme", "unknown_country"]
"""Why a country's teachers and schools cannot register now."""


class Authority(Command):
    """Base of commands that need an office: who asks, in which office, for which country."""

    LOOKED_UP: ClassVar[frozenset[str]] = frozenset({"authority", "authority_country"})

    by: Identifier
    authority: OfficeKind
    authority_country: Country | None
