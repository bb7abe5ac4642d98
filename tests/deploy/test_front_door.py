"""The front door's configuration."""

from pathlib import Path

import pytest

from deploy.local.caddy import caddyfile
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
