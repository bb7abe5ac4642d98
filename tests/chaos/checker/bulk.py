"""I1 for one request that decides many cases: every line of its answer is true."""

import hashlib
from collections.abc import Iterator

from tests.chaos.checker.formats import StoredCommit
from tests.chaos.checker.journal import Command, Line
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import Store

DECIDED, ALREADY, NOT_DONE = "decided", "already", "refused"
_ENDS = frozenset({"TeacherValidated", "TeacherRejected"})


def check_lines(store: Store, command: Command) -> Iterator[Violation]:
    """A line that was answered stays true; that no command was done twice is looked at for all commands alike."""
    if command.actor is None:
        if command.lines:
            yield Violation("I1", command.place, "nobody is named as having asked for it: nothing can be proven")
        return
    for line in command.lines.values():
        yield from _true(store, command, line, _commits(store, command, line))


def line_id(actor: str, route: str, key: str, case: str) -> str:
    """Under which identity the commit of one case is stored: SHA-256 of `actor|route|key|case`, as documented."""
    return hashlib.sha256(f"{actor}|{route}|{key}|{case}".encode()).hexdigest()


def _commits(store: Store, command: Command, line: Line) -> list[StoredCommit]:
    named = store.by_command.get(line_id(str(command.actor), command.route, command.id, line.case), ())
    return [commit for commit in named if commit.stream == f"case-{line.case}"]


def _true(store: Store, command: Command, line: Line, commits: list[StoredCommit]) -> Iterator[Violation]:
    if line.version is not None and f"case-{line.case}@{line.version}" not in store.by_key:
        said = f"case {line.case} was answered at version {line.version}, which is not in the store"
        yield Violation("I1", command.place, said)
    if line.outcome == DECIDED and not any(event.name in _ENDS for commit in commits for event in commit.events):
        yield Violation("I1", command.place, f"case {line.case} was acknowledged as decided, and no commit says so")
    if line.outcome == ALREADY and commits:
        yield Violation("I1", command.place, f"case {line.case} was decided before, yet {commits[0].place} decides it")
    if line.outcome == NOT_DONE and not line.open and commits:
        yield Violation("I1", command.place, f"case {line.case} was refused, yet {commits[0].place} decides it")
