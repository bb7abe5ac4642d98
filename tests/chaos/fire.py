"""The real thing under fire: load, kills, rest, and what the checker finds."""

import asyncio
import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from rich.console import Console

from deploy.connections import installation_settings, opened
from deploy.local.python import ENVIRONMENT
from deploy.local.stack import LocalStack
from deploy.story.mailbox import Mailbox
from deploy.story.people import Officer, schools
from deploy.story.programme import Programme
from services.registration.app import appoint
from tests.chaos.checker.check import check
from tests.chaos.checker.expectations import EXPECTATIONS
from tests.chaos.checker.offsets import check_offsets
from tests.chaos.checker.reading import read_views, read_world
from tests.chaos.checker.views import check_views
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World
from tests.chaos.cluster import Cluster, Role, few_schools
from tests.chaos.journal import Journal
from tests.chaos.kills import Kill, plan
from tests.chaos.load import CENTRE, Load, fill_offices
from tests.chaos.quiet import wait_for_quiet
from tests.chaos.views import rebuild_all

PREFIX = "etwinning_"
LIVES = 3
STEP_DEADLINE_S = 120.0
FAILPOINT_S = 45.0
QUIET_S = 120.0
_SWEEP_S = 0.1


@dataclass
class Report:
    """What a fire did and found."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    not_fired: list[str] = field(default_factory=list)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    unrest: tuple[str, ...] = ()
    violations: list[Violation] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    answers: Mapping[str, int] = field(default_factory=dict)
    rounds: int = 0
    events: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return not (self.violations or self.unrest or self.surprises or self.not_fired)

    def summary(self) -> str:
        """One line."""
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.kills.items()))
        answers = ", ".join(f"{count} {name}" for name, count in self.answers.items())
        return (
            f"seed {self.seed}: {self.kills.total()} kills ({kinds}), {len(self.fired)} failpoints fired; commands: "
            f"{answers}; {self.rounds} stories, {self.events} events; {len(self.violations)} violations, "
            f"{len(self.surprises)} surprises, {len(self.unrest)} at unrest; {self.seconds:.0f} s"
        )


class Fire:
    """One run. `stack` is its own: everything in it is killed."""

    def __init__(self, stack: LocalStack, seed: int, console: Console, launcher: tuple[str, ...] = ("deploy.cli",)):
        self.stack = stack
        self.cluster = Cluster(stack, launcher)
        self.report = Report(seed)
        self.console = console
        self._seed = seed
        self._failpoints = stack.settings.home / "failpoints.log"
        self._journal_path = stack.settings.home / "journal.jsonl"
        self._journal: Journal | None = None
        self._load: Load | None = None

    async def run(self, kills: Sequence[Kill] | int) -> Report:
        """Everything, start to end; the stack is stopped whatever happens."""
        began = time.monotonic()
        try:
            await asyncio.to_thread(self.cluster.start)
            self._say(f"{len(self.cluster.roles)} processes are ready after {time.monotonic() - began:.0f} s")
            self._journal = Journal(self._journal_path)
            await self._burn(plan(kills, self.cluster.roles, self._seed) if isinstance(kills, int) else kills)
            await self._judge()
        finally:
            await asyncio.to_thread(self.cluster.stop)
            self.report.seconds = time.monotonic() - began
        return self.report

    # --- load and kills

    async def _burn(self, kills: Sequence[Kill]) -> None:
        assert self._journal is not None
        settings = self.stack.settings
        async with httpx.AsyncClient(base_url=settings.front_door) as http:
            mailbox = Mailbox(http, settings.mail_url, STEP_DEADLINE_S)
            run = uuid.uuid5(uuid.NAMESPACE_OID, str(self._seed)).hex[:6]
            programme = Programme(http, mailbox, run, watch=self._journal, deadline_s=STEP_DEADLINE_S)
            offices = await fill_offices(programme, await self._centre(programme))
            drawn = schools(file=few_schools(settings.home / "schools.csv"))
            load = self._load = Load(programme, offices, drawn)
            lives = asyncio.create_task(load.run(LIVES))
            try:
                for number, kill in enumerate(kills, start=1):
                    await self._kill(kill, number, len(kills))
            finally:
                await self._keep_alive()
                load.stop()
                await lives
            self.report.surprises, self.report.overdue, self.report.rounds = load.surprises, load.overdue, load.rounds
            self.report.answers = dict(self._journal.answers)

    async def _centre(self, programme: Programme) -> Officer:
        """The first office, appointed on the machine."""
        email = f"centre-{programme.run}@office.example"
        async with opened("registration", installation_settings(self.stack.settings)) as host:
            await appoint(host, kind=CENTRE, email=email)
        officer, _ = await programme.accept_office(email, CENTRE)
        return officer

    async def _kill(self, kill: Kill, number: int, of: int) -> None:
        await asyncio.sleep(kill.pause)
        await self._keep_alive()
        if isinstance(kill.target, str):
            await asyncio.to_thread(self._kill_foundation, kill.target)
        else:
            await asyncio.to_thread(self._kill_role, kill.target)
            if kill.failpoint is None:
                self.cluster.restart(kill.target)
            else:
                await self._at_failpoint(kill, kill.target, kill.failpoint)
        self._progress(kill, number, of)

    def _kill_foundation(self, name: str) -> None:
        self.stack.kill9(name)
        self.report.kills[name] += 1
        self.cluster.restart_foundation(name)

    def _kill_role(self, role: Role) -> None:
        self.stack.kill9(role.name)
        self.report.kills[role.role] += 1
        if role.role in {"reactions", "views"}:
            self._look_at_offsets()

    async def _at_failpoint(self, kill: Kill, role: Role, failpoint: str) -> None:
        """Starts the process so that it dies there, waits until it did, and starts it again without."""
        log = {"ETWINNING_FAILPOINT_LOG": str(self._failpoints)}
        fired = self._fired(failpoint)
        self.cluster.restart(role, {"ETWINNING_FAILPOINT": f"{failpoint}:{kill.hit}", **log})
        began = time.monotonic()
        while time.monotonic() - began < FAILPOINT_S:
            await self._keep_alive(but=role)
            if role in self.cluster.ended() and self._fired(failpoint) > fired:
                self.report.kills[role.role] += 1
                self.report.fired[failpoint] += 1
                await asyncio.to_thread(self._look_at_offsets)
                break
            await asyncio.sleep(_SWEEP_S)
        else:
            self.report.not_fired.append(f"{failpoint}:{kill.hit} in {role.name}")
            await asyncio.to_thread(self.stack.kill9, role.name)
        self.cluster.restart(role)

    def _fired(self, failpoint: str) -> int:
        """How often a process has written that it dies there."""
        if not self._failpoints.exists():
            return 0
        return self._failpoints.read_text().splitlines().count(failpoint)

    async def _keep_alive(self, but: Role | None = None) -> None:
        """Starts again whatever ended by itself, as an operator's supervisor would."""
        for role in self.cluster.ended():
            if role != but:
                self.report.ended_by_themselves[role.role] += 1
                self.cluster.restart(role)

    def _look_at_offsets(self) -> None:
        """I8 at the moment after a death: afterwards the survivors would mend it."""
        found = check_offsets(self._world())
        self.report.violations += [one for one in found if one not in self.report.violations]

    # --- judgement

    async def _judge(self) -> None:
        """Waits for rest, checks everything, rebuilds all views, and compares them."""
        self._say("The load has ended; waiting for rest …")
        await asyncio.to_thread(self._until_ready)
        self.report.unrest = await wait_for_quiet(self.stack, QUIET_S)
        await asyncio.to_thread(self._check)

    def _check(self) -> None:
        world = self._world()
        self.report.events = len(world.events)
        found = check(world, EXPECTATIONS)
        if not self.report.unrest:
            self._say("Rebuilding every view …")
            live = read_views(self.stack.mongo_url, PREFIX)
            rebuild_all(self.stack, self._environment())
            found += check_views(live, read_views(self.stack.mongo_url, PREFIX))
        self.report.violations += [one for one in found if one not in self.report.violations]

    def _until_ready(self) -> None:
        began = time.monotonic()
        while time.monotonic() - began < QUIET_S:
            self.cluster.revive()
            if not self.cluster.unready():
                return
            time.sleep(_SWEEP_S)

    def _world(self) -> World:
        journal = self._journal_path if self._journal_path.exists() else None
        return read_world(self.stack.mongo_url, self.stack.kafka, journal, PREFIX)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **ENVIRONMENT, **self.stack.settings.environment(), "ETWINNING_PORT": "1"}

    # --- words

    def _progress(self, kill: Kill, number: int, of: int) -> None:
        assert self._journal is not None
        where = f" at {kill.failpoint}:{kill.hit}" if kill.failpoint else ""
        answers = ", ".join(f"{count} {name}" for name, count in self._journal.answers.items())
        self._say(f"{number}/{of} kill -9 {kill.name}{where}; commands: {answers}")

    def _say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def new_seed() -> int:
    return random.SystemRandom().randrange(1, 10**6)
