"""Who was started: process id and start time, so that a later launcher ends exactly those and nobody else."""

import contextlib
import os
import signal
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

GRACE_SECONDS = 6.0
TICK_SECONDS = 0.05
"""A reused process id is seconds away."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class ProcessRecord(BaseModel, frozen=True, extra="forbid"):
    """One started process. A process id is reused by the system; with its start (seconds since the system's) and the
    system's own it is unique. By the clock it is not: when that is corrected, every process seems to have started anew.
    """

    name: str
    pid: int
    started: float
    boot: str

    @classmethod
    def of(cls, name: str, pid: int) -> "ProcessRecord":
        """The record of a process that runs now.

        Raises psutil.NoSuchProcess: it has ended.
        """
        return cls(name=name, pid=pid, started=_since_boot(psutil.Process(pid)), boot=_boot())

    def process(self) -> psutil.Process | None:
        """The process itself if it still runs, else None."""
        try:
            found = psutil.Process(self.pid)
            same = self.boot == _boot() and abs(_since_boot(found) - self.started) < TICK_SECONDS
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def _since_boot(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()


def _boot() -> str:
    """Names this start of the system; nothing where the system does not say it."""
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""


class Records:
    """The records of one stack, a file each, in `<home>/run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, name: str) -> Path:
        return self.folder / f"{name.replace(' ', '-')}.json"

    def write(self, record: ProcessRecord) -> None:
        """Keeps the record; a crash leaves the old file or the new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        staged = self._file(record.name).with_suffix(".new")
        staged.write_text(record.model_dump_json())
        staged.replace(self._file(record.name))

    def remove(self, name: str) -> None:
        """Forgets the record of a process that has ended."""
        self._file(name).unlink(missing_ok=True)

    def all(self) -> list[ProcessRecord]:
        """Every record on disk; a file that does not parse was cut short by a full disk and names nobody."""
        found = []
        for file in sorted(self.folder.glob("*.json")):
            with contextlib.suppress(ValidationError):
                found.append(ProcessRecord.model_validate_json(file.read_bytes()))
        return found

    def end_leftovers(self) -> list[str]:
        """Ends every recorded process that still runs, and returns their names."""
        left = {record.name: process for record in self.all() if (process := record.process())}
        for process in left.values():
            _signal_group(process, signal.SIGTERM)
        _, alive = psutil.wait_procs(left.values(), timeout=GRACE_SECONDS)
        for process in alive:
            _signal_group(process, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=GRACE_SECONDS)
        for record in self.all():
            self.remove(record.name)
        return list(left)


def _signal_group(process: psutil.Process, number: signal.Signals) -> None:
    """Signals the process and what it started: each of ours leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
