"""Ports: refuse busy ones before anything starts, find free ones for tests."""

import random
import socket
from collections.abc import Iterable

import httpx

from deploy.errors import Unable
from deploy.local.settings import HOST, OFFSETS


def is_free(port: int) -> bool:
    """Whether this machine would let a server listen there (a port that is only in TIME_WAIT counts as free)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def responds(url: str) -> bool:
    """Whether a GET of that address succeeds within three seconds."""
    try:
        return httpx.get(url, timeout=3).is_success
    except httpx.TransportError:
        return False


def require_free(ports: Iterable[int]) -> None:
    """Raises `Unable`, naming the first port that another program holds."""
    for port in ports:
        if not is_free(port):
            raise Unable(
                f"Port {port} is in use by another program: stop that program, or set ETWINNING_PORT_BASE"
                " to the first of 100 free ports, for example ETWINNING_PORT_BASE=8600."
            )


def free_base() -> int:
    """A port base whose ports are all free; below the range from which the system hands out ports by itself."""
    for _ in range(200):
        base = random.randrange(10_000, 32_000, 100)  # noqa: S311 - not a secret
        if all(is_free(base + offset) for offset in OFFSETS.values()):
            return base
    raise Unable("No 100 free ports were found between 10000 and 32000: stop some programs and try again.")
