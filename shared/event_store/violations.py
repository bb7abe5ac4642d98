"""Broken rules, named: what a decision raises instead of returning events. No HTTP in here."""

from collections.abc import Mapping
from typing import TypeAlias

from shared.contracts.base import snake_case

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class RuleViolation(Exception):
    """A rule of the domain said no. `data` holds identifiers and values of the rule, never personal data."""

    def __init__(self, **data: Json) -> None:
        super().__init__(type(self).__name__)
        self.data: Mapping[str, Json] = data

    @classmethod
    def code(cls) -> str:
        """The stable name of the rule: `FoundedInOneCountry` -> `founded_in_one_country`."""
        return snake_case(cls.__name__)


class Forbidden(RuleViolation):
    """Seen, but not this person's to do."""


class NotFound(RuleViolation):
    """Does not exist, or is not this person's to see: nobody can tell which."""


class NotYetKnown(RuleViolation):
    """The command rests on a fact that this service has not seen yet; asking again soon helps."""


class IdempotencyKeyReused(RuleViolation):
    """The same idempotency key came with another request."""


class PreconditionFailed(RuleViolation):
    """The stream is not at the version that the caller named (`If-Match`)."""


class Busy(RuleViolation):
    """Too many decisions at once on one stream; nothing was done."""


class OutcomeUnknown(RuleViolation):
    """Whether it was done could not be found out in time; the same idempotency key will tell."""
