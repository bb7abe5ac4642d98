"""What the launcher does when a child dies: start it again, later each time, and give up in the end."""

import time
from collections.abc import Callable

from deploy.errors import Unable
from deploy.local.disk import free_bytes
from deploy.local.stack import LocalStack

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 16.0
_STEADY_SECONDS = 30.0  # a child that ran this long is healthy again: its count starts anew
ATTEMPTS = 8


class Supervisor:
    """Call `look` often; it never waits."""

    def __init__(self, stack: LocalStack, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._say = say
        self._deaths: dict[str, int] = {}
        self._due: dict[str, float] = {}

    def look(self) -> None:
        """Starts again what has died and is due.

        Raises Unable: a child died eight times without running half a minute in between.
        """
        now = time.monotonic()
        for name, code in self._stack.ended().items():
            if name not in self._due:
                self._due[name] = now + self._wait(name, code, now)
            elif now >= self._due[name]:
                del self._due[name]
                self._stack.start_again(name)
                self._say(f"{name} runs again (process {self._stack.pid(name)})")

    def _wait(self, name: str, code: int, now: float) -> float:
        child = self._stack.children[name]
        steady = now - child.started > _STEADY_SECONDS
        deaths = self._deaths[name] = 1 if steady else self._deaths.get(name, 0) + 1
        if deaths > ATTEMPTS:
            raise Unable(f"{name} keeps ending ({_cause(code)}){self._disk()}: read {child.log}, then start again.")
        wait: float = min(_FIRST_WAIT * 2 ** (deaths - 1), _LONGEST_WAIT)
        self._say(f"{name} ended ({_cause(code)}); starting it again in {wait:g} s; its log: {child.log}")
        return wait

    def _disk(self) -> str:
        free = free_bytes(self._stack.settings.home) // 2**20
        return f", and the disk is full ({free} MB free)" if free < 100 else ""


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
