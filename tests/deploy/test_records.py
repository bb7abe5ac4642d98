"""Only what was recorded is ended: by process id and start time, never by name."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.records import ProcessRecord, Records
from tests.local_stacks import is_running

_SLEEP = "import time; print('up', flush=True); time.sleep(300)"
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {_SLEEP}"


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    yield from _started(_SLEEP)


@pytest.fixture
def stubborn() -> Iterator[subprocess.Popen[bytes]]:
    yield from _started(_STUBBORN)


def _started(code: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield child
        child.kill()


def test_a_recorded_process_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    records = Records(tmp_path)
    records.write(ProcessRecord.of("mail", sleeper.pid))
    assert records.end_leftovers() == ["mail"]
    assert not is_running(sleeper.pid)
    assert records.all() == []


def test_one_that_ignores_sigterm_is_killed(
    tmp_path: Path, stubborn: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.records.GRACE_SECONDS", 0.5)
    records = Records(tmp_path)
    records.write(ProcessRecord.of("kafka", stubborn.pid))
    records.end_leftovers()
    assert not is_running(stubborn.pid)


def test_a_process_id_that_was_reused_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    earlier = ProcessRecord.of("kafka", sleeper.pid)
    Records(tmp_path).write(earlier.model_copy(update={"started": earlier.started - 60}))
    assert Records(tmp_path).end_leftovers() == []
    assert is_running(sleeper.pid)


def test_a_process_of_an_earlier_start_of_the_system_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    earlier = ProcessRecord.of("kafka", sleeper.pid)
    Records(tmp_path).write(earlier.model_copy(update={"boot": "another"}))
    assert Records(tmp_path).end_leftovers() == []
    assert is_running(sleeper.pid)


def test_a_process_is_known_again_after_the_clock_was_corrected(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that is set forward by a second moves the time at which the system says that it, and all, started."""
    record, before = ProcessRecord.of("kafka", sleeper.pid), psutil.boot_time()
    monkeypatch.setattr("psutil._psplatform.boot_time", lambda: before + 1)
    assert record.process() is not None


def test_a_record_cut_short_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "kafka.json").write_text('{"name": "kafka", "pi')
    assert Records(tmp_path).end_leftovers() == []
