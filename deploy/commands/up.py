"""`etwinning up`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.local.jars import Say
    from deploy.local.settings import LocalSettings


def up() -> None:
    """Start everything on this machine, and stop it with Ctrl-C.

    Kafka, a database, mail, the five services and the front door. Data, keys and logs are in ETWINNING_HOME (default:
    .etwinning in the checkout); ETWINNING_PORT_BASE (default 8400) moves all ports, so that two checkouts can run side
    by side.

    Example: ETWINNING_PORT_BASE=8600 etwinning up
    """
    from rich.console import Console

    from deploy.local.launcher import launch
    from deploy.local.settings import LocalSettings

    launch(LocalSettings(), Console(highlight=False), _prepare)


def _prepare(settings: LocalSettings, say: Say) -> None:
    """Keys, topics, indexes and schools."""
    # TODO(lead): import deploy.prepare directly once it exists: prepare(settings: LocalSettings, say: Say) -> None
    if find_spec("deploy.prepare"):
        import_module("deploy.prepare").prepare(settings, say)
