"""Operating-system processes that sweep one database at the same moments, each append of theirs side by side."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.architecture.tree import ROOT
from tests.services.running import Running

ANSWER_S = 60.0

Kills = Callable[[str, str], bool]
"""`kills(where, commit)`: whether the last process is killed as it stands `before` or `after` appending this."""


def nobody(_where: str, _commit: str) -> bool:
    return False


@dataclass
class Sweeper:
    """One process. `stored`, `second`: how many of its appends came first, and how many found another's."""

    process: Process
    stored: int = 0
    second: int = 0

    def say(self, told: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told).encode() + b"\n")

    async def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(ANSWER_S):
            line = await self.process.stdout.readline()
        assert line, f"sweeper {self.process.pid} has ended"
        heard: dict[str, Any] = json.loads(line)
        return heard


class Sweepers:
    """Processes that take their turns together: none appends before every one of them stands at an append."""

    def __init__(self, running: Sequence[Sweeper]) -> None:
        self.running = list(running)

    async def turn(self, now: datetime, kills: Kills = nobody) -> None:
        """One turn of all at that moment, to its end. A process is killed by its pid where `kills` says so."""
        for one in self.running:
            one.say({"now": now.isoformat()})
        busy = list(self.running)
        while busy:
            heard = dict(zip(map(id, busy), await asyncio.gather(*(one.hear() for one in busy)), strict=True))
            for one in list(busy):
                told = heard[id(one)]
                if told["at"] == "done":
                    one.stored, one.second = told["stored"], told["second"]
                    busy.remove(one)
                elif one is self.running[-1] and len(self.running) > 1 and kills(told["at"], told["commit"]):
                    one.process.kill()
                    await one.process.wait()
                    busy.remove(one)
                    self.running.remove(one)
            for one in busy:
                one.say("go")


@asynccontextmanager
async def sweepers(service: Running, sweeps: str, count: int = 2) -> AsyncIterator[Sweepers]:
    """`count` processes on the database of a running service. `sweeps`: `module:function` of a host to its sweeps."""
    command = (sys.executable, "-m", "tests.services.sweeper", service.host.service, sweeps)
    started = [
        Sweeper(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT, env=_env(service)))
        for _ in range(count)
    ]
    try:
        assert [await one.hear() for one in started] == [{"at": "ready"}] * count
        yield Sweepers(started)
        for one in started:
            if one.process.returncode is None and one.process.stdin is not None:
                one.process.stdin.close()
                async with asyncio.timeout(ANSWER_S):
                    assert await one.process.wait() == 0
    finally:
        for one in started:
            if one.process.returncode is None:
                one.process.kill()
                await one.process.wait()


def _env(service: Running) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), **service.environment}
