"""A case as its view shows it."""

from collections.abc import Iterable
from typing import Any

from services.validation.views import CASES, fold_case
from shared.contracts.base import Event
from shared.contracts.envelope import Recorded


def viewed(told: Iterable[Recorded[Event]]) -> Any:
    """The document that the view makes of a case's stream, of the events that it is fed."""
    document: Any = None
    for recorded in told:
        if isinstance(recorded.event, CASES.events):
            document = fold_case(document, recorded)  # type: ignore[arg-type]
    return document
