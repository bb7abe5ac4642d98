"""Where the stack lives, which ports it takes, and what it says when one is taken."""

import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.errors import Unable
from deploy.local import ports
from deploy.local.settings import HOST, OFFSETS, SERVICES, LocalSettings


def test_every_part_has_its_own_port_within_a_hundred() -> None:
    assert len(set(OFFSETS.values())) == len(OFFSETS)
    assert max(OFFSETS.values()) < 100


def test_two_checkouts_differ_in_every_port() -> None:
    one, other = LocalSettings(port_base=8400), LocalSettings(port_base=8500)
    assert not {one.port(name) for name in OFFSETS} & {other.port(name) for name in OFFSETS}


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ETWINNING_HOME", str(tmp_path))
    monkeypatch.setenv("ETWINNING_PORT_BASE", "9000")
    settings = LocalSettings()
    assert (settings.home, settings.front_door, settings.port("kafka")) == (tmp_path, "http://127.0.0.1:9000", 9020)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT_BASE", "80"), ("PORT_BASE", "many"), ("SHARDS", "0"), ("ORIGIN", "A b")]
)
def test_a_wrong_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ETWINNING_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        LocalSettings()


def test_a_service_is_told_everything_it_needs(tmp_path: Path) -> None:
    environment = LocalSettings(home=tmp_path, port_base=9000).environment()
    assert environment["ETWINNING_KAFKA"] == "127.0.0.1:9020"
    assert environment["ETWINNING_SMTP"] == "127.0.0.1:9040"
    assert environment["ETWINNING_KEYS"] == str(tmp_path / "keys")
    assert len(environment["ETWINNING_SERVICES"].split(",")) == len(SERVICES)


@pytest.mark.parametrize("option", ["retryWrites=false", "w=majority", "journal=true"])
def test_the_default_connection_is_durable(option: str) -> None:
    assert option in LocalSettings(mongo_url=None).database_url


def test_a_database_of_ones_own_is_used_as_it_is() -> None:
    url = "mongodb://db.example/?replicaSet=rs0"
    assert LocalSettings(mongo_url=url).database_url == url


def test_a_busy_port_is_named_with_what_to_do() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Unable, match=rf"Port {port} is in use .*ETWINNING_PORT_BASE"):
            ports.require_free([port])


def test_a_free_base_has_only_free_ports() -> None:
    base = ports.free_base()
    ports.require_free(base + offset for offset in OFFSETS.values())
