"""I1: every acknowledged command is in the store, once; a refused one is not."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.checker.bulk import check_lines
from tests.chaos.checker.formats import StoredCommit
from tests.chaos.checker.journal import OK, REFUSED, Command
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import Store, World


def check_commands(world: World) -> Iterator[Violation]:
    for command in world.journal:
        store = world.stores.get(command.service)
        if store is None:
            yield Violation("I1", command.place, f"no store of {command.service} was read")
            continue
        yield from check_lines(store, command)
        if command.outcome == OK:
            yield from _kept(store, command)
        elif command.outcome == REFUSED:
            yield from _not_done(store, command)
    for store in world.stores.values():
        yield from _once(store)


def _kept(store: Store, command: Command) -> Iterator[Violation]:
    if len(set(command.acknowledged)) > 1:
        places = ", ".join(f"{one.stream}@{one.version}" for one in command.acknowledged)
        yield Violation("I1", command.place, f"was acknowledged at different places: {places}")
    for one in command.acknowledged[-1:]:
        key = f"{one.stream}@{one.version}"
        if key not in store.by_key:
            yield Violation("I1", command.place, f"was acknowledged as {key}, which is not in the store")
    if command.command_id is not None and not _done(store, command):
        yield Violation("I1", command.place, "was acknowledged, but no commit of its stream names it")


def _done(store: Store, command: Command) -> list[StoredCommit]:
    streams = {one.stream for one in command.acknowledged}
    return [
        commit for commit in store.by_command.get(command.command_id, ()) if not streams or commit.stream in streams
    ]


def _not_done(store: Store, command: Command) -> Iterator[Violation]:
    if command.command_id is not None:
        for commit in _done(store, command):
            yield Violation("I1", command.place, f"was refused, yet {commit.place} is its commit")


def _once(store: Store) -> Iterator[Violation]:
    counted = Counter((c.stream, c.facts["command_id"]) for c in store.commits if c.facts.get("command_id"))
    for (stream, command_id), times in counted.items():
        if times > 1:
            yield Violation("I1", f"{store.service}/{stream}", f"the command {command_id} was done {times} times")
