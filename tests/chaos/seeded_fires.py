"""Sets a system with a planted mistake on fire: the checker must report it, else it proves nothing."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from tests.chaos.checker.violation import Violation
from tests.chaos.cluster import Role
from tests.chaos.fire import Fire, Report
from tests.chaos.kills import PASSES, Kill
from tests.chaos.seeded.bugs import BUGS, Bug
from tests.local_stacks import ended_with_the_tests, new_stack

_DEATHS = 3
_LOAD_S = 20.0
_PATIENCE_S = 40.0  # what a mistake has lost never comes


@dataclass(frozen=True)
class Verdict:
    """What became of one planted mistake."""

    bug: str
    report: Report
    reported: tuple[Violation, ...]

    @property
    def caught(self) -> bool:
        return bool(self.reported)

    def line(self) -> str:
        """One line, with an example of what was reported."""
        how = f"reported {len(self.reported)} times, as {self.reported[0]}" if self.caught else "NOT REPORTED"
        return f"{self.bug}: {how}; {self.report.summary()}"


def burn(name: str, seed: int, console: Console) -> Verdict:
    """One fire with the mistake in every process."""
    bug = BUGS[name]
    with ended_with_the_tests() as folder:
        fire = Fire(new_stack(folder), seed, console, ("tests.chaos.seeded", name), _PATIENCE_S)
        report = asyncio.run(fire.run(kills_for(bug, fire.cluster.roles, seed)))
    invariant, words = bug.reported
    reported = [one for one in report.violations if one.invariant == invariant and words in one.evidence]
    return Verdict(name, report, tuple(reported))


def kills_for(bug: Bug, roles: Sequence[Role], seed: int) -> list[Kill]:
    """Deaths where the mistake shows: at its failpoint, else of roles that make it."""
    rng = random.Random(seed)
    if bug.point is None:
        chosen = [role for role in roles if role.role in bug.roles]
        return [Kill(rng.choice(chosen), _LOAD_S / _DEATHS) for _ in range(_DEATHS)]
    passing = [role for role in roles if (role.service, role.role) in PASSES[bug.point] and role.role in bug.roles]
    return [Kill(rng.choice(passing), _LOAD_S / _DEATHS, bug.point, rng.randint(1, 4)) for _ in range(_DEATHS)]
