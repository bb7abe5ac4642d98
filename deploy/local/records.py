"""Who was started: process id and start time, so that a later launcher ends exactly those and nobody else."""

import contextlib
import os
import signal
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

GRACE_SECONDS = 6.0


class ProcessRecord(BaseModel, frozen=True, extra="forbid"):
    """One started process. A process id is reused by the system; with its start time (seconds, UTC) it is unique."""

    name: str
    pid: int
    created: float

    @classmethod
    def of(cls, name: str, pid: int) -> "ProcessRecord":
        """The record of a process that runs now.

        Raises psutil.NoSuchProcess: it has ended.
        """
        return cls(name=name, pid=pid, created=psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process itself if it still runs, else None."""
        try:
            found = psutil.Process(self.pid)
            # The clock may be corrected between two boots' readings; a reused id is seconds away, never milliseconds.
            same = abs(found.create_time() - self.created) < 0.05
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


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
