"""The launcher without the services, as a program: what `etwinning up` does, for tests that kill it."""

import sys

from rich.console import Console

from deploy.errors import Unable
from deploy.local.jars import Say
from deploy.local.launcher import launch
from deploy.local.settings import LocalSettings


def _nothing_to_prepare(_settings: LocalSettings, _say: Say) -> None:
    """No services, no topics."""


if __name__ == "__main__":
    try:
        launch(LocalSettings(), Console(width=200), _nothing_to_prepare, services=())
    except Unable as problem:
        sys.exit(str(problem))
