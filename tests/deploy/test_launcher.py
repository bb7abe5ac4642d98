"""The launcher as a person meets it: starts, stops without a trace, survives being killed, says what is wrong."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local import ports
from deploy.local.records import Records
from deploy.local.settings import OFFSETS, LocalSettings
from tests.local_stacks import ended_with_the_tests, is_running

_LONG = 60


class Launched:
    """A launcher in a process of its own."""

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        environment = {"ETWINNING_HOME": str(settings.home), "ETWINNING_PORT_BASE": str(settings.port_base)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.launch"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment},
        )  # fmt: skip

    def read_until(self, text: str) -> list[str]:
        """The lines up to the one with `text`; the launcher is killed if it does not come."""
        watchdog = threading.Timer(_LONG, self.process.kill)
        watchdog.start()
        seen = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            seen.append(line.rstrip())
            if text in line:
                watchdog.cancel()
                return seen
        raise AssertionError(f"{text!r} never came: {seen}")

    def children(self) -> dict[str, int]:
        """Name to process id, as recorded."""
        return {record.name: record.pid for record in Records(self.settings.home / "run").all()}


@pytest.fixture
def settings() -> Iterator[LocalSettings]:
    with ended_with_the_tests() as folder:
        yield LocalSettings(home=folder / "home", port_base=ports.free_base())


@contextmanager
def launched(settings: LocalSettings) -> Iterator[Launched]:
    launcher = Launched(settings)
    try:
        yield launcher
    finally:
        launcher.process.terminate()
        launcher.process.wait(_LONG)


def _no_port_is_held(settings: LocalSettings) -> bool:
    return all(ports.is_free(settings.port(name)) for name in OFFSETS)


def _front_door_works(address: str) -> None:
    assert "/registration/" in httpx.get(address).text
    assert httpx.get(f"{address}/mail/").is_success
    missing, absent = httpx.get(f"{address}/nothing"), httpx.get(f"{address}/registration/teachers")
    assert (missing.status_code, absent.status_code) == (404, 503)  # no service runs in this test
    assert absent.headers["retry-after"] == "1"
    assert {answer.headers["content-type"] for answer in (missing, absent)} == {"application/problem+json"}
    assert absent.json()["status"] == 503


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_leaves_no_process(settings: LocalSettings, number: signal.Signals) -> None:
    with launched(settings) as launcher:
        seen = launcher.read_until("ready")
        started = psutil.Process(launcher.process.pid).children(recursive=True)
        assert seen[-1] == f"ready: {settings.front_door}"
        assert set(launcher.children()) == {"kafka", "database", "mail", "front door"}
        _front_door_works(settings.front_door)
        launcher.process.send_signal(number)
        assert launcher.process.wait(15) == 0
    assert not [process for process in started if is_running(process.pid)]
    assert launcher.children() == {}
    assert _no_port_is_held(settings)


def test_what_a_killed_launcher_left_is_ended_by_the_next(settings: LocalSettings) -> None:
    with launched(settings) as first:
        first.read_until("ready")
        first.process.kill()
        first.process.wait(_LONG)
        left = first.children()
        assert all(is_running(pid) for pid in left.values())
        with launched(settings) as second:
            seen = second.read_until("ready")
            assert "Ended kafka, left by a launcher that was killed" in seen
            assert not [name for name, pid in left.items() if is_running(pid)]
            assert second.children().keys() == left.keys()


def test_killed_while_starting_it_leaves_only_what_is_recorded(settings: LocalSettings) -> None:
    with launched(settings) as first:
        first.read_until("Starting Kafka")
        started: list[psutil.Process] = []
        while not started:
            started = psutil.Process(first.process.pid).children()
        first.process.kill()
        first.process.wait(_LONG)
    Records(settings.home / "run").end_leftovers()
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not alive


def test_a_dead_child_is_started_again_and_said_so(settings: LocalSettings) -> None:
    with launched(settings) as launcher:
        launcher.read_until("ready")
        os.kill(launcher.children()["mail"], signal.SIGKILL)
        assert "signal 9" in launcher.read_until("mail ended")[-1]
        launcher.read_until("mail runs again")


def test_a_second_launcher_in_the_same_folder_is_told_that_one_runs(settings: LocalSettings) -> None:
    with launched(settings) as first:
        first.read_until("Starting Kafka")
        with launched(settings) as second:
            assert "This stack already runs" in second.read_until("already runs")[-1]
            assert second.process.wait(_LONG) == 1


def test_without_network_the_download_fails_in_one_sentence(
    settings: LocalSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with launched(settings) as launcher:
        seen = launcher.read_until("could not be downloaded")
        assert "connect this machine to the network" in seen[-1]
        launcher.process.wait(_LONG)
    assert not list((tmp_path / "etwinning").iterdir())
    assert _no_port_is_held(settings)
