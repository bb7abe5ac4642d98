"""All invariants over one world."""

from collections.abc import Iterator

from tests.chaos.checker.chains import check_chains
from tests.chaos.checker.commands import check_commands
from tests.chaos.checker.effects import Expectations, check_bounces, check_effects
from tests.chaos.checker.offsets import check_offsets
from tests.chaos.checker.people import RULES, check_people
from tests.chaos.checker.publication import check_citations, check_publication, check_records
from tests.chaos.checker.seals import check_seals
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World

PROVEN = {
    "I1": "every acknowledged command is in the store, once",
    "I2": "what is in Kafka or cited exists in its source, with the same bytes",
    "I3": "versions 1..n, no fork; every chain of commits and blocks verifies",
    "I4": "every commit reached Kafka, on its partition",
    "I5": "first occurrences in order, positions without a gap",
    "I6": "per event, policy and stream one effect or one recorded decline",
    "I7": "a rebuilt view equals the live one",
    "I8": "no committed offset passes unhandled work",
    "I11": "one seal per project, teacher and kind, none without its approvals",
    RULES: "one account an address, one decision a case, after the director; nobody blocked without reason",
}


def check(world: World, expectations: Expectations) -> list[Violation]:
    """Every violation, sorted. To be asked when nothing is in flight: what is missing then is lost."""
    return sorted(set(_all(world, expectations)))


def _all(world: World, expectations: Expectations) -> Iterator[Violation]:
    yield from check_commands(world)
    yield from check_chains(world)
    yield from check_records(world)
    yield from check_citations(world)
    yield from check_effects(world, expectations)
    yield from check_bounces(world)
    yield from check_offsets(world)
    yield from check_seals(world)
    yield from check_people(world)
    yield from check_publication(world)
