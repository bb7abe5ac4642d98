"""The local stack as a library: start parts, kill them, watch them, stop them. The launcher and the tests use it."""

import fcntl
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from deploy.errors import Unable
from deploy.local import caddy, jars, kafka, mail, mongo, ports
from deploy.local.disk import require_space
from deploy.local.process import Child, Program
from deploy.local.python import ENVIRONMENT, module
from deploy.local.records import Records
from deploy.local.settings import OFFSETS, SERVICES, LocalSettings

START_SECONDS = 120.0
STOP_SECONDS = 6.0
LEAST_FREE = 512 * 2**20
# What others depend on ends last.
_FOUNDATION = ("kafka", "database", "mail")


class LocalStack:
    """Processes of one folder and one range of ports. Not thread-safe; `stop` always, or use it as a context."""

    def __init__(self, settings: LocalSettings, say: Callable[[str], None] = lambda _: None) -> None:
        self.settings = settings
        self.children: dict[str, Child] = {}
        self._say = say
        self._records = Records(settings.home / "run")
        self._lock: IO[str] | None = None

    @classmethod
    def at(cls, home: Path, port_base: int) -> "LocalStack":
        """A stack with default settings in that folder, on that range of ports."""
        return cls(LocalSettings(home=home, port_base=port_base))

    @property
    def kafka(self) -> str:
        """Bootstrap address of the broker, host:port."""
        return self.settings.kafka

    @property
    def mongo_url(self) -> str:
        """Connection string of the database."""
        return self.settings.database_url

    @property
    def smtp(self) -> str:
        """Address of the mail server, host:port."""
        return self.settings.smtp

    @property
    def mail_url(self) -> str:
        """Base of the mail reader: `{mail_url}/messages?to=…&after=…`."""
        return self.settings.mail_url

    def prepare(self) -> list[str]:
        """Takes the folder, ends what a killed launcher left there, and returns the names of that.

        Raises Unable: another launcher runs, the disk is full, or a port is taken.
        """
        home = self.settings.home
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._take(home)
        except OSError:
            raise Unable(f"The folder {home} cannot be written: set ETWINNING_HOME to one that can.") from None
        require_space(home, LEAST_FREE, "ETWINNING_HOME")
        left = self._records.end_leftovers()
        ports.require_free(self.settings.port(name) for name in self._own_ports())
        return left

    def _own_ports(self) -> Iterable[str]:
        return (name for name in OFFSETS if not (name == "mongo" and self.settings.mongo_url))

    def _take(self, home: Path) -> None:
        """A lock of the system: it goes with the process that holds it, however that ends."""
        self._lock = (home / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unable(
                f"This stack already runs ({self.settings.front_door}): use it, stop it with Ctrl-C where it was"
                " started, or start another one with its own ETWINNING_HOME and ETWINNING_PORT_BASE."
            ) from None

    def start(self) -> None:
        """Starts Kafka, the database and mail, and waits until each answers."""
        self.prepare()
        self.start_foundation()

    def start_foundation(self) -> None:
        """Starts Kafka, the database and mail in a prepared folder, and waits until each answers."""
        if self.settings.mongo_url:
            mongo.require_answer(self.settings.mongo_url)
        else:
            self.launch(mongo.program(self.settings))
        self.launch(mail.program(self.settings), self._broker())
        self.wait_ready()

    def start_kafka(self) -> None:
        """Starts the broker, alone or again, and waits until it answers."""
        self.launch(self._broker())
        self.wait_ready("kafka")

    def _broker(self) -> Program:
        return kafka.program(self.settings, jars.kafka_jars(self._say))

    def start_services(self, services: Iterable[str] = SERVICES) -> None:
        """Starts one process per service, and the front door, and waits until all of them are ready."""
        self.launch(*(self.service(name) for name in services), caddy.program(self.settings))
        self.wait_ready()

    def service(self, name: str, role: str = "all", port: int | None = None, process: str | None = None) -> Program:
        """One process of a service; `process` names it when several run (`relay-2`)."""
        port = self.settings.port(name) if port is None else port
        environment = {**ENVIRONMENT, **self.settings.environment(), "ETWINNING_PORT": str(port)}
        environment["ETWINNING_TRACEBACK"] = "1"  # into its log, where an operator looks
        command = module("deploy.cli", "run", name, "--role", role)
        return Program(process or name, command, lambda: ports.responds(f"http://127.0.0.1:{port}/ready"), environment)

    def launch(self, *programs: Program) -> None:
        """Starts programs without waiting for them."""
        for program in programs:
            self.children[program.name] = Child(program, self.settings.home, self.settings.logs, self._records)

    def wait_ready(self, *names: str) -> None:
        """Waits until the named children (all, if none is named) answer.

        Raises Unable: one ended, or did not answer within two minutes.
        """
        deadline = time.monotonic() + START_SECONDS
        for name in names or tuple(self.children):
            self.children[name].wait_ready(deadline)

    def start_again(self, name: str) -> None:
        """Starts a child that has ended with the same command; does not wait for it."""
        self.launch(self.children[name].program)

    def pid(self, name: str) -> int:
        """The process id of a child."""
        return self.children[name].pid

    def kill9(self, name: str) -> None:
        """Kills a child as a power cut would, and waits until it is gone."""
        self.children[name].signal(signal.SIGKILL)
        self.children[name].wait_ended(time.monotonic() + STOP_SECONDS)

    def ended(self) -> dict[str, int]:
        """Children that are not running, with their exit codes (negative: the signal)."""
        codes = {name: child.exit_code() for name, child in self.children.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def end(self, *names: str) -> None:
        """Ends children: all are asked at once, and killed after six seconds."""
        chosen = [self.children[name] for name in names if name in self.children]
        for child in chosen:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in chosen:
            child.wait_ended(deadline)
            del self.children[child.program.name]

    def stop(self) -> None:
        """Ends everything: services and front door first, then what they stand on."""
        self.end(*(name for name in self.children if name not in _FOUNDATION))
        self.end(*tuple(self.children))
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "LocalStack":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
