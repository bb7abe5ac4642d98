"""Writes the journal: what was asked is on disk before it is asked, what was answered before anybody acts on it."""

import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from deploy.story.calls import Call, Fact

BULK = "POST /validation/bulk-decisions"


class Journal:
    """A `Watch` that writes one JSON line an entry, synced."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.answers = {"ok": 0, "refused": 0, "unknown": 0}
        self._answered: set[str] = set()

    def asked(self, call: Call) -> None:
        said = {"id": call.key, "service": call.service, "route": call.route, "kind": call.kind}
        self._write({"line": "asked", **said, "at": time.time()})

    def answered(self, call: Call, outcome: str, fact: Fact | None) -> None:
        if call.key not in self._answered:  # a command that is placed later is answered once more
            self._answered.add(call.key)
            self.answers[outcome] += 1
        line: dict[str, Any] = {"line": "answered", "id": call.key, "outcome": outcome, "at": time.time()}
        if fact is not None and fact.stream is not None and fact.version is not None:
            line |= {"stream": fact.stream, "version": fact.version}
        if call.route == BULK:  # a commit, and an identity, for each case
            line |= {"actor": call.actor, "lines": _lines(fact)}
        elif call.actor is not None and call.keyed:
            line["command_id"] = command_id(call.actor, call.route, call.key)
        self._write(line)

    def close(self) -> None:
        os.close(self._file)

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, orjson.dumps(line) + b"\n")
        os.fsync(self._file)


def command_id(actor: str, route: str, key: str) -> str:
    """Under which identity the commit of a person's command is stored: SHA-256 of `actor|route|key`, as documented."""
    return sha256(f"{actor}|{route}|{key}".encode()).hexdigest()


def _lines(fact: Fact | None) -> list[dict[str, Any]]:
    """What was answered about each case; `open`: the same request may be made again for it."""
    answered = fact.answer["cases"] if fact is not None else ()
    return [
        {"case": one["case"], "outcome": one["outcome"], "version": one["version"], "open": may_be_asked_again(one)}
        for one in answered
    ]


def may_be_asked_again(line: Mapping[str, Any]) -> bool:
    """The database was busy with the case, or did not say whether it was done."""
    return line["problem"] is not None and line["problem"]["retry_after"] is not None
