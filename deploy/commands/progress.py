"""How far a long command is: lines done, their rate, and how long it will still take."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from deploy.commands.output import console
from services.registration.app.importing import Tell, Told

_BLOCK = 1 << 20


class RateColumn(ProgressColumn):
    """`1,234 lines/s`, of the last half minute."""

    def render(self, task: Task) -> Text:
        """Nothing until there is a rate."""
        return Text("" if task.speed is None else f"{task.speed:,.0f} lines/s")


@contextmanager
def importing(path: Path, then: Tell) -> Iterator[Tell]:
    """A bar over the lines of `path`; what is told goes on to `then`."""
    columns = (TextColumn("Schools"), BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console()) as progress:
        task = progress.add_task("schools", total=max(lines_in(path) - 1, 0))

        def tell(told: Sequence[Told]) -> None:
            then(told)
            progress.advance(task, len(told))

        yield tell


def lines_in(path: Path) -> int:
    """How many lines the file has, without reading it into memory: a record over two lines counts twice."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
