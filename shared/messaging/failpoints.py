"""Points at which a process can be made to die, so that tests see a crash between any two steps.

`ETWINNING_FAILPOINT=<name>:<hit>` kills this process (SIGKILL, nothing is cleaned up) when `name` is reached for the
`hit`-th time, after a line with the name was synced to the file that `ETWINNING_FAILPOINT_LOG` names. Unset: no-ops.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping

POINTS = frozenset(
    {
        "after_insert",  # a commit is stored, its caller was not told
        "after_block",  # a block is stored, none of it is published
        "between_sends",  # a part of a block is in Kafka
        "after_send",  # all of it is in Kafka, no commit is unflagged
        "before_mark",  # all are unflagged, the block is not marked published
        "after_work_before_offset",  # a batch is handled, its offsets are not committed
    }
)

Reach = Callable[[str], None]


class UnknownFailpoint(Exception):
    """The setting names a point that no code reaches: it would never fire."""


class Failpoints:
    """What the environment asks for; reads it once, when made."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name, _, hit = environment.get("ETWINNING_FAILPOINT", "").partition(":")
        if name and (name not in POINTS or not hit.isdecimal()):
            raise UnknownFailpoint(f"ETWINNING_FAILPOINT is <name>:<hit>, one of {', '.join(sorted(POINTS))}")
        self._name = name
        self._hit = int(hit) if name else 0
        self._log = environment.get("ETWINNING_FAILPOINT_LOG", "")
        self._reached: Counter[str] = Counter()

    def armed(self, name: str) -> bool:
        """Whether this process is to die at `name`."""
        return self._name == name

    def reach(self, name: str) -> None:
        """Dies here when it is this point's turn."""
        if self._name != name:
            return
        self._reached[name] += 1
        if self._reached[name] == self._hit:
            self._record(name)
            os.kill(os.getpid(), signal.SIGKILL)

    def _record(self, name: str) -> None:
        if not self._log:
            return
        handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{name}\n".encode())
        os.fsync(handle)


FAILPOINTS = Failpoints(os.environ)
