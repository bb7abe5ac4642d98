"""Carries out the kills. Failpoints are waited for side by side: one that is reached late holds up nobody."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from tests.chaos.checker.offsets import check_offsets
from tests.chaos.checker.reading import read_progress
from tests.chaos.checker.violation import Violation
from tests.chaos.cluster import Cluster, Role
from tests.chaos.kills import Kill

PREFIX = "etwinning_"
FAILPOINT_S = 60.0
RECOVERY_S = 90.0
_AT_ONCE = 3
_STEPS = 6
_SWEEP_S = 0.1


@dataclass
class Deaths:
    """What was killed, and what was found right afterwards."""

    kills: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    not_fired: list[str] = field(default_factory=list)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)


class Killer:
    """Works on one cluster. `say` is told of every death; `progress` counts what users have got done."""

    def __init__(self, cluster: Cluster, say: Callable[[str], None], progress: Callable[[], int]) -> None:
        self.deaths = Deaths()
        self._cluster = cluster
        self._say = say
        self._progress = progress
        self._log: Path = cluster.stack.settings.home / "failpoints.log"
        self._busy: set[str] = set()
        self._one_at_a_time = asyncio.Lock()  # the stack is not made for several hands
        self._waiting_for_failpoints = asyncio.Semaphore(_AT_ONCE)

    async def carry_out(self, kills: Sequence[Kill]) -> None:
        """All of them; returns when everything runs again."""
        async with asyncio.TaskGroup() as failpoints:
            for number, kill in enumerate(kills, start=1):
                await asyncio.sleep(kill.pause)
                await self.keep_alive()
                where = f"{number}/{len(kills)} kill -9 {kill.name}"
                if isinstance(kill.target, str):
                    while self._busy:  # noqa: ASYNC110 who waits for a failpoint would not come to it meanwhile
                        await asyncio.sleep(_SWEEP_S)
                    await self._do(partial(self._kill_foundation, kill.target))
                    await self._works_again()
                elif kill.failpoint is None:
                    await self._free(kill.target)
                    await self._kill_and_restart(kill.target)
                else:
                    await self._free(kill.target)
                    await self._waiting_for_failpoints.acquire()
                    failpoints.create_task(self._die_at(kill, kill.target, kill.failpoint))
                    where += f", to die at {kill.failpoint}:{kill.hit}"
                self._say(where)
        await self.keep_alive()

    async def keep_alive(self) -> None:
        """Starts again whatever ended by itself, as an operator's supervisor would."""
        async with self._one_at_a_time:
            for role in self._cluster.ended():
                if role.name not in self._busy:
                    self.deaths.ended_by_themselves[role.role] += 1
                    await asyncio.to_thread(self._cluster.restart, role)

    async def _works_again(self) -> None:
        """Until users get on: else the next kills would hit a system that does nothing."""
        before = self._progress()
        if not await self._within(RECOVERY_S, lambda: self._has_got_on(before)):
            self._say("nobody has got on yet")

    async def _has_got_on(self, before: int) -> bool:
        await self.keep_alive()
        return self._progress() >= before + _STEPS

    async def _free(self, role: Role) -> None:
        while role.name in self._busy:  # noqa: ASYNC110 several tasks leave the set: a sweep is simpler than an event
            await asyncio.sleep(_SWEEP_S)

    async def _do(self, act: Callable[[], None]) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(act)

    def _kill_foundation(self, name: str) -> None:
        self._cluster.stack.kill9(name)
        self.deaths.kills[name] += 1
        self._cluster.restart_foundation(name)

    async def _kill_and_restart(self, role: Role, again: Callable[[], None] | None = None) -> None:
        """Between death and restart the offsets are looked at (I8): afterwards the survivors would mend it."""
        self._busy.add(role.name)
        try:
            await self._do(lambda: self._cluster.stack.kill9(role.name))
            self.deaths.kills[role.role] += 1
            await self._look_at_offsets(role)
            await self._do(again or (lambda: self._cluster.restart(role)))
        finally:
            self._busy.discard(role.name)

    async def _die_at(self, kill: Kill, role: Role, failpoint: str) -> None:
        armed = {"ETWINNING_FAILPOINT": f"{failpoint}:{kill.hit}", "ETWINNING_FAILPOINT_LOG": str(self._log)}
        try:
            await self._kill_and_restart(role, lambda: self._cluster.restart(role, armed))
            self._busy.add(role.name)
            if await self._within(FAILPOINT_S, lambda: self._has_died(role, armed)):
                self.deaths.kills[role.role] += 1
                self.deaths.fired[failpoint] += 1
                await self._look_at_offsets(role)
                self._say(f"{role.name} died at {failpoint}")
            else:
                self.deaths.not_fired.append(f"{failpoint}:{kill.hit} in {role.name}")
                self._say(f"{role.name} did not come to {failpoint}")
                await self._do(lambda: self._cluster.stack.kill9(role.name))
            await self._do(lambda: self._cluster.restart(role))
        finally:
            self._busy.discard(role.name)
            self._waiting_for_failpoints.release()

    async def _within(self, seconds: float, happened: Callable[[], Awaitable[bool]]) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not await happened():  # noqa: ASYNC110 another process: no event to wait for
                    await asyncio.sleep(_SWEEP_S)
        except TimeoutError:
            return False
        return True

    async def _has_died(self, role: Role, armed: Mapping[str, str]) -> bool:
        """By its own SIGKILL; one that ended otherwise (the broker was away when it started) is armed again."""
        async with self._one_at_a_time:
            code = self._cluster.stack.ended().get(role.name)
            if code is not None and code != -signal.SIGKILL:
                self.deaths.ended_by_themselves[role.role] += 1
                await asyncio.to_thread(self._cluster.restart, role, armed)
            return code == -signal.SIGKILL

    async def _look_at_offsets(self, role: Role) -> None:
        """Only a consumer's death can leave an offset behind that passes its work."""
        if role.role not in {"reactions", "views"}:
            return
        stack = self._cluster.stack
        try:
            async with asyncio.timeout(10):
                found = check_offsets(await read_progress(stack.mongo_url, stack.kafka, PREFIX))
        except (KafkaError, PyMongoError, TimeoutError):
            return  # the broker or the database was killed just before: the next look will do
        self.deaths.violations += [one for one in found if one not in self.deaths.violations]
