"""The live views of every service, and rebuilding them: dumped before and after, they must be the same."""

import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.local.python import module
from deploy.local.stack import LocalStack
from tests.chaos.checker.expectations import SERVICES

_REBUILD_S = 180
_AT_ONCE = 3


class NotRebuilt(Exception):
    """`etwinning views rebuild` failed; the text is what it said."""


def rebuild_all(stack: LocalStack, environment: Mapping[str, str]) -> None:
    """Rebuilds every view of every service through the command line, as an operator would. Raises `NotRebuilt`."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda service: _rebuild(stack, environment, service), SERVICES))


def _rebuild(stack: LocalStack, environment: Mapping[str, str], service: str) -> None:
    done: subprocess.CompletedProcess[Any] = subprocess.run(
        module("deploy.cli", "views", "rebuild", service), env=dict(environment), cwd=stack.settings.home,
        capture_output=True, text=True, timeout=_REBUILD_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotRebuilt(f"{service}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
