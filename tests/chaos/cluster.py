"""The whole installation, every role in a process of its own, on free ports in a folder of its own: to be killed."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from deploy.errors import Unable
from deploy.local import caddy
from deploy.local.process import Program
from deploy.local.python import module
from deploy.local.stack import LocalStack
from deploy.prepare import SCHOOLS, prepare

PROCESSES: Mapping[str, Mapping[str, int]] = {
    "registration": {"api": 1, "relay": 2, "reactions": 1, "views": 1, "deadlines": 1},
    "validation": {"api": 1, "relay": 1, "reactions": 1, "views": 1, "deadlines": 1},
    "projects": {"api": 1, "relay": 1, "reactions": 1, "views": 1},
    "recognition": {"api": 1, "relay": 1, "reactions": 2, "views": 2},
    "notifications": {"api": 1, "relay": 2, "reactions": 2, "views": 1, "sender": 1},
}
_FIRST_EXTRA_PORT = 50
_WAVE = 6
# One for each teacher: at a school whose director is known a case writes to that director by itself.
_SCHOOLS_OF_A_COUNTRY = 200


@dataclass(frozen=True, slots=True)
class Role:
    """One process: `recognition-reactions-2`."""

    service: str
    role: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.service}-{self.role}-{self.number}"


class Cluster:
    """`launcher` is the module (and its first arguments) that stands in for the `etwinning` command."""

    def __init__(self, stack: LocalStack, launcher: tuple[str, ...] = ("deploy.cli",)) -> None:
        self.stack = stack
        self._launcher = launcher
        self.roles = [
            Role(service, role, number)
            for service, roles in PROCESSES.items()
            for role, count in roles.items()
            for number in range(1, count + 1)
        ]
        self._ports = {role.name: self._port(role, _FIRST_EXTRA_PORT + index) for index, role in enumerate(self.roles)}
        self.restarts = 0

    def _port(self, role: Role, extra: int) -> int:
        settings = self.stack.settings
        return settings.port(role.service) if role.role == "api" else settings.port_base + extra

    def start(self) -> None:
        """Everything, a few processes at a time: thirty at once would all start slowly."""
        settings = self.stack.settings
        self.stack.start()
        prepare(settings, lambda _: None, few_schools(settings.home / "schools.csv"))
        self.stack.launch(caddy.program(settings))
        for start in range(0, len(self.roles), _WAVE):
            wave = self.roles[start : start + _WAVE]
            self.stack.launch(*(self.program(role) for role in wave))
            self.stack.wait_ready(*(role.name for role in wave))

    def program(self, role: Role, environment: Mapping[str, str] | None = None) -> Program:
        """How the process is started; `environment` is added to its settings."""
        made = self.stack.service(role.service, role.role, self._ports[role.name], role.name)
        command = module(*self._launcher, "run", role.service, "--role", role.role)
        own = {"ETWINNING_RATE_LIMITS": "false", "ETWINNING_LOG_LEVEL": "WARNING", **(environment or {})}
        return replace(made, command=command, env={**made.env, **own})

    def restart(self, role: Role, environment: Mapping[str, str] | None = None) -> None:
        """Starts a process that has ended; does not wait for it."""
        self.stack.launch(self.program(role, environment))
        self.restarts += 1

    def restart_foundation(self, name: str) -> None:
        """Starts the broker or the database again and waits until it answers."""
        self.stack.start_again(name)
        self.stack.wait_ready(name)

    def ended(self) -> list[Role]:
        """The processes that do not run."""
        ended = self.stack.ended()
        return [role for role in self.roles if role.name in ended]

    def revive(self) -> list[Role]:
        """Starts whatever has ended; returns it."""
        ended = self.ended()
        for role in ended:
            self.restart(role)
        return ended

    def unready(self) -> list[str]:
        """Processes that do not say that they are ready."""
        names = [role.name for role in self.roles]
        return [name for name in names if not self.stack.children[name].program.ready()]

    def log_of(self, name: str) -> Path:
        return self.stack.children[name].log

    def stop(self) -> None:
        with suppress(Unable):
            self.stack.stop()


def few_schools(path: Path, countries: Iterable[str] = ("ES", "FR")) -> Path:
    """Some schools of some countries, as a file to be imported; where there are too few, the same under other names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with SCHOOLS.open(encoding="utf-8", newline="") as whole, path.open("w", encoding="utf-8", newline="") as part:
        rows = csv.DictReader(whole)
        written = csv.DictWriter(part, rows.fieldnames or ())
        written.writeheader()
        found: dict[str, list[dict[str, str]]] = {country: [] for country in countries}
        for row in rows:
            found.get(row["country"], []).append(row)
        for of_country in found.values():
            written.writerows(islice(_with_copies(of_country), _SCHOOLS_OF_A_COUNTRY))
    return path


def _with_copies(rows: Sequence[Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    yield from rows
    for number in count(2):
        for row in rows:
            copy = {"name": f"{row['name']} {number:02}", "official_id": f"{row['official_id']}-{number:02}"}
            yield {**row, **copy}
