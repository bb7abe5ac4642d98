"""Stacks for tests: on free ports, in temporary folders, ended even if the test run itself was killed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from pydantic import ValidationError

from deploy.local.ports import free_base
from deploy.local.records import ProcessRecord, Records
from deploy.local.settings import LocalSettings
from deploy.local.stack import LocalStack

FOLDERS = Path(tempfile.gettempdir()) / f"etwinning-tests-{os.getuid()}"
_OWNER = "owner.json"


def new_stack(folder: Path) -> LocalStack:
    """A stack on free ports with its data in `folder`; ETWINNING_TEST_MONGO_URL puts another database under it."""
    mongo_url = os.environ.get("ETWINNING_TEST_MONGO_URL")
    return LocalStack(LocalSettings(home=folder / "home", port_base=free_base(), mongo_url=mongo_url))


@contextmanager
def ended_with_the_tests() -> Iterator[Path]:
    """A temporary folder that names its owner, so that the next test run can end what a killed one left."""
    FOLDERS.mkdir(exist_ok=True)
    _sweep()
    folder = Path(tempfile.mkdtemp(dir=FOLDERS))
    (folder / _OWNER).write_text(ProcessRecord.of("tests", os.getpid()).model_dump_json())
    try:
        yield folder
    finally:
        Records(folder / "home" / "run").end_leftovers()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Ends processes and removes folders whose test run is dead."""
    for owner in FOLDERS.glob(f"*/{_OWNER}"):
        with suppress(FileNotFoundError, ValidationError):  # another run is making or removing it right now
            if ProcessRecord.model_validate_json(owner.read_bytes()).process() is None:
                Records(owner.parent / "home" / "run").end_leftovers()
                shutil.rmtree(owner.parent, ignore_errors=True)


def is_running(pid: int) -> bool:
    """Whether a process runs (a dead child that nobody has waited for does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
