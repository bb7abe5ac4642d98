"""What each role does from time to time, as health sees it."""

from pathlib import Path
from typing import Any

import pytest

from deploy.connections import build_of
from shared.contracts.base import SERVICES, Service
from shared.hosting.parts import StopSignal
from shared.observability.health import Heartbeats
from tests.databases import server_url
from tests.services.running import running


class Noted(Heartbeats):
    """Keeps the names of all that registered."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def register(self, name: str, **more: Any) -> None:
        self.names.append(name)
        super().register(name, **more)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_loop_of_a_process_is_alive_by_the_name_of_another(
    service: Service, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """One that hangs would not be missed, and the end of one would end the other, and the process with an error."""
    async with running(service, build_of(service), server_url(request), tmp_path) as found:
        found.host.heartbeats = noted = Noted()
        stop = StopSignal()
        stop.set()
        for loop in found.parts.loops.values():
            await loop(stop)
    assert sorted(noted.names) == sorted(set(noted.names))
