"""`python -m tests.chaos`: the programme under fire, then with planted mistakes. Exit code 1 on any finding."""

import asyncio
import random
import sys
import time
from argparse import ArgumentParser, Namespace

from rich.console import Console

from tests.chaos.fire import Fire, Report
from tests.chaos.seeded.bugs import BUGS
from tests.chaos.seeded_fires import burn
from tests.local_stacks import ended_with_the_tests, new_stack

_KILLS_A_FIRE = 100


def set_on_fire(kills: int, seed: int, console: Console) -> Report:
    """One fire in a folder of its own."""
    with ended_with_the_tests() as folder:
        fire = Fire(new_stack(folder), seed, console)
        report = asyncio.run(fire.run(kills))
    for finding in report.found:
        console.print(finding, style="red", markup=False, highlight=False, soft_wrap=True)
    console.print(report.summary(), markup=False, highlight=False, soft_wrap=True)
    return report


def soak(hours: float, seed: int, console: Console) -> int:
    """Fire after fire, each with the next seed, until the time is over; stops at the first finding."""
    end, number = time.monotonic() + hours * 3600, 0
    while time.monotonic() < end:
        if set_on_fire(_KILLS_A_FIRE, seed + number, console).found:
            return 1
        number += 1
    console.print(f"{number} fires without a finding")
    return 0


def plant(names: list[str], seed: int, console: Console) -> int:
    """Every planted mistake must be reported."""
    verdicts = []
    for name in names:
        console.print(f"planted: {name}", markup=False, highlight=False)
        verdicts.append(burn(name, seed, console))
    for verdict in verdicts:
        console.print(verdict.line(), markup=False, highlight=False, soft_wrap=True)
    return 0 if all(verdict.caught for verdict in verdicts) else 1


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many processes die")
    parser.add_argument("--seed", type=int, help="repeats the plan of a run")
    parser.add_argument("--hours", type=float, help="fire after fire for so long, nothing planted")
    parser.add_argument("--only", choices=[*BUGS, "fire", "planted"], help="one planted mistake, or one part")
    return parser.parse_args()


def main() -> int:
    """Runs what was asked for."""
    given, console = _arguments(), Console()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1, 10**6)
    if given.hours is not None:
        return soak(given.hours, seed, console)
    code = 0
    if given.only in {None, "fire"}:
        code = 1 if set_on_fire(given.kills, seed, console).found else 0
    if given.only != "fire":
        code = plant([given.only] if given.only in BUGS else list(BUGS), seed, console) or code
    return code


if __name__ == "__main__":
    sys.exit(main())
