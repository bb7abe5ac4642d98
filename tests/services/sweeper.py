"""A process of its own that sweeps: `python -m tests.services.sweeper <service> <module>:<sweeps>`.

It opens a host on the database that its settings name, with a clock that whoever started it sets, and runs its sweeps
turn after turn. The talk is lines of JSON: it says `ready`; is told `{"now": …}` for a turn; says before and after
each append which commit it is about, and goes on when told `go`; and says at the end of a turn how many of its appends
were stored and how many came second. It ends with its standard input.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, TextIO

from shared.event_store.commits import Commit
from shared.event_store.store import Appended
from shared.hosting.host import Host, open_host
from shared.hosting.settings import load_settings
from tests.services.running import Clock

Sweeps = Sequence[Callable[[], Awaitable[None]]]


class Line:
    """To whoever started this process."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def say(self, **said: Any) -> None:
        self._out.write(json.dumps(said) + "\n")
        self._out.flush()

    async def hear(self) -> Any:
        """The next thing that is asked; nothing at the end."""
        line = await asyncio.to_thread(sys.stdin.readline)
        return json.loads(line) if line else None


class Appending:
    """Stands in for the store's `append`: tells of each commit, before and after, and waits to be told to go on."""

    def __init__(self, host: Host, line: Line) -> None:
        self._append, self._line = host.store.append, line
        self.stored = self.second = 0

    async def __call__(self, commit: Commit) -> Appended:
        await self._stand("before", commit)
        appended = await self._append(commit)
        if appended is Appended.STORED:
            self.stored += 1
        else:
            self.second += 1
        await self._stand("after", commit)
        return appended

    async def _stand(self, where: str, commit: Commit) -> None:
        self._line.say(at=where, commit=f"{commit.stream}@{commit.version}")
        if await self._line.hear() != "go":
            sys.exit(1)


async def sweep(service: Any, sweeps_of: Callable[[Host], Sweeps], line: Line) -> None:
    """Turn after turn, each sweep once, in their order."""
    clock = Clock()
    async with open_host(service, load_settings(dict(os.environ)), clock=clock) as host:
        appending = Appending(host, line)
        host.store.append = appending  # type: ignore[assignment]
        sweeps = sweeps_of(host)
        line.say(at="ready")
        while (turn := await line.hear()) is not None:
            clock.now = datetime.fromisoformat(turn["now"])
            for one in sweeps:
                await one()
            line.say(at="done", stored=appending.stored, second=appending.second)


def main(service: str, named: str) -> None:
    # What is logged goes to standard error: standard output is the talk alone.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, _, sweeps = named.partition(":")
    asyncio.run(sweep(service, getattr(import_module(module), sweeps), Line(out)))


if __name__ == "__main__":
    main(*sys.argv[1:])
