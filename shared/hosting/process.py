"""One process of one service: opens the host, runs the roles it was asked for, and ends cleanly when told to.

A role that fails takes the process down: whoever started it starts it again, and the store says where to go on.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog
import uvicorn

from shared.contracts.base import Service
from shared.hosting.consuming import consumers
from shared.hosting.host import Host, open_host
from shared.hosting.http import application
from shared.hosting.parts import Parts, StopSignal
from shared.hosting.publishing import publish
from shared.hosting.settings import Settings
from shared.hosting.sweeping import sweep
from shared.observability.logs import configure_logging
from shared.observability.traces import configure_tracing

log = structlog.get_logger()

Build = Callable[[Host], Parts]
ROLES = ("api", "relay", "reactions", "views", "deadlines", "sender")
HTTP_GRACE_S = 3


class UnknownRole(Exception):
    """No such role; the message lists them."""


def roles_of(asked: Sequence[str]) -> frozenset[str]:
    """The roles that were asked for; `all` is every one.

    Raises:
        UnknownRole: names the wrong one.
    """
    unknown = set(asked) - {*ROLES, "all"}
    if unknown:
        raise UnknownRole(f"unknown role {', '.join(sorted(unknown))}: choose of {', '.join(ROLES)} or all")
    return frozenset(ROLES) if "all" in asked else frozenset(asked)


async def run(service: Service, build: Build, roles: frozenset[str], settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT.

    Raises:
        ExceptionGroup: a role failed.
    """
    configure_logging(service=service, node=settings.installation.origin, level=settings.logging.log_level)
    configure_tracing(service)
    stop = StopSignal()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_host(service, settings) as host:
        log.info("process_started", roles=sorted(roles), pid=os.getpid())
        await run_roles(host, build(host), roles, stop)
        log.info("process_stopped", roles=sorted(roles))


async def run_roles(host: Host, parts: Parts, roles: frozenset[str], stop: StopSignal) -> None:
    """Runs the roles side by side until `stop`; the first failure stops them all."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_ends_all(_serve(host, parts, roles, stop), stop))
        if "relay" in roles:
            tasks.create_task(_ends_all(publish(host, stop), stop))
        if roles & {"reactions", "views"}:
            tasks.create_task(_ends_all(_consume(host, parts, roles, stop), stop))
        if "deadlines" in roles:
            tasks.create_task(_ends_all(sweep(host, stop), stop))
        for role, loop in parts.loops.items():
            if role in roles:
                tasks.create_task(_ends_all(loop(stop), stop))


async def _ends_all(role: Awaitable[None], stop: StopSignal) -> None:
    try:
        await role
    finally:
        stop.set()


async def _consume(host: Host, parts: Parts, roles: frozenset[str], stop: StopSignal) -> None:
    running = await consumers(host, parts, roles)
    starting, stopping = asyncio.create_task(running.start()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await stopping
    finally:
        for task in (starting, stopping):
            task.cancel()
        await asyncio.gather(starting, stopping, return_exceptions=True)
        await running.stop()


class _Server(uvicorn.Server):
    """The process handles its signals itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(host: Host, parts: Parts, roles: frozenset[str], stop: StopSignal) -> None:
    """HTTP: every route with the role `api`, else only health and metrics."""
    config = uvicorn.Config(
        application(host, parts if "api" in roles else Parts()),
        host="127.0.0.1" if not host.settings.web.listen_everywhere else "0.0.0.0",  # noqa: S104 asked for by name
        port=host.settings.web.port,
        access_log=False,
        server_header=False,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=HTTP_GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    with suppress(asyncio.CancelledError):
        await stopping
    try:
        await serving
    except SystemExit:
        raise PortTaken(host.settings.web.port) from None


class PortTaken(Exception):
    """The process could not listen on its port."""
