"""A service behind a real port, in the test's own process, on the real database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from shared.contracts.base import Service
from shared.hosting.host import Host
from shared.hosting.http import application
from shared.hosting.parts import Parts
from tests.services.running import Running, running


@dataclass(frozen=True)
class Served:
    """`home`: where a browser finds it."""

    service: Running
    home: str


@asynccontextmanager
async def served(service: Service, build: Callable[[Host], Parts], url: str, folder: Path) -> AsyncIterator[Served]:
    """The service until the block ends."""
    async with running(service, build, url, folder) as found:
        app = application(found.host, found.parts)
        server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error", access_log=False))
        serving = asyncio.create_task(server.serve())
        try:
            while not server.started:
                assert not serving.done()
                await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Served(found, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            await serving
