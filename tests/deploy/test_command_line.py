"""The `etwinning` command: fast help, clear sentences, exit codes."""

import os
import subprocess
import sys

import pytest

from deploy import cli


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip


def test_the_overview_names_every_command() -> None:
    shown = _run("--help").stdout
    assert all(name in shown for name in cli.COMMANDS)


def test_the_overview_imports_no_command() -> None:
    code = """
import sys
from deploy import cli
sys.argv = ["etwinning", "--help"]
try:
    cli.main()
except SystemExit:
    pass
print([name for name in sys.modules if name.startswith(("deploy.commands.", "aiokafka", "motor", "fastapi"))])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.rstrip().endswith("[]")


def test_help_of_up_has_an_example() -> None:
    assert "Example: ETWINNING_PORT_BASE=8600 etwinning up" in " ".join(
        _run("up", "--help", COLUMNS="200").stdout.split()
    )


def test_an_unknown_command_is_wrong_usage() -> None:
    assert _run("dance").returncode == 2


@pytest.mark.parametrize("value", ["70", "many"])
def test_a_wrong_setting_is_one_sentence(value: str) -> None:
    done = _run("up", ETWINNING_PORT_BASE=value)
    assert done.returncode == cli.UNABLE
    assert "port_base" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
