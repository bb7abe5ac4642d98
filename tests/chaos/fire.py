"""The real thing under fire: load, kills, rest, and what the checker finds."""

import asyncio
import os
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
from tests.chaos.checker.reading import read_views, read_world
from tests.chaos.checker.views import check_views
from tests.chaos.checker.violation import Violation
from tests.chaos.cluster import Cluster, few_schools
from tests.chaos.journal import Journal
from tests.chaos.killing import PREFIX, Deaths, Killer
from tests.chaos.kills import Kill, plan
from tests.chaos.load import CENTRE, Load, fill_offices
from tests.chaos.quiet import wait_for_quiet
from tests.chaos.views import rebuild_all

STORIES = 2
PATIENCE_S = 120.0
_SWEEP_S = 0.5


@dataclass
class Report:
    """What a fire did and found."""

    seed: int
    deaths: Deaths = field(default_factory=Deaths)
    unrest: tuple[str, ...] = ()
    violations: list[Violation] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    answers: Mapping[str, int] = field(default_factory=dict)
    rounds: Counter[str] = field(default_factory=Counter)
    events: int = 0
    seconds: float = 0.0

    @property
    def found(self) -> list[str]:
        """Everything that should not be, in words."""
        unrest = [f"I10 at rest: {one}" for one in self.unrest]
        missed = [f"never reached: {one}" for one in self.deaths.not_fired]
        refused = [f"a legitimate step: {one}" for one in self.surprises]
        return [*map(str, self.violations), *unrest, *missed, *refused]

    def summary(self) -> str:
        """One line."""
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.deaths.kills.items()))
        fired = ", ".join(f"{name} {count}x" for name, count in sorted(self.deaths.fired.items()))
        answers = ", ".join(f"{count} {name}" for name, count in self.answers.items())
        rounds = ", ".join(f"{count} {name}" for name, count in sorted(self.rounds.items()))
        return (
            f"seed {self.seed}: {self.deaths.kills.total()} kills ({kinds}); failpoints: {fired or 'none'}; commands: "
            f"{answers}; {rounds or 'no round'}; {self.events} events; {len(self.violations)} violations, "
            f"{len(self.found) - len(self.violations)} other findings; {self.seconds:.0f} s"
        )


class Fire:
    """One run. `stack` is its own: everything in it is killed. `launcher` stands in for the `etwinning` command;
    `patience_s`: how long a step, and the rest at the end, may take on a machine that does much else."""

    def __init__(
        self,
        stack: LocalStack,
        seed: int,
        console: Console,
        launcher: tuple[str, ...] = ("deploy.cli",),
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.stack = stack
        self.cluster = Cluster(stack, launcher)
        self.killer = Killer(self.cluster, self._say, lambda: self._journal.answers["ok"] if self._journal else 0)
        self.report = Report(seed, self.killer.deaths)
        self._console = console
        self._patience_s = patience_s
        self._began = time.monotonic()
        self._journal_path = stack.settings.home / "journal.jsonl"
        self._journal: Journal | None = None

    async def run(self, kills: Sequence[Kill] | int) -> Report:
        """Everything, start to end; the stack is stopped whatever happens."""
        planned = plan(kills, self.cluster.roles, self.report.seed) if isinstance(kills, int) else kills
        self._say(f"seed {self.report.seed}; starting {len(self.cluster.roles)} processes …")
        try:
            await asyncio.to_thread(self.cluster.start)
            self._journal = Journal(self._journal_path)
            await self._burn(self._journal, planned)
            await self._judge()
        finally:
            await asyncio.to_thread(self.cluster.stop)
            self.report.seconds = time.monotonic() - self._began
        return self.report

    async def _burn(self, journal: Journal, kills: Sequence[Kill]) -> None:
        settings = self.stack.settings
        async with httpx.AsyncClient(base_url=settings.front_door) as http:
            mailbox = Mailbox(http, settings.mail_url, self._patience_s)
            run = uuid.uuid5(uuid.NAMESPACE_OID, str(self.report.seed)).hex[:6]
            programme = Programme(http, mailbox, run, watch=journal, deadline_s=self._patience_s)
            offices = await fill_offices(programme, await self._centre(programme))
            load = Load(programme, offices, schools(file=few_schools(settings.home / "schools.csv")))
            self._say("the offices are filled; the load and the kills begin")
            lives = asyncio.create_task(load.run(STORIES))
            try:
                await self.killer.carry_out(kills)
            finally:
                load.stop()
                await self._alive_until(lives)
            self.report.surprises, self.report.overdue, self.report.rounds = load.surprises, load.overdue, load.rounds
            self.report.answers = dict(journal.answers)

    async def _alive_until(self, lives: "asyncio.Task[None]") -> None:
        """What ends by itself meanwhile is started again: the steps in flight need it."""
        while not lives.done():
            await self.killer.keep_alive()
            await asyncio.wait([lives], timeout=_SWEEP_S)
        lives.result()

    async def _centre(self, programme: Programme) -> Officer:
        """The first office, appointed on the machine."""
        email = f"centre-{programme.run}@office.example"
        async with opened("registration", installation_settings(self.stack.settings)) as host:
            await appoint(host, kind=CENTRE, email=email)
        officer, _ = await programme.accept_office(email, CENTRE)
        return officer

    async def _judge(self) -> None:
        """Waits for rest, checks everything, rebuilds all views, and compares them."""
        self._say("the load has ended; waiting for rest")
        await self._until_ready()
        self.report.unrest = await wait_for_quiet(self.stack, self._patience_s)
        await asyncio.to_thread(self._check)

    async def _until_ready(self) -> None:
        began = time.monotonic()
        while time.monotonic() - began < self._patience_s:
            await self.killer.keep_alive()
            if not await asyncio.to_thread(self.cluster.unready):
                return
            await asyncio.sleep(_SWEEP_S)

    def _check(self) -> None:
        self._say("checking")
        world = read_world(self.stack.mongo_url, self.stack.kafka, self._journal_path, PREFIX)
        self.report.events = len(world.events)
        found = [*self.report.deaths.violations, *check(world, EXPECTATIONS)]
        if not self.report.unrest:
            self._say("rebuilding every view")
            live = read_views(self.stack.mongo_url, PREFIX)
            rebuild_all(self.stack, self._environment())
            found += check_views(live, read_views(self.stack.mongo_url, PREFIX))
        self.report.violations = sorted(set(found))

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **ENVIRONMENT, **self.stack.settings.environment(), "ETWINNING_PORT": "1"}

    def _say(self, text: str) -> None:
        answers = self._journal.answers if self._journal else {}
        so_far = f"  [{', '.join(f'{count} {name}' for name, count in answers.items() if count)}]" if answers else ""
        seconds = f"{time.monotonic() - self._began:4.0f} s  "
        self._console.print(seconds + text + so_far, markup=False, highlight=False, soft_wrap=True)
