"""A child that dies is started again, visibly, and not for ever."""

import sys
import time
from pathlib import Path

import pytest

from deploy.errors import Unable
from deploy.local import supervisor
from deploy.local.disk import require_space
from deploy.local.process import Program
from deploy.local.settings import LocalSettings
from deploy.local.stack import LocalStack
from deploy.local.supervisor import Supervisor

_DIES = Program("brief", (sys.executable, "-c", "import sys; sys.exit('no such key')"), lambda: False)


@pytest.fixture
def small_stack(tmp_path: Path) -> LocalStack:
    return LocalStack(LocalSettings(home=tmp_path))


def test_a_child_that_keeps_dying_ends_the_stack_with_its_name(
    small_stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_LONGEST_WAIT", 0.01)
    said: list[str] = []
    watching = Supervisor(small_stack, said.append)
    small_stack.launch(_DIES)
    with pytest.raises(Unable, match="brief keeps ending"):
        _look_until_it_gives_up(watching)
    assert len([line for line in said if "brief runs again" in line]) == supervisor.ATTEMPTS


def _look_until_it_gives_up(watching: Supervisor) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        watching.look()


def test_a_child_that_does_not_start_says_why(small_stack: LocalStack) -> None:
    small_stack.launch(_DIES)
    with pytest.raises(Unable, match=r"brief ended at once .*no such key"):
        small_stack.wait_ready("brief")


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Unable, match=r"is full .*set ETWINNING_HOME"):
        require_space(tmp_path, 2**60, "ETWINNING_HOME")


def test_a_folder_that_cannot_be_made_is_one_sentence() -> None:
    with pytest.raises(Unable, match="cannot be written: set ETWINNING_HOME"):
        LocalStack(LocalSettings(home=Path("/proc/etwinning"))).prepare()
