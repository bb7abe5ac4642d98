"""`python -m tests.chaos.checker`: checks an installation at rest. Exit code 1 when anything is broken."""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.checker.check import PROVEN, check
from tests.chaos.checker.expectations import EXPECTATIONS
from tests.chaos.checker.reading import read_world
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World

_SHOWN = 50


def show(world: World, violations: list[Violation], console: Console, proven: tuple[str, ...] = tuple(PROVEN)) -> None:
    """One line an invariant, then what breaks it."""
    counted = Counter(violation.invariant for violation in violations)
    table = Table(title="Checked from the outside", title_justify="left")
    table.add_column("")
    table.add_column("invariant")
    table.add_column("broken", justify="right")
    for invariant in proven:
        table.add_row(invariant, PROVEN[invariant], str(counted[invariant]) if counted[invariant] else "–")
    console.print(table)
    for violation in violations[:_SHOWN]:
        console.print(str(violation), style="red", markup=False, highlight=False, soft_wrap=True)
    if len(violations) > _SHOWN:
        console.print(f"… and {len(violations) - _SHOWN} more")
    console.print(summary(world, violations), markup=False, highlight=False, soft_wrap=True)


def summary(world: World, violations: list[Violation]) -> str:
    """One line: what was looked at, and what was found."""
    records = sum(map(len, world.records.values()))
    blocks = sum(len(store.blocks) for store in world.stores.values())
    acknowledged = sum(1 for command in world.journal if command.outcome == "ok")
    return (
        f"{len(world.journal)} commands asked, {acknowledged} acknowledged; {len(world.commits)} commits, "
        f"{len(world.events)} events, {blocks} blocks, {records} records: {len(violations)} violations"
    )


def _arguments() -> Namespace:
    parser = ArgumentParser(
        prog="python -m tests.chaos.checker",
        description=__doc__,
        epilog="Example: python -m tests.chaos.checker --journal journal.jsonl"
        " --mongo 'mongodb://127.0.0.1:8430/?directConnection=true' --kafka 127.0.0.1:8420",
    )
    parser.add_argument("--journal", type=Path, help="the journal of whoever asked (without it: no I1)")
    parser.add_argument("--mongo", required=True, help="connection string of the databases")
    parser.add_argument("--kafka", required=True, help="bootstrap address, host:port")
    parser.add_argument("--prefix", default="etwinning_", help="prefix of the database names")
    return parser.parse_args()


def main() -> int:
    """Reads, checks, shows."""
    given = _arguments()
    world = read_world(given.mongo, given.kafka, given.journal, given.prefix)
    violations = check(world, EXPECTATIONS)
    show(world, violations, Console(), tuple(name for name in PROVEN if name != "I7"))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
