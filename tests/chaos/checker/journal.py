"""The journal of whoever asked: what was asked, and what was answered. JSON lines, written outside the system."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"


class UnreadableJournal(Exception):
    """A line that is not the last one cannot be read: nothing can be proven with this journal."""


@dataclass(frozen=True)
class Acknowledged:
    """Where the answer said that the command's commit stands."""

    stream: str
    version: int


@dataclass(frozen=True)
class Line:
    """What a decision on many cases answered about one. `open`: not known yet, asked again under the same key."""

    case: str
    outcome: str
    version: int | None = None
    open: bool = False


@dataclass
class Command:
    """One command by its idempotency key, asked once or often."""

    id: str
    service: str
    route: str
    kind: str
    outcome: str = UNKNOWN
    acknowledged: list[Acknowledged] = field(default_factory=list)
    command_id: str | None = None
    """The identity under which the product says it stores it; nothing when the driver cannot know it."""
    actor: str | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    """Of one request that decides many cases: the last that was answered about each."""

    @property
    def place(self) -> str:
        return f"journal/{self.id} ({self.kind}, {self.service} {self.route})"


def read_journal(path: Path) -> list[Command]:
    """The commands in the order in which they were first asked. A torn last line counts as not written.

    Raises:
        UnreadableJournal: another line is no JSON, or answers what was never asked.
    """
    return commands_of(_lines(path.read_bytes()))


def _lines(content: bytes) -> Iterable[dict[str, Any]]:
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:
            if number != len(lines):
                raise UnreadableJournal(f"line {number} is no JSON") from None


def commands_of(lines: Iterable[dict[str, Any]]) -> list[Command]:
    """Lines `{line: asked, id, service, route, kind, at}` and `{line: answered, id, outcome, …}` put together.

    Raises:
        UnreadableJournal: an answer to nothing.
    """
    found: dict[str, Command] = {}
    for line in lines:
        if line["line"] == "asked":
            found.setdefault(line["id"], Command(line["id"], line["service"], line["route"], line["kind"]))
        elif line["id"] not in found:
            raise UnreadableJournal(f"{line['id']} was answered but never asked")
        else:
            _answer(found[line["id"]], line)
    return list(found.values())


def _answer(command: Command, line: dict[str, Any]) -> None:
    if line.get("command_id"):
        command.command_id = line["command_id"]
    if line.get("actor"):
        command.actor = line["actor"]
    for one in line.get("lines", ()):
        command.lines[one["case"]] = Line(one["case"], one["outcome"], one.get("version"), bool(one.get("open")))
    if line["outcome"] == OK and line.get("stream"):
        command.acknowledged.append(Acknowledged(line["stream"], line["version"]))
    # An acknowledgement stays true for ever: a later "unknown" cannot take it back.
    if command.outcome != OK and line["outcome"] in {OK, REFUSED, UNKNOWN}:
        command.outcome = line["outcome"]


def acknowledged(journal: Sequence[Command]) -> list[Command]:
    return [command for command in journal if command.outcome == OK]
