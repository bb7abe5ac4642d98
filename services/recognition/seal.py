"""The eTwinning Seal of one teacher in one project: issued once, by itself (FAQ L31, I11)."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.recognition.commands import IssueSeal
from shared.contracts.recognition import ETwinningSealIssued
from shared.event_store.aggregate import Aggregate

SealEvent: TypeAlias = ETwinningSealIssued


@dataclass(frozen=True, slots=True)
class Seal:
    """Issued or not."""

    issued: bool = False


def evolve(_: Seal, event: SealEvent) -> Seal:
    """The seal after an event."""
    match event:
        case ETwinningSealIssued():
            return Seal(issued=True)
        case _:
            assert_never(event)


def issue_seal(state: Seal, command: IssueSeal) -> tuple[SealEvent, ...]:
    """One seal per project and teacher; a second reason for the same seal changes nothing."""
    if state.issued:
        return ()
    return (
        ETwinningSealIssued(
            seal=command.seal,
            project=command.project,
            teacher=command.teacher,
            school=command.school,
            country=command.country,
        ),
    )


SEAL = Aggregate("seal", Seal(), evolve, {IssueSeal: issue_seal})
