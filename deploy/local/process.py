"""One child process: started only once it is recorded, watched, ended."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.errors import Unable
from deploy.local.records import ProcessRecord, Records

# The shell waits for one line before it becomes the program. If the launcher is killed before it has recorded the
# child, the pipe closes, `read` fails and nothing starts: no process is ever without a record.
_WAIT_THEN_BECOME = 'IFS= read -r _ && exec "$@" </dev/null'
_LOG_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """What to run and how to tell that it works."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


class Child:
    """A running program with its log file."""

    def __init__(self, program: Program, folder: Path, logs: Path, records: Records) -> None:
        self.program = program
        self._records = records
        self.log = logs / f"{program.name.replace(' ', '-')}.log"
        self.started = time.monotonic()
        program.before()
        self._popen = self._spawn(folder)

    def _spawn(self, folder: Path) -> subprocess.Popen[bytes]:
        _rotate(self.log)
        with self.log.open("ab") as log:
            popen = subprocess.Popen(
                ["/bin/sh", "-c", _WAIT_THEN_BECOME, self.program.name, *self.program.command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=folder,
                env={**_inherited(), **self.program.env},
                start_new_session=True,  # Ctrl-C in the terminal is for the launcher: it ends its children in order
            )
        assert popen.stdin is not None  # noqa: S101 - PIPE above
        with popen.stdin as line:
            self._records.write(ProcessRecord.of(self.program.name, popen.pid))
            line.write(b"\n")
        return popen

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    def exit_code(self) -> int | None:
        """How it ended (negative: the signal), or None while it runs."""
        return self._popen.poll()

    def signal(self, number: signal.Signals) -> None:
        """Signals the child and whatever it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait_ended(self, deadline: float) -> None:
        """Waits until it has ended; past `deadline` (monotonic seconds) it is killed."""
        try:
            self._popen.wait(max(0.01, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self._popen.wait(5)
        self._records.remove(self.program.name)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def wait_ready(self, deadline: float) -> None:
        """Waits until it answers.

        Raises Unable: it ended, or did not answer before `deadline` (monotonic seconds).
        """
        while not self.program.ready():
            code = self.exit_code()
            if code is not None:
                raise Unable(
                    f"{self.program.name} ended at once (exit code {code}): {self._last_words()} (log: {self.log})"
                )
            if time.monotonic() > deadline:
                raise Unable(f"{self.program.name} did not answer in time; its log may say why: {self.log}")
            time.sleep(0.05)


def _inherited() -> dict[str, str]:
    """The environment without what steers tests: a service refuses settings it does not know."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ETWINNING_TEST_")}


def _rotate(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
