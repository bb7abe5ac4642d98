"""A failpoint does nothing unless asked, and then kills for certain."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.stack import LocalStack
from shared.event_store.store import EventStore
from shared.messaging.failpoints import FAILPOINTS, POINTS, Failpoints, UnknownFailpoint

_PROGRAM = (
    "from shared.messaging.failpoints import FAILPOINTS as f; [f.reach('after_send') for _ in range(3)]; print(1)"
)


def test_without_a_setting_every_point_is_passed() -> None:
    for point in POINTS:
        FAILPOINTS.reach(point)
        assert not FAILPOINTS.armed(point)


@pytest.mark.parametrize("setting", ["after_nothing:1", "after_send", "after_send:x"])
def test_a_setting_that_would_never_fire_is_refused(setting: str) -> None:
    with pytest.raises(UnknownFailpoint):
        Failpoints({"ETWINNING_FAILPOINT": setting})


def test_the_process_dies_at_the_hit_that_was_asked_for_and_leaves_a_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for hit, code in ((4, 0), (3, -9)):
        environment = os.environ | {"ETWINNING_FAILPOINT": f"after_send:{hit}", "ETWINNING_FAILPOINT_LOG": str(log)}
        ended = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, check=False, timeout=30)
        assert ended.returncode == code
    assert log.read_text() == "after_send\n"


_COMMITTING = """
import asyncio, sys
from shared.mongo import connect, database
from tests.shared.event_store.counting import *

async def main(url, name):
    store = await prepared_store(database(connect(url), name))
    await counting(store).handle(COUNTER, "1", Count(at=NOW, by=1), asked_by_person("key-1"))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_commit_whose_writer_died_before_it_was_told_is_stored(store: EventStore, stack: LocalStack) -> None:
    environment = os.environ | {"ETWINNING_FAILPOINT": "after_insert:1"}
    arguments = [sys.executable, "-c", _COMMITTING, stack.mongo_url, store.database.name]
    ended = subprocess.run(arguments, env=environment, check=False, timeout=30)  # noqa: ASYNC221 nothing else runs here
    assert ended.returncode == -9
    assert [commit.version for commit in await store.load("counter-1")] == [1]
