"""In CI a skipped test is a failed one: what a test needs is installed there, or the run says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SKIPPED = """
import pytest

def test_one() -> None:
    pytest.skip("no browser here")
"""
_SKIPPED_BY_MARK = """
import pytest

@pytest.mark.skip(reason="no browser here")
def test_one() -> None: ...
"""


def _pytest(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    test = folder / "test_one.py"
    test.write_text(code)
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, "--rootdir", str(folder), str(test)],
        capture_output=True, text=True, check=False, timeout=60, env={**inherited, **environment}, cwd=folder,
    )  # fmt: skip


@pytest.mark.parametrize("code", [_SKIPPED, _SKIPPED_BY_MARK])
def test_a_skipped_test_fails_in_ci(tmp_path: Path, code: str) -> None:
    done = _pytest(tmp_path, code, CI="true")
    assert done.returncode == 1
    assert "no browser here" in done.stdout


def test_elsewhere_it_is_skipped(tmp_path: Path) -> None:
    assert _pytest(tmp_path, _SKIPPED).returncode == 0
