"""The front door's configuration."""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from deploy.local.caddy import caddyfile
from deploy.local.mongo import executable
from deploy.local.settings import SERVICES, LocalSettings


@pytest.fixture
def configuration(tmp_path: Path) -> str:
    return caddyfile(LocalSettings(home=tmp_path, port_base=9000))


@pytest.mark.parametrize(("place", "service"), list(enumerate(SERVICES, start=1)))
def test_each_service_is_behind_the_prefix_of_its_name(configuration: str, place: int, service: str) -> None:
    assert f"@{service} path /{service} /{service}/*" in configuration
    assert f"reverse_proxy 127.0.0.1:{9000 + place}\n" in configuration


@pytest.mark.parametrize("line", ["admin off", "auto_https off", "persist_config off", "bind 127.0.0.1"])
def test_it_stays_on_this_machine(configuration: str, line: str) -> None:
    assert f"\t{line}\n" in configuration


@pytest.mark.timeout(60)
async def test_the_token_of_a_mailed_link_is_in_no_log(tmp_path: Path) -> None:
    backend = await asyncio.start_server(_dies_while_it_answers, "127.0.0.1", 0)
    dead = backend.sockets[0].getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = caddyfile(LocalSettings(home=tmp_path, port_base=9000)).replace(":9000 {", f":{port} {{")
    (tmp_path / "Caddyfile").write_text(text.replace("127.0.0.1:9001\n", f"127.0.0.1:{dead}\n"))
    log = tmp_path / "log"
    with log.open("wb") as output:
        command = (str(executable("caddy")), "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile"))
        own = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        door = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output, env=own)
        try:
            async with httpx.AsyncClient() as http:
                while "incomplete response" not in log.read_text():
                    with suppress(httpx.HTTPError):
                        await http.get(f"http://127.0.0.1:{port}/registration/confirm?token=SECRET")
                    await asyncio.sleep(0.1)
        finally:
            door.terminate()
            await door.wait()
    backend.close()
    assert "/registration/confirm" in log.read_text()
    assert "SECRET" not in log.read_text()


async def _dies_while_it_answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.close()
