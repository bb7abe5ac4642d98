"""How a child process that is Python is started."""

import sys

from deploy.local.settings import CHECKOUT

# The code of this checkout, whatever is installed in the environment: two checkouts may share one.
ENVIRONMENT = {"PYTHONPATH": str(CHECKOUT)}


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line that runs a module of this checkout in this environment."""
    return (sys.executable, "-m", name, *arguments)
